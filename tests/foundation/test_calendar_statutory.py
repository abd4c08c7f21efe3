"""The statutory days by name, against literal facts and the public table where it is at hand."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from governance.foundation.calendars import DayKind
from governance.foundation.calendars.statutory import is_announced, statutory_year

MAKEUP_WORKDAYS = {
    2024: {
        "春节": ["02-04", "02-18"],
        "清明节": ["04-07"],
        "劳动节": ["04-28", "05-11"],
        "中秋节": ["09-14"],
        "国庆节": ["09-29", "10-12"],
    },
    2025: {"春节": ["01-26", "02-08"], "劳动节": ["04-27"], "国庆节": ["09-28", "10-11"]},
    2026: {
        "元旦": ["01-04"],
        "春节": ["02-14", "02-28"],
        "劳动节": ["05-09"],
        "国庆节": ["09-20", "10-10"],
    },
}


@pytest.mark.parametrize("year", MAKEUP_WORKDAYS)
def test_makeup_workdays_by_name(year: int) -> None:
    found: dict[str, list[str]] = {}
    for day, special in statutory_year(year).days.items():
        if special.kind is DayKind.MAKEUP_WORKDAY:
            found.setdefault(special.name, []).append(f"{day:%m-%d}")
    assert found == MAKEUP_WORKDAYS[year]


@pytest.mark.parametrize(
    ("first", "last", "name", "english"),
    [
        (date(2024, 2, 10), date(2024, 2, 17), "春节", "Chinese New Year (Spring Festival)"),
        (date(2025, 1, 28), date(2025, 2, 4), "春节", "Chinese New Year (Spring Festival)"),
        (date(2026, 2, 15), date(2026, 2, 23), "春节", "Chinese New Year (Spring Festival)"),
        (date(2026, 1, 1), date(2026, 1, 3), "元旦", "New Year's Day"),
        (date(2026, 5, 1), date(2026, 5, 5), "劳动节", "Labor Day"),
        (date(2026, 10, 1), date(2026, 10, 7), "国庆节", "National Day"),
    ],
)
def test_holidays_are_whole_runs(first: date, last: date, name: str, english: str) -> None:
    days = statutory_year(first.year).days
    run = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    assert {(days[day].kind, days[day].name, days[day].name_en) for day in run} == {
        (DayKind.HOLIDAY, name, english)
    }
    for edge in (first.toordinal() - 1, last.toordinal() + 1):
        special = days.get(date.fromordinal(edge))
        assert special is None or special.kind is DayKind.MAKEUP_WORKDAY


def test_a_weekend_before_a_single_holiday_stays_an_ordinary_weekend() -> None:
    days = statutory_year(2024).days
    assert date(2024, 6, 10) in days
    assert date(2024, 6, 9) not in days


def test_a_makeup_workday_of_the_next_new_year_belongs_to_the_old_year() -> None:
    assert statutory_year(2006).days[date(2006, 12, 31)].kind is DayKind.MAKEUP_WORKDAY


def test_a_year_that_is_not_announced_says_so_and_has_the_days_of_the_law() -> None:
    assert is_announced(2026)
    far = statutory_year(2090)
    assert not far.is_announced
    assert far.days[date(2090, 10, 1)].name == "国庆节"
    assert all(special.kind is DayKind.HOLIDAY for special in far.days.values())


def test_the_public_table_agrees_day_by_day_since_2022() -> None:
    table = Path(settings.BASE_DIR).parent / "shared" / "data" / "cn_holidays.csv"
    if not table.exists():
        pytest.skip(f"no public table at {table}")
    with table.open(encoding="utf-8") as lines:
        rows = {date.fromisoformat(row["date"]): (row["kind"], row["name"]) for row in csv.DictReader(lines)}
    for year in range(2022, 2027):
        ours = {day: special.kind.value for day, special in statutory_year(year).days.items()}
        assert ours == {day: kind for day, (kind, _) in rows.items() if day.year == year}
    for year in MAKEUP_WORKDAYS:
        for day, special in statutory_year(year).days.items():
            if special.kind is DayKind.MAKEUP_WORKDAY:
                assert special.name.startswith(rows[day][1]), day
