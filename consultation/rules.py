"""Who may do what: one function for the guard and the buttons, and the few predicates that pages ask."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from consultation.models import CallLine, Consultation, Meeting, WhistleCall
from consultation.states import CALL_TABLE, CONSULTATION_TABLE, LINE_TABLE, MEETING_TABLE
from consultation.states.who import CENTRE, DEPARTMENT, HOSTS
from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, StateTable, Verb
from grids import scope as scopes
from incidents.ledger import ledger
from incidents.models import Ticket, TicketRequest
from incidents.states import RequestKind

TABLES: dict[type[Model], StateTable] = {
    WhistleCall: CALL_TABLE,
    CallLine: LINE_TABLE,
    Consultation: CONSULTATION_TABLE,
    Meeting: MEETING_TABLE,
}


def role_over(verb: Verb, by: Actor, *, path: str = "", units: Iterable[int | None] = ()) -> str:
    """The role under which `by` may do the verb at a place, or for one of the units. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    mine = scope.unit_ids & {unit for unit in units if unit is not None}
    for role, reach in verb.who.items():
        if reach is Reach.OWN and mine and role in scope.roles:
            return role
        if reach is Reach.SCOPE and path and role in scope.roles_over(path):
            return role
    raise Forbidden(_("This step belongs to another role or unit"), roles=sorted(verb.who), verb=verb.name)


def role_for(verb: Verb, row: Any, by: Actor) -> str:
    """The role under which `by` may do `verb` to this row. Raises Forbidden."""
    path, units = _ground(verb, row)
    role = role_over(verb, by, path=path, units=units)
    if isinstance(row, Consultation) and verb.name == "decide" and by.user_id in unfit(row):
        raise Forbidden(
            _("You are recused, or had a hand in the matter or its return: somebody else decides"),
            code="recused",
        )
    return role


def _ground(verb: Verb, row: Any) -> tuple[str, list[int | None]]:
    """Where the row lies, and whose verb it is where a role reaches only its own unit."""
    if isinstance(row, WhistleCall):
        return row.region_path, [row.asked_by_unit_id if verb.name == "withdraw" else row.caller_id]
    if isinstance(row, CallLine):
        return row.call.region_path, [row.unit_id if Role.DEPT_HANDLER in verb.who else row.call.caller_id]
    if isinstance(row, Consultation):
        own = verb.name == "opine"
        return row.region_path, list(row.invitations.values_list("unit", flat=True)) if own else []
    return "", [row.host_id]


def unfit(row: Consultation) -> set[int]:
    """Who does not decide: recused people, those who handled the ticket, and those who asked to return it."""
    found = set(row.recusals.values_list("user", flat=True)) | ledger().hands(row.ticket_id).handled
    for request in TicketRequest.objects.filter(ticket=row.ticket_id, kind=RequestKind.RETURN):
        found |= request.askers
    return found


def permitted(row: Any, by: Actor) -> list[Verb]:
    """The verbs this person may do to this row now, in table order."""
    if isinstance(row, CallLine) and (row.call.state != "called" and row.state not in SCORED):
        return []
    found = []
    for verb in TABLES[type(row)].leaving(row.state):
        if verb.name == "score" and row.score is not None:
            continue
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


SCORED = LINE_TABLE["score"].sources


def may_whistle(by: Actor) -> bool:
    """Towns whistle; communities ask them to."""
    return bool(scopes.of(by.user).roles & {Role.TOWN_STAFF, Role.COMMUNITY_STAFF})


def may_convene(ticket: Ticket, by: Actor) -> bool:
    """The centre, inside its area."""
    return bool(scopes.of(by.user).roles_over(ticket.region_path) & set(CENTRE))


def may_plan(by: Actor) -> bool:
    """Whether the person plans meetings of some unit."""
    return bool(scopes.of(by.user).roles & set(HOSTS))


STATISTICS = frozenset(
    {Role.OVERSIGHT_OFFICER, Role.DISPATCHER, Role.DUTY_OFFICER, Role.LEADER, Role.TOWN_STAFF, Role.DEPT_LEAD}
)
WHISTLE_READERS = frozenset({*STATISTICS, Role.COMMUNITY_STAFF, *DEPARTMENT})
"""Who finds the pages in the navigation."""


def may_read_statistics(by: Actor) -> bool:
    """How departments answer: the centre, towns, leaders and the departments' own leads."""
    return bool(scopes.of(by.user).roles & STATISTICS)
