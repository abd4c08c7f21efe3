"""What an evening's analysis does: count, judge, keep what was found. A day is analysed once, in one transaction.

The tickets come sorted by place, so that only one community's series are held at a time beside those of the regions
above it; everything that is judged is ranked together at the end.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from analysis import hotspots
from analysis.counting import PLACE, TICKETS, day_kinds, named, places_of, rows, streamed, window
from analysis.detecting.surging import AROUND, YEAR, Evening, Judge, Key, Limits, Look
from analysis.models import AnalysisRun, Surge
from analysis.values import limits, values
from governance.foundation.clock import local
from incidents.models import Ticket

SENSITIVE: Final = "!"
"""Before the code of a matter: its sensitive tickets, which are series of their own."""
NARROWEST: Final = {"city": 4, "district": 4, "town": 4, "community": 2}
"""Digits of the codes of matters that are told apart at places of a level."""
MOST_DAYS: Final = 3

_POOLED: Final = f"""
SELECT (t.registered_at AT TIME ZONE %(zone)s)::date, left(c.code, 4), t.is_sensitive, count(*) {TICKETS}
 GROUP BY 1, 2, 3"""  # ours
_PLACED: Final = f"""
SELECT left({PLACE}, 12) AS place, (t.registered_at AT TIME ZONE %(zone)s)::date, left(c.code, 4), t.is_sensitive,
       count(*) {TICKETS}
 GROUP BY 1, 2, 3, 4 ORDER BY 1"""  # ours
Series = dict[str, Counter[int]]


def analyse_due(*, at: datetime, today: date) -> int:
    """Analyse the days up to yesterday that are missing, the last few at most; returns how many."""
    done = 0
    for back in range(MOST_DAYS, 0, -1):
        if analyse(today - timedelta(days=back), at=at) is not None:
            done += 1
    return done


@transaction.atomic
def analyse(day: date, *, at: datetime) -> AnalysisRun | None:
    """Analyse a day; None when it is done already, or before there are any tickets."""
    run, is_new = AnalysisRun.objects.get_or_create(
        day=day, defaults={"at": at, "baseline_days": 0, "tests": 0, "surges": 0}
    )
    if not is_new:
        return None
    known = values(day)
    found = judged(day, limits(known))
    looks = found.surges(limits(known))
    names = named(sorted({look.key[0] for look in looks}))
    Surge.objects.bulk_create(_row(run, look, names) for look in looks)
    run.baseline_days, run.tests, run.surges = found.baseline_days, found.tests, len(looks)
    run.spot_tests, run.spots = hotspots.find(run, known)
    run.save()
    return run


def judged(day: date, allowed: Limits) -> Evening:
    """Every series of the day against its own past."""
    first = first_day()
    number = day.toordinal()
    begin = number - 6 - allowed.baseline_days
    judge = Judge(_pooled(begin, number, first), day_kinds(begin - YEAR, number), number, first, allowed)
    if judge.knows_enough:
        _look_at_all(judge, begin, day)
    return judge.evening()


def first_day() -> int:
    """The number of the first day of which anything is known; far away without tickets."""
    first = Ticket.objects.counted().order_by("registered_at").values_list("registered_at", flat=True).first()
    if first is None:
        return date.max.toordinal()
    return local(first).date().toordinal()


def _pooled(begin: int, number: int, first: int) -> Series:
    """The whole city by kind of matter: the weeks of the baseline, and the same weeks a year ago."""
    found: Series = {}
    stretches = [(begin, number)]
    if begin - YEAR >= first:
        stretches.append((begin - YEAR, number - YEAR + AROUND))
    for since, last in stretches:
        values_ = window(date.fromordinal(since), date.fromordinal(last))
        for day, category, is_sensitive, count in rows(_POOLED, values_):
            for kind in _kinds(category, is_sensitive, 4):
                found.setdefault(kind, Counter())[day.toordinal()] += count
    return found


def _kinds(category: str, is_sensitive: bool, digits: int) -> tuple[str, ...]:
    """All matters, the class, the sub-class."""
    sign = SENSITIVE if is_sensitive else ""
    found = (sign, f"{sign}{category[:2]}", f"{sign}{category}")
    return found if digits == 4 else found[:2]


def _look_at_all(judge: Judge, begin: int, day: date) -> None:
    """Series by series: a region is judged as soon as the places sorted after it lie outside."""
    held: dict[str, Series] = {}
    for place, on, category, is_sensitive, count in streamed(_PLACED, window(date.fromordinal(begin), day)):
        regions = places_of(place)
        codes = {code for code, _level in regions}
        for code in [code for code in held if code not in codes]:
            _look(judge, code, held.pop(code))
        for code, level in regions:
            series = held.setdefault(code, {})
            for kind in _kinds(category, is_sensitive, NARROWEST[level]):
                series.setdefault(kind, Counter())[on.toordinal()] += count
    for code in list(held):
        _look(judge, code, held.pop(code))


def _look(judge: Judge, code: str, series: Mapping[str, Mapping[int, int]]) -> None:
    for kind, counts in series.items():
        judge.look((code, kind), counts)


def level_of(code: str) -> str:
    """The level of a region by its code."""
    return places_of(code.ljust(15, "0"))[-1][1]


def _row(run: AnalysisRun, look: Look, names: Mapping[str, tuple[str, str]]) -> Surge:
    code, kind = look.key
    name, path = names.get(code, (code, ""))
    return Surge(
        run=run,
        day=run.day,
        place=code,
        place_name=name,
        region_path=path,
        level=level_of(code),
        category=kind.removeprefix(SENSITIVE),
        is_sensitive=kind.startswith(SENSITIVE),
        window=look.window,
        observed=look.observed,
        expected=look.expected,
        dispersion=look.dispersion,
        factor=look.factor,
        p=look.p,
        q=look.q,
    )


def holds(one: str, other: str) -> bool:
    """Whether a region holds another one, by their codes."""
    return one != other and other.startswith(one.rstrip("0"))


def key_of(row: Surge) -> Key:
    """The series of a stored surge."""
    return row.place, (SENSITIVE if row.is_sensitive else "") + row.category
