"""Stretches of whole days: whole months and what is left over, and nonsense that is refused with a word."""

from datetime import date

import pytest

from assessment.periods import Period, month_of, read
from governance.foundation.errors import Unprocessable

TODAY = date(2026, 11, 16)


def test_nothing_given_is_this_month_so_far() -> None:
    found = read({}, TODAY)
    assert (found.since, found.last, found.days) == (date(2026, 11, 1), TODAY, 16)
    assert (found.months, found.is_one_month) == ([], False)


def test_months_and_what_is_left_over() -> None:
    found = read({"since": "2026-09-20", "last": "2026-12-05"}, TODAY)
    assert found.months == [date(2026, 10, 1), date(2026, 11, 1)]
    assert found.odd == [(date(2026, 9, 20), date(2026, 10, 1)), (date(2026, 12, 1), date(2026, 12, 6))]
    assert read({"month": "2024-02"}, TODAY) == month_of(date(2024, 2, 29))
    assert read({"month": "2024-02"}, TODAY).days == 29
    assert month_of(date(2026, 12, 31)).is_one_month
    year = Period(since=date(2026, 1, 1), until=date(2027, 1, 1))
    assert (len(year.months), year.odd, year.is_one_month) == (12, [], False)
    assert read({"since": "2026-11-16"}, TODAY).days == 1
    assert read({"last": "2026-10-09"}, TODAY).since == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"last": "2026-02-30"}, "last"),
        ({"since": "2026-12-01", "last": "2026-11-01"}, "last"),
        ({"since": "1000-01-01", "last": "1000-01-02"}, "since"),
        ({"since": "2000-01-01", "last": "2026-01-01"}, "since"),
        ({"month": "2026-13"}, "month"),
        ({"month": "9999-11"}, "month"),
        ({"since": "2026-11-16\x00"}, "since"),
    ],
)
def test_nonsense_is_told(given: dict[str, str], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        read(given, TODAY)
    assert list(refused.value.fields) == [field]
