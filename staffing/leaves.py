"""Leave: asked for, approved, refused, taken back, ended early. The only writer of `Leave.state`.

While an approved leave lasts, its substitute holds the same roles over the same grids and in the same teams as
acting appointments with its dates: they begin and end by themselves, and the inbox follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint_many
from governance.accounts.models import Appointment, OrgUnit, User
from governance.accounts.roles import WORKERS, Role
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, IllegalTransition, NotFound, StaleVersion
from governance.foundation.state_machine import Verb
from grids.models import Grid, GridAssignment
from staffing.models import Leave, LeaveCover
from staffing.posting import appointment_facts, end_appointment, lock_person, overlapping
from staffing.rules import home_path, keeping_role, keeps, refuse
from staffing.states import LEAVE_TABLE, SELF, LeaveState

DAY: Final = timedelta(days=1)
# What a substitute takes over: field work. Offices (duty, dispatch, oversight) have colleagues and rosters.
TAKEN_OVER: Final = frozenset({*WORKERS, Role.COMMUNITY_STAFF, Role.MEDIATOR})
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Who wants to be away, from when to when, why, and who stands in."""

    user_id: int
    kind: str
    starts_on: date
    ends_on: date
    reason: str
    substitute_id: int | None = None


@transaction.atomic
def ask(absence: Absence, *, by: Actor, at: datetime) -> Leave:
    """Ask for leave, for oneself or for somebody whose posts one keeps.

    Raises NotFound, Forbidden, Unprocessable (dates, overlap with another leave, substitute).
    """
    people = {
        pk: lock_person(pk) for pk in sorted({absence.user_id, absence.substitute_id or absence.user_id})
    }
    user = people[absence.user_id]
    actor = by.acting_as(_role(LEAVE_TABLE["ask"], user, by, absence.starts_on))
    _check(absence, user, people.get(absence.substitute_id or 0), local(at).date())
    assert by.user is not None, "a leave is asked for by a person"
    row = Leave.objects.create(
        user=user,
        kind=absence.kind,
        starts_on=absence.starts_on,
        ends_on=absence.ends_on,
        reason=absence.reason.strip(),
        substitute_id=absence.substitute_id,
        asked_by=by.user,
        asked_at=at,
    )
    journal.record("leave.ask", by=actor, obj=row, at=at, after=facts(row))
    return row


