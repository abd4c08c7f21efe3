"""Writing the duty roster: one shift, a repeating pattern, a swap, taking a shift away.

Refused in words before the database's own exclusion constraint would: the person is locked, then looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, StaleVersion
from staffing import holes
from staffing.models import DutyShift, Leave
from staffing.posting import lock_person
from staffing.queries.vacancies import away_on
from staffing.roster import instant
from staffing.rules import keeping_role, refuse, unit_path

LONGEST: Final = timedelta(hours=48)
MOST_DAYS: Final = 93


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Who is on duty where, from when to when."""

    unit_id: int
    user_id: int
    starts_at: datetime
    ends_at: datetime
    kind: str = DutyShift.Kind.MAIN
    phone: str = ""


@transaction.atomic
def add(shift: Shift, *, by: Actor, at: datetime) -> DutyShift:
    """Put one shift on the roster. Raises Forbidden, NotFound, Unprocessable."""
    actor = by.acting_as(_role(by, shift.unit_id))
    user = lock_person(shift.user_id)
    _check(shift, user)
    row = DutyShift.objects.create(
        unit_id=shift.unit_id,
        user=user,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        kind=shift.kind,
        phone=shift.phone.strip(),
    )
    journal.record("shift.add", by=actor, obj=row, at=at, after=facts(row))
    _count_holes(at)
    return row


@transaction.atomic
def remove(shift_id: int, *, by: Actor, at: datetime, version: int | None = None) -> None:
    """Take a shift from the roster; one that is over stays as it was. Raises as `add`, and StaleVersion."""
    row = _locked(shift_id, version)
    actor = by.acting_as(_role(by, row.unit_id))
    _check_not_over(row, at)
    journal.record("shift.remove", by=actor, obj=row, at=at, before=facts(row))
    row.delete()
    _count_holes(at)


def _count_holes(at: datetime) -> None:
    """The navigation tells the new number at once."""
    transaction.on_commit(lambda: holes.keep(at=at))


@transaction.atomic
def swap(first_id: int, second_id: int, *, by: Actor, at: datetime) -> None:
    """Two people of one unit change places. Raises as `add`."""
    rows = {pk: _locked(pk, None) for pk in sorted({first_id, second_id})}
    if len(rows) != 2:
        raise refuse("other", _("Choose the shift of another person"))
    first, second = rows[first_id], rows[second_id]
    if first.unit_id != second.unit_id or first.user_id == second.user_id:
        raise refuse("other", _("Choose the shift of another person"))
    actor = by.acting_as(_role(by, first.unit_id))
    people = {pk: lock_person(pk) for pk in sorted({first.user_id, second.user_id})}
    for row in rows.values():
        _check_not_over(row, at)
    before = {row.pk: facts(row) for row in rows.values()}
    kept = [_taken_by(people[second.user_id], first), _taken_by(people[first.user_id], second)]
    DutyShift.objects.filter(pk__in=rows).delete()
    for shift, row in zip(kept, (first, second), strict=True):
        _check(shift, people[shift.user_id], field="other")
        made = DutyShift.objects.create(pk=row.pk, version=row.version + 1, **_columns(shift))
        journal.record("shift.swap", by=actor, obj=made, at=at, before=before[row.pk], after=facts(made))
    _count_holes(at)


def _taken_by(user: User, row: DutyShift) -> Shift:
    return Shift(
        unit_id=row.unit_id,
        user_id=user.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        kind=row.kind,
    )


