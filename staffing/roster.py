"""The duty roster: who is on duty, where nobody is, filling from a pattern, swapping. No shift without a name.

A shift may cross midnight; one person is never on duty twice at once, which the database itself refuses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from governance.foundation.clock import local
from grids.territory import Unit
from grids.territory import current as territory
from staffing.models import DutyRequirement, DutyShift

Span = tuple[datetime, datetime]
LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """Somebody on duty now: the main one has `is_lead`; `until` is the end of the shift."""

    name: str
    phone: str
    user_id: int
    is_lead: bool
    until: datetime


def on_duty(unit_id: int, at: datetime) -> list[OnDuty]:
    """Who is on duty for a unit at that instant: main before backup. Empty: nobody is."""
    rows = (
        DutyShift.objects.filter(unit=unit_id, starts_at__lte=at, ends_at__gt=at)
        .select_related("user")
        .order_by("-kind", "starts_at", "id")
    )
    return [
        OnDuty(
            name=row.user.name,
            phone=row.phone or row.user.phone or "",
            user_id=row.user_id,
            is_lead=row.kind == DutyShift.Kind.MAIN,
            until=row.ends_at,
        )
        for row in rows
        if row.user.is_active
    ]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A unit has nobody of that kind on duty from one instant to another although it should."""

    unit_id: int
    unit_name: str
    kind: str
    starts_at: datetime
    ends_at: datetime


def gaps(units: Iterable[Unit], since: datetime, until: datetime) -> list[Gap]:
    """Where the rosters of the units have holes between the two instants, in order of time: two statements."""
    wanted = {unit.id: unit for unit in units}
    needs = _needs(local(since).date())
    rows = DutyShift.objects.filter(
        unit__in=wanted, ends_at__gt=since, starts_at__lt=until, user__is_active=True
    )
    covered: dict[tuple[int, str], list[Span]] = {}
    for unit_id, kind, starts_at, ends_at in rows.values_list("unit_id", "kind", "starts_at", "ends_at"):
        covered.setdefault((unit_id, kind), []).append((starts_at, ends_at))
    found = []
    for unit in wanted.values():
        need = needs.get(unit.kind)
        for kind in _kinds(need):
            assert need is not None
            for starts_at, ends_at in _holes(_opening(need, since, until), covered.get((unit.id, kind), [])):
                found.append(
                    Gap(unit_id=unit.id, unit_name=unit.name, kind=kind, starts_at=starts_at, ends_at=ends_at)
                )
    return sorted(found, key=lambda gap: (gap.starts_at, gap.unit_name, gap.kind))


def _kinds(need: DutyRequirement | None) -> tuple[str, ...]:
    if need is None:
        return ()
    main, backup = DutyShift.Kind.MAIN.value, DutyShift.Kind.BACKUP.value
    return (main, backup) if need.needs_backup else (main,)


def _needs(on: date) -> dict[str, DutyRequirement]:
    rows = DutyRequirement.objects.filter(valid_from__lte=on).order_by("valid_from")
    return {row.unit_kind: row for row in rows}


def clock(text: str) -> time:
    """`08:30` as a time of day."""
    return time.fromisoformat(text)


def instant(day: date, at: time) -> datetime:
    """The instant when the wall clock of the city shows that time on that day."""
    return timezone.make_aware(datetime.combine(day, at))  # made aware here


def _opening(need: DutyRequirement, since: datetime, until: datetime) -> list[Span]:
    """The times that must be covered, day by day, cut to the window."""
    opens, closes = clock(need.opens), clock(need.closes)
    day, last, spans = local(since).date() - timedelta(days=1), local(until).date(), []
    while day <= last:
        ends = instant(day + timedelta(days=int(closes <= opens)), closes)
        starts_at, ends_at = max(instant(day, opens), since), min(ends, until)
        if starts_at < ends_at:
            spans.append((starts_at, ends_at))
        day += timedelta(days=1)
    return spans


def _holes(wanted: Sequence[Span], covered: Sequence[Span]) -> list[Span]:
    """What of `wanted` no span of `covered` holds; holes that touch become one."""
    holes: list[Span] = []
    shifts = sorted(covered)
    for starts_at, ends_at in wanted:
        reached = starts_at
        for begin, end in shifts:
            if begin >= ends_at:
                break
            if begin > reached:
                _join(holes, (reached, begin))
            reached = max(reached, end)
        if reached < ends_at:
            _join(holes, (reached, ends_at))
    return holes


def _join(holes: list[Span], span: Span) -> None:
    if holes and holes[-1][1] == span[0]:
        holes[-1] = (holes[-1][0], span[1])
    else:
        holes.append(span)


def rostered_units(unit_ids: Iterable[int], on: date) -> list[Unit]:
    """Those of the units that must have a roster, from the city down."""
    needs, land = _needs(on), territory()
    found = [land.units[unit_id] for unit_id in unit_ids if unit_id in land.units]
    return sorted((unit for unit in found if unit.kind in needs), key=lambda unit: (unit.path, unit.code))


def coming_gaps(unit_ids: Iterable[int], at: datetime) -> list[Gap]:
    """The holes of the next seven days."""
    return gaps(rostered_units(unit_ids, local(at).date()), at, at + LOOK_AHEAD)


def week_of(unit_id: int, first: date) -> list[DutyShift]:
    """The shifts of a unit that touch the seven days from `first` on."""
    since, until = instant(first, time.min), instant(first + timedelta(days=7), time.min)
    rows = DutyShift.objects.filter(Q(ends_at__gt=since), unit=unit_id, starts_at__lt=until)
    return list(rows.select_related("user").order_by("starts_at", "-kind", "id"))
