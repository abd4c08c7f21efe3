"""Who may call, decide, keep words and rates, read messages and make links: once for guard and button."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from followup.models import CallTask
from followup.states import CALL_TABLE, CALLERS
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden, Problem
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from incidents import rules
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.states import OPEN, TICKET_TABLE, State
from incidents.states.hands import NOBODY

KEEPERS = frozenset({Role.OVERSIGHT_OFFICER})
"""The centre keeps scripts, templates and sampling rates."""
CENTRE = frozenset({Role.DUTY_OFFICER, Role.DISPATCHER, Role.OVERSIGHT_OFFICER})
RESULT_READERS = CENTRE | {Role.TOWN_STAFF, Role.COMMUNITY_STAFF, Role.DEPT_LEAD, Role.LEADER}
TELLERS = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.DEPT_HANDLER,
        Role.DEPT_LEAD,
    }
)
"""Who may tell a citizen what is needed, and ask for more."""
OUTSIDERS_HOSTS = frozenset(TICKET_TABLE["feedback"].who)
"""Who may let an outside unit answer: those who will have to feed back themselves."""


def must(roles: frozenset[Role], by: Actor) -> None:
    """Raises Forbidden for somebody with none of the roles."""
    if not scopes.of(by.user).roles & roles:
        raise Forbidden(_("This page is for other roles"), roles=sorted(roles))


def has(roles: frozenset[Role] | frozenset[str], by: Actor) -> bool:
    """Whether the person holds one of the roles anywhere."""
    return bool(scopes.of(by.user).roles & roles)


def role_for(verb: Verb, task: CallTask, by: Actor) -> str:
    """The role under which `by` may do `verb` to this call; the ticket's own rule decides. Raises Forbidden.

    Handler, checker and caller are three different people; a call that was taken can be given back by anybody.
    """
    if verb.name not in {"take", "record", "let_go"}:
        name = "reopen" if verb.name == "redo" and task.is_sample else "redo"
        return rules.role_for(TICKET_TABLE[name], task.ticket, by)
    hands = ledger().hands(task.ticket_id) if verb.name != "let_go" else NOBODY
    return rules.role_for(TICKET_TABLE["follow_up"], task.ticket, by, hands=hands)


def permitted(task: CallTask, by: Actor, at: datetime) -> list[Verb]:
    """The verbs this person may do to this call now, in table order."""
    found = []
    for verb in CALL_TABLE.leaving(task.state_at(at)):
        if verb.name in {"record", "let_go"} and task.taken_by_id != by.user_id:
            continue
        try:
            role_for(verb, task, by)
        except Problem:
            continue
        found.append(verb)
    return found


def may_call(by: Actor) -> bool:
    """Whether the queue is for this person."""
    return has(frozenset(CALLERS), by)


def may_tell(ticket: Ticket, by: Actor) -> bool:
    """Whether this person may write to the citizen: the centre over its area, a unit about what it holds. No query."""
    if ticket.state not in OPEN or not ticket.needs_reply or ticket.is_confidential:
        return False
    scope = scopes.of(by.user)
    if scope.roles_over(ticket.region_path) & CENTRE & TELLERS:
        return True
    return ticket.holder_id in scope.unit_ids and bool(scope.roles & TELLERS)


def may_host(ticket: Ticket, by: Actor) -> bool:
    """Whether this person may let an outside unit answer: somebody of the unit that handles it now. No query."""
    scope = scopes.of(by.user)
    is_theirs = ticket.state == State.HANDLING and ticket.holder_id in scope.unit_ids
    return is_theirs and bool(scope.roles & OUTSIDERS_HOSTS)
