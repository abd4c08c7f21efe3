"""Stretches of whole days: whole months and what is left over, and nonsense that is refused with a word."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.periods import DAY, Period, month_of, read
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


@given(st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.integers(1, 800))
def test_what_adds_up_is_every_day_once(since: date, days: int) -> None:
    period = Period(since=since, until=since + days * DAY)
    sums, counted = period.added_up, Counter[date]()
    for month in sums.months:
        whole = month_of(month)
        counted.update(month + number * DAY for number in range(whole.days))
    for first, last, sign in sums.days:
        for number in range((last - first).days):
            counted[first + number * DAY] += sign
    wanted = {since + number * DAY for number in range(days)}
    assert {day: many for day, many in counted.items() if many} == dict.fromkeys(wanted, 1)
    assert sum((last - first).days for first, last, _sign in sums.days) <= 2 * 15


def test_a_month_but_for_a_day_is_the_month_without_it() -> None:
    sums = Period(since=date(2026, 10, 2), until=date(2026, 11, 1)).added_up
    assert (sums.months, sums.days) == ([date(2026, 10, 1)], [(date(2026, 10, 1), date(2026, 10, 2), -1)])


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
