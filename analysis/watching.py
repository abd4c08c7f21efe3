"""Rules against the figures of an evening: what they find becomes warnings, once for each rule, place and kind
of matter.

A warning that stands is renewed, not doubled. One that was dismissed or closed stays quiet for as many days as its rule
looks at, seven at least. One that is not met for two weeks and that nobody has acted upon lapses.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from analysis import recurrence, telling
from analysis.answering import lapse
from analysis.counting import PLACE, TICKETS, named, rows, window
from analysis.frame import Move, leave_step
from analysis.models import AnalysisRun, EarlyWarning, HotSpot, Surge, WarningRule
from analysis.states import WARNING_TABLE, WarningState
from analysis.values import Name, values
from assessment.definitions import definitions
from assessment.figures import Asked, figures
from assessment.periods import Period
from assessment.subjects import DIGITS, of_place
from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.numbers import next_numbers
from grids.models import Region

CENT: Final = Decimal("0.01")
QUIET: Final = 7
BATCH: Final = 200
Measure = WarningRule.Measure


@dataclass(frozen=True, kw_only=True)
class Met:
    """A place at which a rule is met. `facts` say how it was found, for the page."""

    place: str
    name: str
    path: str
    category: str
    value: Decimal
    facts: Mapping[str, Any]
    is_sensitive: bool = False


def watch(run: AnalysisRun, *, at: datetime) -> int:
    """Ask every rule in force on the day; returns how many new warnings there are. Safe to repeat."""
    day = run.day
    in_force = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    new = 0
    for rule in WarningRule.objects.filter(in_force).order_by("severity", "code"):
        for met in MEASURES[Measure(rule.measure)](rule, run):
            with suppress(IntegrityError):  # another run was faster by a moment
                new += settle(rule, met, day, at=at)
    lapse_due(day, at=at)
    return new


@transaction.atomic
def settle(rule: WarningRule, met: Met, day: date, *, at: datetime) -> bool:
    """Renew the warning that stands, or raise one; True when it is new."""
    same = EarlyWarning.objects.filter(
        rule=rule, place=met.place, category=met.category, is_sensitive=met.is_sensitive
    )
    row = same.open().select_for_update(of=("self",), no_key=True).first()
    since = day - timedelta(days=rule.window_days - 1)
    if row is not None:
        if row.last_met_on < day:
            row.until, row.last_met_on, row.value, row.facts = day, day, met.value, dict(met.facts)
            row.version += 1
            row.save()
        return False
    quiet = day - timedelta(days=max(QUIET, rule.window_days))
    if same.filter(last_met_on__gt=quiet).exclude(state=WarningState.LAPSED).exists():
        return False
    row = EarlyWarning(
        number=next_numbers("YW", at)[0],
        rule=rule,
        severity=rule.severity,
        place=met.place,
        place_name=met.name,
        region_path=met.path,
        category=met.category,
        is_sensitive=met.is_sensitive,
        since=since,
        until=day,
        value=met.value,
        facts=dict(met.facts),
        raised_at=at,
        last_met_on=day,
    )
    row.save(force_insert=True)
    leave_step(Move(row, WARNING_TABLE["raise"], SYSTEM_ACTOR, at), "", None)
    telling.tell_raised(row, at=at)
    return True


def lapse_due(day: date, *, at: datetime) -> int:
    """End, a bounded number at a time, what has not been met for some days and nobody has acted upon."""
    last = day - timedelta(days=values(day)[Name.LAPSE_DAYS])
    waiting = (WarningState.OPEN, WarningState.ACKNOWLEDGED)
    due = EarlyWarning.objects.filter(state__in=waiting, last_met_on__lt=last).order_by("pk")
    return sum(lapse(pk, by=SYSTEM_ACTOR, at=at) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def of_surges(rule: WarningRule, run: AnalysisRun) -> Iterable[Met]:
    """Surges of the day at places of the level, the rarest of each story."""
    found = Surge.objects.filter(
        run=run,
        level=rule.level,
        window=rule.window_days,
        category__startswith=rule.category,
        region_path__startswith=rule.region_path,
        observed__gte=rule.least,
    )
    kept: list[Surge] = []
    for row in found.order_by("p", "id"):
        is_told = any(
            other.place == row.place
            and (other.category.startswith(row.category) or row.category.startswith(other.category))
            and other.is_sensitive == row.is_sensitive
            for other in kept
        )
        if Decimal(row.times) >= rule.threshold and not is_told:
            kept.append(row)
            yield _of(row, row.times, {"window": row.window, "tests": run.tests})


def of_spots(rule: WarningRule, run: AnalysisRun) -> Iterable[Met]:
    """Hot spots of the day."""
    found = HotSpot.objects.filter(
        run=run,
        category__startswith=rule.category,
        region_path__startswith=rule.region_path,
        observed__gte=rule.least,
    )
    for row in found.order_by("p", "id"):
        if Decimal(row.times) >= rule.threshold:
            yield _of(
                row, row.times, {"window": row.days, "tests": run.spot_tests, "z": row.z, "grids": row.grids}
            )


def _of(row: Surge | HotSpot, times: float, more: Mapping[str, Any]) -> Met:
    return Met(
        place=row.place,
        name=row.place_name,
        path=row.region_path,
        category=row.category,
        value=_cents(times),
        facts={"observed": row.observed, "expected": row.expected, "p": row.p, "q": row.q, **more},
        is_sensitive=row.is_sensitive,
    )


_COUNTS: Final = f"""
SELECT left({PLACE}, %(digits)s), count(*) {TICKETS} AND NOT t.is_sensitive AND c.code LIKE %(kind)s
 GROUP BY 1 HAVING count(*) >= %(least)s"""  # ours


def of_counts(rule: WarningRule, run: AnalysisRun) -> Iterable[Met]:
    """Places with at least so many tickets in the window."""
    since = run.day - timedelta(days=rule.window_days - 1)
    given = window(since, run.day) | {
        "digits": DIGITS[rule.level],
        "kind": f"{rule.category}%",
        "least": max(rule.least, int(rule.threshold)),
    }
    found = {place.ljust(12, "0"): count for place, count in rows(_COUNTS, given)}
    return _at_places(rule, {code: (Decimal(count), {"observed": count}) for code, count in found.items()})


def of_recurrence(rule: WarningRule, run: AnalysisRun) -> Iterable[Met]:
    """Places at which at least so many tickets of the window had one like them shortly before."""
    since = run.day - timedelta(days=rule.window_days - 1)
    days = values(run.day)[Name.RECUR_DAYS]
    found = recurrence.by_place("", DIGITS[rule.level], since, run.day, days)
    met = {
        row.key: (Decimal(row.again), {"observed": row.again, "whole": row.whole, "days": days})
        for row in found
        if row.again >= rule.threshold and row.whole >= rule.least
    }
    return _at_places(rule, met)


def of_rates(rule: WarningRule, run: AnalysisRun) -> Iterable[Met]:
    """Places whose indicator lies on the wrong side of the threshold, by the counting engine."""
    known = [row for row in definitions() if row.code == rule.indicator and row.is_rate]
    regions = Region.objects.filter(level=rule.level, valid_to=None, path__startswith=rule.region_path)
    subjects = [of_place(row.code, row.level, row.name) for row in regions.order_by("code")]
    period = Period(since=run.day - timedelta(days=rule.window_days - 1), until=run.day + timedelta(days=1))
    if not known or not subjects:
        return []
    found = figures(Asked(definitions=known, subjects=subjects, period=period, sensitive=False))
    met = {}
    for figure in found.values():
        percent = figure.percent
        if figure.reason or percent is None or figure.whole < rule.least:
            continue
        is_met = percent >= rule.threshold if rule.measure == Measure.RATE else percent <= rule.threshold
        if is_met:
            met[figure.subject.code] = (percent, {"part": figure.part, "whole": figure.whole})
    return _at_places(rule, met)


def _at_places(rule: WarningRule, found: Mapping[str, tuple[Decimal, Mapping[str, Any]]]) -> list[Met]:
    """Inside the rule's place, with names and paths; the most first."""
    names = named(sorted(found))
    met = [
        Met(
            place=code,
            name=names[code][0],
            path=names[code][1],
            category=rule.category,
            value=value,
            facts=facts,
        )
        for code, (value, facts) in found.items()
        if code in names and names[code][1].startswith(rule.region_path)
    ]
    return sorted(met, key=lambda one: (-one.value, one.place))


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


MEASURES: Final[Mapping[Measure, Callable[[WarningRule, AnalysisRun], Iterable[Met]]]] = {
    Measure.SURGE: of_surges,
    Measure.HOT_SPOT: of_spots,
    Measure.COUNT: of_counts,
    Measure.RATE: of_rates,
    Measure.SHORTFALL: of_rates,
    Measure.RECURRENCE: of_recurrence,
}
