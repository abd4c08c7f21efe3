"""Statutory holidays and make-up workdays of China as the `holidays` library knows them; no tables here.

The State Council announces the days moved to or from week-ends each autumn for the next year. Before that the
library knows only what the law fixes, and the year is reported as not announced.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays

from .calendar import DayKind, SpecialDay

ONE_DAY = timedelta(days=1)
FIRST_YEAR = 2001
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SUBSTITUTED = {"zh_CN": "休息日（由", "en_US": "Day off (substituted"}
_OBSERVED = {"zh_CN": "（补假）", "en_US": " (observed)"}
_FESTIVAL = {"农历除夕": "春节", "Chinese New Year's Eve": "Chinese New Year (Spring Festival)"}


@dataclass(frozen=True, slots=True)
class StatutoryYear:
    """What is known of a year; without `is_announced` the days are those of the law alone and may change."""

    year: int
    is_announced: bool
    days: dict[date, SpecialDay]


class _Source:
    """The library's answer for three years, so that runs of days and swaps across New Year stay whole."""

    def __init__(self, year: int, language: str) -> None:
        self.found = country_holidays("CN", years=range(year - 1, year + 2), language=language)
        self.language = language
        self.makeup_days: frozenset[date] = frozenset(self.found.weekend_workdays)

    def festivals(self, day: date) -> list[str]:
        """The festivals that fall or are observed on a date; empty for a day off that was swapped."""
        names = [name.removesuffix(_OBSERVED[self.language]) for name in self.found.get_list(day)]
        kept = (name for name in names if not name.startswith(_SUBSTITUTED[self.language]))
        return [_FESTIVAL.get(name, name) for name in kept]

    def swaps(self) -> dict[date, date]:
        """The make-up workday of each swap with the day off that it was swapped for."""
        found: dict[date, date] = {}
        for day in self.found:
            for name in self.found.get_list(day):
                if name.startswith(_SUBSTITUTED[self.language]) and (written := _ISO_DATE.search(name)):
                    found[date.fromisoformat(written.group())] = day
        return found

    def name(self, run: list[date]) -> str:
        """The festival with most days in a run of days off: the one the announcement is headed by."""
        counts = Counter(name for day in run for name in self.festivals(day))
        return counts.most_common(1)[0][0] if counts else ""

    def runs(self) -> Iterator[list[date]]:
        """Runs of days off that hold a holiday, from its first day to the last day off after it.

        A week-end before a single holiday is an ordinary week-end; before a longer one it is part of it.
        """
        days, seen = sorted(self.found), set[date]()
        for day in days:
            if day in seen:
                continue
            run, after = [day], day + ONE_DAY
            while self.is_off(after):
                run.append(after)
                after += ONE_DAY
            before = day - ONE_DAY
            while sum(day in self.found for day in run) > 1 and self.is_off(before):
                run.insert(0, before)
                before -= ONE_DAY
            seen.update(run)
            yield run

    def is_off(self, day: date) -> bool:
        """Whether the date is a holiday or a week-end that is not worked."""
        return day in self.found or (day.weekday() >= 5 and day not in self.makeup_days)


def is_announced(year: int) -> bool:
    """Whether the library holds the announcement of that year."""
    return year >= FIRST_YEAR and year in ChinaStaticHolidays.special_public_holidays


def statutory_year(year: int) -> StatutoryYear:
    """Holidays (with the week-ends inside them) and make-up workdays of one calendar year, named."""
    chinese, english = _Source(year, "zh_CN"), _Source(year, "en_US")
    days: dict[date, SpecialDay] = {}
    names: dict[date, tuple[str, str]] = {}
    for run in chinese.runs():
        names.update(dict.fromkeys(run, (chinese.name(run), english.name(run))))
    for day, heading in names.items():
        own = "、".join(chinese.festivals(day)), ", ".join(english.festivals(day))
        days[day] = SpecialDay(DayKind.HOLIDAY, own[0] or heading[0], own[1] or heading[1])
    swaps = chinese.swaps()
    for day in chinese.makeup_days:
        days[day] = SpecialDay(DayKind.MAKEUP_WORKDAY, *names.get(swaps.get(day, day), ("", "")))
    return StatutoryYear(
        year, is_announced(year), {day: days[day] for day in sorted(days) if day.year == year}
    )