def _columns(shift: Shift) -> dict[str, object]:
    return {
        "unit_id": shift.unit_id,
        "user_id": shift.user_id,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "kind": shift.kind,
        "phone": shift.phone,
    }


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Shifts that repeat day by day: change-over times, and people who take turns in the order named.

    Two times (08:30, 17:30) make two shifts a day, the second one across midnight; one time makes a shift of
    24 hours. With `closes`, the last shift of a day ends then instead.
    """

    unit_id: int
    first: date
    last: date
    times: tuple[time, ...]
    people: tuple[int, ...]
    backups: tuple[int, ...] = ()
    closes: time | None = None


@transaction.atomic
def fill(pattern: Pattern, *, by: Actor, at: datetime) -> int:
    """Write a whole pattern; what is on the roster already stays, its times are left out. Gives how many shifts.

    Raises Forbidden, NotFound, Unprocessable; then nothing was written.
    """
    actor = by.acting_as(_role(by, pattern.unit_id))
    _check_pattern(pattern)
    people = {pk: lock_person(pk) for pk in sorted({*pattern.people, *pattern.backups})}
    made = []
    for kind, turn in ((DutyShift.Kind.MAIN, pattern.people), (DutyShift.Kind.BACKUP, pattern.backups)):
        for number, (starts_at, ends_at) in enumerate(_spans(pattern) if turn else ()):
            if _is_taken(pattern.unit_id, kind, starts_at, ends_at):
                continue
            shift = Shift(
                unit_id=pattern.unit_id,
                user_id=turn[number % len(turn)],
                starts_at=starts_at,
                ends_at=ends_at,
                kind=kind,
            )
            _check(shift, people[shift.user_id], field="people" if kind == DutyShift.Kind.MAIN else "backups")
            made.append(DutyShift.objects.create(**_columns(shift)))
    journal.record_many(
        [journal.entry("shift.add", by=actor, obj=row, at=at, after=facts(row)) for row in made]
    )
    _count_holes(at)
    return len(made)


def _check_pattern(pattern: Pattern) -> None:
    if pattern.last < pattern.first:
        raise refuse("last", _("The last day is before the first one"))
    if (pattern.last - pattern.first).days >= MOST_DAYS:
        raise refuse("last", _("A pattern fills at most %(days)s days at once") % {"days": MOST_DAYS})
    if not pattern.people:
        raise refuse("people", _("Name at least one person: no shift without a name"))
    if list(pattern.times) != sorted(set(pattern.times)) or not pattern.times:
        raise refuse("times", _("Give the times in their order, each once, such as 08:30 17:30"))


def _spans(pattern: Pattern) -> Sequence[tuple[datetime, datetime]]:
    spans, day = [], pattern.first
    while day <= pattern.last:
        for number, begins in enumerate(pattern.times):
            if number + 1 < len(pattern.times):
                ends_at = instant(day, pattern.times[number + 1])
            elif pattern.closes is not None and pattern.closes > begins:
                ends_at = instant(day, pattern.closes)
            else:
                ends_at = instant(day + timedelta(days=1), pattern.closes or pattern.times[0])
            spans.append((instant(day, begins), ends_at))
        day += timedelta(days=1)
    return spans


def _is_taken(unit_id: int, kind: str, starts_at: datetime, ends_at: datetime) -> bool:
    return DutyShift.objects.filter(
        unit_id=unit_id, kind=kind, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exists()


def _role(by: Actor, unit_id: int) -> str:
    path = unit_path(unit_id)
    if not path:
        raise NotFound()
    return keeping_role(by, path)


def _locked(shift_id: int, version: int | None) -> DutyShift:
    rows = DutyShift.objects.select_for_update(of=("self",)).select_related("user", "unit")
    row = rows.filter(pk=shift_id).first()
    if row is None:
        raise NotFound()
    if version is not None and version != row.version:
        raise StaleVersion(current_version=row.version)
    return row


def _check_not_over(row: DutyShift, at: datetime) -> None:
    if row.ends_at <= at:
        raise refuse("shift", _("This shift is over and stays as it was"))


def _check(shift: Shift, user: User, *, field: str = "user") -> None:
    if shift.ends_at <= shift.starts_at:
        raise refuse("ends_at", _("The end is before the beginning"))
    if shift.ends_at - shift.starts_at > LONGEST:
        raise refuse("ends_at", _("A shift takes at most 48 hours"))
    if not user.is_active:
        raise refuse(field, _("%(name)s is no longer active") % {"name": user.name})
    day = local(shift.starts_at).date()
    if Leave.objects.filter(away_on(day), user=user).exists():
        raise refuse(field, _("%(name)s is on leave on %(day)s") % {"name": user.name, "day": day})
    other = (
        DutyShift.objects.filter(user=user, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
        .select_related("unit")
        .first()
    )
    if other is not None:
        words = {
            "name": user.name,
            "unit": other.unit.name,
            "from": f"{local(other.starts_at):%m-%d %H:%M}",
            "to": f"{local(other.ends_at):%m-%d %H:%M}",
        }
        raise refuse(field, _("%(name)s is on duty for %(unit)s from %(from)s to %(to)s already") % words)


def facts(row: DutyShift) -> dict[str, str]:
    """What the journal keeps of a shift."""
    return {
        "unit": str(row.unit_id),
        "user": str(row.user_id),
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "kind": row.kind,
    }