@transaction.atomic
def perform(
    name: str, leave_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> Leave:
    """One of the verbs `approve`, `refuse`, `cancel`, `return_early`.

    Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable.
    """
    row = Leave.objects.select_for_update(of=("self",)).select_related("user").filter(pk=leave_id).first()
    if row is None:
        raise NotFound()
    if version is not None and version != row.version:
        raise StaleVersion(current_version=row.version, state=row.state)
    verb = LEAVE_TABLE.check(name, row.state)
    actor = by.acting_as(_role(verb, row.user, by, row.starts_on))
    need = verb.need("opinion")
    if need is not None and need.required and not opinion.strip():
        raise refuse("opinion", _("Please give a reason"))
    if name == "cancel" and row.state == LeaveState.APPROVED and local(at).date() >= row.starts_on:
        raise IllegalTransition(
            _("This leave has begun: return early instead"), verb=name, state=str(row.state)
        )
    before = facts(row)
    row.state, row.version, row.opinion = verb.target, row.version + 1, opinion.strip()
    row.decided_by, row.decided_at = by.user, at
    DEEDS[name](row, actor, at)
    row.save()
    journal.record(f"leave.{name}", by=actor, obj=row, at=at, before=before, after=facts(row))
    return row


def permitted(row: Leave, by: Actor, *, on: date) -> list[Verb]:
    """The verbs that this person may do to the leave on that day: exactly the buttons shown."""
    found = []
    for verb in LEAVE_TABLE.leaving(row.state):
        begun = on > row.starts_on
        if (verb.name == "cancel" and row.state == LeaveState.APPROVED and on >= row.starts_on) or (
            verb.name == "return_early" and not (begun and on <= row.ends_on)
        ):
            continue
        try:
            _role(verb, row.user, by, row.starts_on)
        except Forbidden:
            continue
        found.append(verb)
    return found


def places_of(user: User, on: date) -> list[str]:
    """The paths that a person's absence concerns: the grids of the posts, else the place of the home unit."""
    rows = GridAssignment.objects.filter(overlapping(on, on), user=user)
    paths = sorted(set(rows.values_list("post__grid__path", flat=True)))
    home = home_path(user)
    return paths or ([home] if home else [])


def _role(verb: Verb, user: User, by: Actor, on: date) -> str:
    """Who may: the person for his or her own leave, where the table says so; a keeper for anybody else's."""
    if by.user_id == user.pk and not by.is_system:
        if SELF in verb.who:
            return SELF
        raise Forbidden(_("Nobody decides about his or her own leave"), code="own_leave")
    return keeping_role(by, *places_of(user, on))


def may_ask_for(user: User, by: Actor, *, on: date) -> bool:
    """Whether `by` may ask for this person's leave from that day on."""
    return by.user_id == user.pk or keeps(by, *places_of(user, on))


def _check(absence: Absence, user: User, substitute: User | None, today: date) -> None:
    if absence.ends_on < absence.starts_on:
        raise refuse("ends_on", _("The last day is before the first one"))
    if absence.ends_on - absence.starts_on > LONGEST:
        raise refuse("ends_on", _("A leave takes at most one year"))
    if absence.ends_on < today:
        raise refuse("ends_on", _("These days are over already"))
    if not absence.reason.strip():
        raise refuse("reason", _("Please give a reason"))
    other = lasting(absence.starts_on, absence.ends_on).filter(user=user).first()
    if other is not None:
        words = {"from": other.starts_on, "to": other.ends_on}
        raise refuse("starts_on", _("There is a leave from %(from)s to %(to)s already") % words)
    if lasting(absence.starts_on, absence.ends_on).filter(substitute=user).exists():
        raise refuse("starts_on", _("%(name)s stands in for somebody in these days") % {"name": user.name})
    if substitute is not None:
        _check_substitute(absence, user, substitute)


def _check_substitute(absence: Absence, user: User, substitute: User) -> None:
    if substitute.pk == user.pk:
        raise refuse("substitute", _("Nobody stands in for himself or herself"))
    if not substitute.is_active:
        raise refuse("substitute", _("%(name)s is no longer active") % {"name": substitute.name})
    if lasting(absence.starts_on, absence.ends_on).filter(user=substitute).exists():
        raise refuse("substitute", _("%(name)s is away in these days as well") % {"name": substitute.name})


def lasting(starts_on: date, ends_on: date) -> "models.QuerySet[Leave]":
    """Open leaves that share a day with these dates."""
    dates = Q(starts_on__lte=ends_on, ends_on__gte=starts_on)
    back = Q(returned_on=None) | Q(returned_on__gt=starts_on)
    return Leave.objects.filter(
        dates, back, state__in=[LeaveState.ASKED, LeaveState.APPROVED, LeaveState.RETURNED]
    )


def _approve(row: Leave, by: Actor, at: datetime) -> None:
    """Give the substitute what the person has."""
    today = local(at).date()
    if row.ends_on < today:
        raise refuse("opinion", _("These days are over already"))
    if row.substitute is None:
        return
    if not row.substitute.is_active:
        raise refuse("opinion", _("%(name)s is no longer active") % {"name": row.substitute.name})
    for made in appoint_many(_acting(row, max(row.starts_on, today)), at=at):
        LeaveCover.objects.create(leave=row, appointment=made)
        journal.record("appointment.appoint", by=by, obj=made, at=at, after=appointment_facts(made))


def _acting(row: Leave, first: date) -> list[Post]:
    """The roles of the person in those days, over the same targets, and in the own team (the inbox)."""
    held = Appointment.objects.filter(
        overlapping(first, row.ends_on), user=row.user, role__in=TAKEN_OVER, acting_for=None
    ).select_related("target_type")
    wanted: dict[tuple[str, int, int], Post] = {}
    for given in held.order_by("id"):
        target = given.target
        if target is None:
            continue
        ends_on = min(row.ends_on, given.ends_on) if given.ends_on is not None else row.ends_on
        _add(wanted, row, given.role, target, max(first, given.starts_on), ends_on)
        home = row.user.unit
        if home is not None and _is_inbox_of(home, given.role, target):
            _add(wanted, row, given.role, home, max(first, given.starts_on), ends_on)
    return list(wanted.values())


def _is_inbox_of(home: OrgUnit, role: str, target: Any) -> bool:
    """Whether the person works on the inbox of the home unit in that role: it needs no appointment of its own."""
    if isinstance(target, Grid):
        return target.team_id == home.pk
    return home.kind == OrgUnit.Kind.WORKSTATION and role == Role.COMMUNITY_STAFF


def _add(
    wanted: dict[tuple[str, int, int], Post], row: Leave, role: str, target: Any, first: date, last: date
) -> None:
    assert row.substitute is not None
    key = (role, ContentType.objects.get_for_model(target).pk, target.pk)
    if key not in wanted:
        wanted[key] = Post(
            user=row.substitute,
            role=role,
            target=target,
            starts_on=first,
            ends_on=last,
            acting_for=row.user,
        )


def _refuse(row: Leave, by: Actor, at: datetime) -> None:
    """Nothing follows from a refusal."""


def _cancel(row: Leave, by: Actor, at: datetime) -> None:
    """Before its first day an approved leave takes its covers with it; nobody has acted on them yet."""
    for given in _covers(row):
        journal.record("appointment.cancel", by=by, obj=given, at=at, before=appointment_facts(given))
        given.delete()


def _return_early(row: Leave, by: Actor, at: datetime) -> None:
    """From today on the person is back: the covers end with yesterday."""
    today = local(at).date()
    if not row.starts_on < today <= row.ends_on:
        raise refuse("opinion", _("Returning early is for the days between the first and the last one"))
    row.returned_on = today
    for given in _covers(row):
        if given.starts_on >= today:
            given.delete()
        elif given.ends_on is None or given.ends_on >= today:
            end_appointment(given, on=today - DAY, by=by, at=at)


def _covers(row: Leave) -> list[Appointment]:
    return list(Appointment.objects.filter(leave_cover__leave=row).order_by("id"))


DEEDS: Final[Mapping[str, Any]] = {
    "approve": _approve,
    "refuse": _refuse,
    "cancel": _cancel,
    "return_early": _return_early,
}


def facts(row: Leave) -> dict[str, str]:
    """What the journal keeps of a leave."""
    return {
        "user": str(row.user_id),
        "kind": row.kind,
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on),
        "substitute": str(row.substitute_id or ""),
        "state": row.state,
        "returned_on": str(row.returned_on or ""),
    }
