"""Daily reports in sensitive periods: set by the centre, owed by units, missing by the hour is red and is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, Text, Unprocessable
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import Notice
from key_reports import values
from key_reports.masks import masked
from key_reports.models import OwingUnit, SensitivePeriod, ZeroReport
from key_reports.querysets import paths_of, unit_ids
from key_reports.telling import tell_units

A = Notice.Audience
DAY: Final = timedelta(days=1)
BEFORE: Final = timedelta(minutes=30)
LONGEST: Final = 62
MOST_UNITS: Final = 300
LONGEST_WORDS: Final = 2000
SETTERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.DUTY_OFFICER})
REPORTERS: Final = frozenset(
    {
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.DEPT_LEAD,
        Role.DEPT_HANDLER,
        Role.DISPATCHER,
        Role.DUTY_OFFICER,
    }
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A period as the centre sets it."""

    key: UUID
    name: str
    region_code: str
    starts_on: date
    ends_on: date
    due_time: time
    units: Iterable[int]


def may_set(by: Actor) -> bool:
    """Whether the person sets periods anywhere."""
    return any(reach.path and reach.role in SETTERS for reach in scopes.of(by.user).reaches)


def units_of(by: Actor) -> list[int]:
    """The units for which the person reports."""
    scope = scopes.of(by.user)
    return sorted(scope.unit_ids) if scope.roles & REPORTERS else []


@transaction.atomic
def begin(plan: Plan, *, by: Actor, at: datetime) -> SensitivePeriod:
    """Set a period; the same form again is the same period. Raises Forbidden, Unprocessable."""
    place = territory().by_code.get(plan.region_code)
    if place is None or place.level == Tier.GRID:
        raise Unprocessable(fields={"region_code": [pgettext_lazy("zero report", "Choose a region")]})
    role = next((role for role in SETTERS if role in scopes.of(by.user).roles_over(place.path)), None)
    if role is None or by.user is None:
        raise Forbidden(
            pgettext_lazy("zero report", "Sensitive periods are set by the centre of the place"),
            roles=sorted(SETTERS),
        )
    known = SensitivePeriod.objects.filter(key=plan.key).first()
    if known is not None:
        return known
    units = _sound(plan, at)
    row = SensitivePeriod.objects.create(
        key=plan.key,
        name=plan.name.strip()[:80],
        region_id=place.region_id,
        region_path=place.path,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        due_time=plan.due_time,
        created_by=by.user,
        created_at=at,
    )
    first = max(plan.starts_on, local(at).date())
    alarm = max(at, row.due_at(first) - BEFORE)
    OwingUnit.objects.bulk_create(
        OwingUnit(period=row, unit_id=unit, awaited_on=first, next_alarm_at=alarm) for unit in units
    )
    details = {"units": units, "from": str(plan.starts_on), "to": str(plan.ends_on)}
    journal.record("sensitive_period.begin", by=by.acting_as(role), obj=row, at=at, details=details)
    return row


def _sound(plan: Plan, at: datetime) -> list[int]:
    """The units. Raises Unprocessable with everything that is wrong."""
    found: dict[str, list[Text]] = {}
    units = list(dict.fromkeys(plan.units))
    if not plan.name.strip():
        found["name"] = [pgettext_lazy("zero report", "Give it a name")]
    if plan.ends_on < max(plan.starts_on, local(at).date()):
        found["ends_on"] = [pgettext_lazy("zero report", "The last day is not before the first, nor past")]
    elif (plan.ends_on - plan.starts_on).days >= LONGEST:
        found["ends_on"] = [pgettext_lazy("zero report", "At most two months")]
    if not units or len(units) > MOST_UNITS or any(unit not in territory().units for unit in units):
        found["units"] = [pgettext_lazy("zero report", "Choose 1 to 300 units in service")]
    if found:
        raise Unprocessable(fields=found)
    return units


@dataclass(frozen=True)
class Given:
    """A unit's report of a day, and whether it is new."""

    row: ZeroReport
    created: bool


