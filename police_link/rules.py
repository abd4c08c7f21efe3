"""Who may do what to a matter: one function for the guard, the buttons and the API; and on which side one stands."""

from datetime import datetime

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from grids.territory import current as territory
from incidents.clientele import reaches
from incidents.states import OPEN as OPEN_TICKETS
from police_link.models import PoliceIncident
from police_link.querysets import centre_paths, police_paths, police_units
from police_link.states import INCIDENT_TABLE, RECONCILERS, FirstReceiver, IncidentState

POLICE_SIDE, CENTRE_SIDE = FirstReceiver.POLICE.value, FirstReceiver.CENTRE.value


def role_over(verb: Verb, by: Actor, *, path: str, source: str) -> str:
    """The role under which `by` may do the verb at the place, for matters of that source. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    if by.is_api_client:
        if Role.API_CLIENT in verb.who and source in by.source_codes and reaches(by, path):
            return Role.API_CLIENT
    else:
        scope = scopes.of(by.user)
        over, areas = scope.roles_over(path), territory().areas
        inside = any(path.startswith(area) for unit in police_units(by) for area in areas.get(unit, ()))
        for role, reach in verb.who.items():
            if role in (over if reach is Reach.SCOPE else scope.roles if inside else ()):
                return role
    raise Forbidden(
        pgettext_lazy("police", "This step belongs to the other side or to another role"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def role_for(verb: Verb, row: PoliceIncident, by: Actor) -> str:
    """The role under which `by` may do `verb` to this matter. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path, source=row.source.code)
    if verb.name == "uphold" and by.user_id in set(_refusers(row)):
        raise Forbidden(
            pgettext_lazy("police", "Whoever refused a matter does not decide about the objection"),
            code="own_work",
        )
    return role


def _refusers(row: PoliceIncident) -> list[int | None]:
    return list(row.steps.filter(verb="refuse").values_list("actor_id", flat=True))


def is_timely(verb: Verb, row: PoliceIncident, at: datetime) -> bool:
    """Whether the guard of the verb allows it now: a single objection in time, no second hand-over, an open ticket."""
    if verb.name == "object":
        return row.due_at is not None and at <= row.due_at
    if verb.name == "hand_back":
        return not row.is_binding and row.ticket is not None and row.ticket.state in OPEN_TICKETS
    return True


def permitted(row: PoliceIncident, by: Actor, at: datetime) -> list[Verb]:
    """The verbs this actor may do to this matter now, in table order: exactly the buttons."""
    found = []
    for verb in INCIDENT_TABLE.leaving(row.state):
        if not is_timely(verb, row, at):
            continue
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def first_holder(row: PoliceIncident) -> str:
    """The state in which the first receiver keeps a matter that nobody has decided."""
    is_ours = row.ticket_id is not None or row.first_receiver == FirstReceiver.CENTRE
    return str(IncidentState.ACCEPTED if is_ours else IncidentState.KEPT)


def side_of(by: Actor, path: str) -> str:
    """On which side the actor stands at a place: a system and the police there, everybody else with the centre."""
    if by.is_api_client:
        return POLICE_SIDE
    if any(path.startswith(own) for own in centre_paths(by)):
        return CENTRE_SIDE
    return POLICE_SIDE if any(path.startswith(own) for own in police_paths(by)) else CENTRE_SIDE


def may_read(by: Actor) -> bool:
    """Whether the person finds these pages at all."""
    return bool(centre_paths(by) or police_paths(by))


def must_read(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_read(by):
        raise Forbidden(
            pgettext_lazy("police", "The police link is read by the centre, town desks and the police"),
            roles=sorted({*INCIDENT_TABLE["offer"].who, Role.LEADER.value, Role.OVERSIGHT_OFFICER.value}),
        )


def may_offer(by: Actor) -> bool:
    """Whether the person may register a transfer anywhere."""
    who = INCIDENT_TABLE["offer"].who
    held = any(reach.path and reach.role in who for reach in scopes.of(by.user).reaches)
    return held or bool(police_units(by))


def may_reconcile(by: Actor) -> bool:
    """Whether the person may enter the statement of a day: both sides may."""
    if any(reach.path and reach.role in RECONCILERS for reach in scopes.of(by.user).reaches):
        return True
    return bool(police_paths(by))
