"""The identity number: shape, date, check digit; one spelling for each value."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.identity import (
    WrongIdentity,
    check_digit,
    normalise_identity,
    normalise_phone,
    read_identity,
)

ON = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("first", "digit"),
    [("11010519491231002", "X"), ("44052418800101001", "4"), ("99010119900307001", "5")],
)
def test_check_digits_of_the_standard(first: str, digit: str) -> None:
    assert check_digit(first) == digit


def test_a_valid_number_tells_birth_and_sex() -> None:
    found = read_identity(" 110105 19491231 002x ", on=ON)
    assert (found.number, found.birth_date, found.sex) == ("11010519491231002X", date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010519491231002",
        "110105194912310021",
        "11010519490230002X",
        "11010518791231002X",
        "11010520991231002X",
        "A1010519491231002X",
        "1101051949123100XX",
        "１１０１０５１９４９１２３１００２１",
        "٠١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(WrongIdentity) as caught:
        read_identity(text, on=ON)
    assert str(caught.value)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    with contextlib.suppress(WrongIdentity):
        assert len(read_identity(text, on=ON).number) == 18


@given(st.integers(0, 16), st.integers(1, 9), st.dates(date(1900, 1, 1), ON))
def test_one_wrong_digit_is_noticed(place: int, step: int, born: date) -> None:
    first = f"990101{born:%Y%m%d}123"
    number = first + check_digit(first)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    with pytest.raises(WrongIdentity):
        read_identity(wrong, on=date(2200, 1, 1))


@pytest.mark.parametrize(
    ("text", "plain"), [("１１０１０５ 1949-1231 002ｘ", "11010519491231002X"), ("", ""), ("　1\t2", "12")]
)
def test_one_spelling_of_numbers(text: str, plain: str) -> None:
    assert normalise_identity(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("１３８", "138"),
        ("0512-1", "05121"),
    ],
)
def test_one_spelling_of_phones(text: str, plain: str) -> None:
    assert normalise_phone(text) == plain