@transaction.atomic
def report(
    period_id: int, unit_id: int, *, words: str, by: Actor, at: datetime, day: date | None = None
) -> Given:
    """Today's report of a unit; without words nothing has happened. The same words again are the same report; `day`,
    where it is given, has to be today still. Raises NotFound, Forbidden, Conflict.
    """
    owing = OwingUnit.objects.select_for_update(of=("self",)).select_related("period")
    row = owing.filter(period=period_id, unit=unit_id).first()
    if row is None:
        raise NotFound()
    if unit_id not in units_of(by) or by.user is None:
        raise Forbidden(pgettext_lazy("zero report", "A unit reports for itself"), roles=sorted(REPORTERS))
    period, today, said = row.period, local(at).date(), words.strip()[:LONGEST_WORDS]
    known = ZeroReport.objects.filter(period=period, unit_id=unit_id, day=day or today).first()
    if known is not None:
        return Given(_same(known, said), created=False)
    if not period.starts_on <= today <= period.ends_on or (day or today) != today:
        raise Conflict(pgettext_lazy("zero report", "Nothing is owed today"), code="not_today")
    made = ZeroReport.objects.create(
        period=period,
        unit_id=unit_id,
        day=today,
        is_zero=not said,
        words=said,
        reported_at=at,
        reported_by=by.user,
    )
    _await_next(row, today)
    row.save()
    details = {"unit": unit_id, "zero": made.is_zero}
    journal.record("zero_report.give", by=by, obj=made, at=at, details=details)
    return Given(made, created=True)


def _same(known: ZeroReport, said: str) -> ZeroReport:
    """What was reported already. Raises Conflict where it said something else."""
    if known.words != said:
        raise Conflict(pgettext_lazy("zero report", "Today has been reported already"), code="reported")
    return known


def _await_next(row: OwingUnit, day: date) -> None:
    following = day + DAY
    row.awaited_on, row.rung = following, 0
    row.next_alarm_at = row.period.due_at(following) - BEFORE if following <= row.period.ends_on else None


@transaction.atomic
def remind(pk: int, at: datetime) -> None:
    """One unit's alarm: before the hour the unit; past it the centre as well, again and again until midnight."""
    rows = OwingUnit.objects.select_for_update(skip_locked=True, of=("self",)).select_related("period")
    row = rows.filter(pk=pk, next_alarm_at__lte=at).first()
    if row is None:
        return
    if local(at).date() > row.awaited_on:  # the day is over without a report: it stays red on the board
        _await_next(row, local(at).date() - DAY)
    else:
        _tell(row, at)
        is_late = at >= row.period.due_at(row.awaited_on)
        row.rung += is_late
        due = row.period.due_at(row.awaited_on)
        row.next_alarm_at = at + values.pause_after(row.rung) if is_late else due
    row.save()


def _tell(row: OwingUnit, at: datetime) -> None:
    period = row.period
    is_late = at >= period.due_at(row.awaited_on)
    what = "late_zero" if is_late else "warn_zero"
    key = f"{row.unit_id}-{row.awaited_on:%m%d}-{row.rung}-{what[:4]}"
    tell_units(period, what, [row.unit_id], (A.DUTY, A.LEADS, A.HANDLERS), at=at, key=key)
    if is_late:
        centre = territory().command_unit(period.region_path, Tier.CITY)
        tell_units(
            period, what, [centre.id if centre else None], (A.DUTY, A.OVERSIGHT), at=at, key=f"{key}-c"
        )


def sweep(*, at: datetime, limit: int = 200) -> list[int]:
    """The units whose alarm is due."""
    due = OwingUnit.objects.filter(next_alarm_at__lte=at).order_by("next_alarm_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One day of one unit: green in time, amber too late, red missing, grey not due yet. `words` is what has happened,
    numbers of people masked, for those who may read it.
    """

    day: date
    lamp: str
    report: ZeroReport | None = None
    words: str = ""


def board(
    period: SensitivePeriod, *, by: Actor, at: datetime, days: int = 7
) -> tuple[list[date], list[tuple[OwingUnit, list[Cell]]]]:
    """The latest days of a period, unit by unit: two statements."""
    last = min(local(at).date(), period.ends_on)
    first = max(period.starts_on, last - DAY * (days - 1))
    shown = [first + DAY * number for number in range((last - first).days + 1)]
    reads = readable(by)
    given = {(item.unit_id, item.day): item for item in period.reports.filter(day__gte=first)}
    rows = period.owing.select_related("unit").order_by("unit__code")
    return shown, [
        (row, [cell(period, day, given.get((row.unit_id, day)), at, reads) for day in shown]) for row in rows
    ]


def readable(by: Actor) -> Callable[[SensitivePeriod, int], bool]:
    """Whether the person reads what a unit has written: the centre and leaders of the place, and the unit itself."""
    paths, units = paths_of(by), set(unit_ids(by))
    return lambda period, unit: unit in units or any(period.region_path.startswith(path) for path in paths)


def cell(
    period: SensitivePeriod,
    day: date,
    found: ZeroReport | None,
    at: datetime,
    reads: Callable[[SensitivePeriod, int], bool],
) -> Cell:
    """How a unit stands for a day."""
    due = period.due_at(day)
    if found is None:
        return Cell(day=day, lamp="red" if at >= due else "grey")
    words = masked(found.words) if not found.is_zero and reads(period, found.unit_id) else ""
    return Cell(day=day, lamp="amber" if found.reported_at > due else "green", report=found, words=words)
