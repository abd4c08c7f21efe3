"""What is taken out of words before everybody may read them."""

import pytest

from open311.publishing import public_address, public_words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("路灯不亮", "路灯不亮"),
        ("电话13812345678请回", "电话***请回"),
        ("电话 138 1234 5678 请回", "电话 *** 请回"),
        ("座机0512-65432100", "座机***"),
        ("证件11010119900307775X", "证件***"),
        ("灯杆A-17，共3盏，2026年", "灯杆A-17，共3盏，2026年"),
        ("写信a.b+c@mail.example.org即可", "写信***即可"),
        ("苏E·D12345停在消防通道", "***停在消防通道"),
        ("沪AD12345", "***"),
    ],
)
def test_numbers_that_lead_to_a_person(said: str, shown: str) -> None:
    assert public_words(said) == shown


def test_the_reporter_s_names_the_longest_first() -> None:
    assert public_words("张三丰说，三丰家旁边", ["三丰", "张三丰", "", "张"]) == "***说，***家旁边"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("书院路12号3栋2单元502室", "书院路12号*栋*单元*室"),
        ("人民路与中山路口", "人民路与中山路口"),
        ("三单元门口，联系13812345678", "*单元门口，联系***"),
    ],
)
def test_flats(said: str, shown: str) -> None:
    assert public_address(said) == shown
