"""Who may press what: one function for the guard, the buttons and the API."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import TIER_ORDER, Tier
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from grids.territory import Unit
from incidents.catalogue import current as catalogue
from incidents.deadlines import return_until
from incidents.models import Assignment, MatterCategory, Step, Ticket, TicketSource
from incidents.states import PART_TABLE, TICKET_TABLE, FollowUpOutcome, RequestKind, Satisfaction, State
from incidents.states.hands import BY_OTHERS, CALLING_VERB, NOBODY, Hands
from incidents.states.parts import WHILE
from incidents.successors import unit_now

ROLE_TIER: dict[str, str] = {Role.TOWN_STAFF: Tier.TOWN, Role.COMMUNITY_STAFF: Tier.COMMUNITY}


def role_for(verb: Verb, ticket: Ticket, by: Actor, *, hands: Hands = NOBODY) -> str:
    """The role under which `by` may do `verb` to `ticket`.

    `hands` names the people who handled it, who may not check or follow it up, and those who checked it, who may not
    follow it up. Raises Forbidden, which names the roles that could.
    """
    if verb.name in BY_OTHERS and by.user_id in hands.handled:
        raise Forbidden(_("Whoever handled a matter may not check it or call back about it"), code="own_work")
    if verb.name == CALLING_VERB and by.user_id in hands.checked:
        raise Forbidden(_("Whoever checked the result may not call back about it"), code="own_check")
    for role in _held_roles(verb, ticket, by):
        return role
    raise Forbidden(_("This step belongs to another role or unit"), roles=sorted(verb.who), verb=verb.name)


def _held_roles(verb: Verb, ticket: Ticket, by: Actor, part: Assignment | None = None) -> Iterable[str]:
    if by.is_system:
        if SYSTEM in verb.who:
            yield SYSTEM
        return
    if by.is_api_client:
        if Role.API_CLIENT in verb.who and ticket.source.code in by.source_codes:
            yield Role.API_CLIENT
        return
    scope = scopes.of(by.user)
    own = part.unit_id if part is not None else ticket.holder_id
    reached = {
        Reach.SCOPE: scope.roles_over(ticket.region_path),
        Reach.TIER: frozenset(
            role for role in scope.roles_over(ticket.region_path) if _is_within_tier(role, ticket)
        ),
        Reach.OWN: scope.roles if own in scope.unit_ids else frozenset(),
        Reach.LEAD: scope.roles if ticket.lead_unit_id in scope.unit_ids else frozenset(),
        Reach.SENT: scope.roles if ticket.dispatched_unit_id in scope.unit_ids else frozenset(),
        Reach.SYSTEM: frozenset(),
    }
    yield from (role for role, reach in verb.who.items() if role in reached[reach])


def part_role_for(verb: Verb, ticket: Ticket, part: Assignment | None, by: Actor) -> str:
    """The role under which `by` may do `verb` to a co-handler's part (None: to add one). Raises Forbidden.

    `own` is the unit of the part here. What a person has written, asked or answered in it, that person does not judge.
    """
    for role in _held_roles(verb, ticket, by, part):
        return role
    raise Forbidden(_("This step belongs to another role or unit"), roles=sorted(verb.who), verb=verb.name)


def permitted_on_part(ticket: Ticket, part: Assignment | None, by: Actor) -> list[Verb]:
    """The verbs this person may do now to a part of the ticket; without one, those that add a part."""
    if ticket.state not in WHILE:
        return []
    rows = PART_TABLE.leaving(part.state) if part else [verb for verb in PART_TABLE if not verb.sources]
    return [verb for verb in rows if any(True for _role in _held_roles(verb, ticket, by, part))]


def _is_within_tier(role: str, ticket: Ticket) -> bool:
    """True when a role of a tier meets a ticket that is held at its tier or below."""
    tier, unit = ROLE_TIER.get(role), unit_now(ticket.holder_id)
    return tier is not None and unit is not None and TIER_ORDER[unit.tier] <= TIER_ORDER[tier]


def registering_role(verb: Verb, by: Actor, path: str = "") -> str:
    """The role under which `by` may create a ticket (`register`, `self_handle`). Raises Forbidden.

    Registering is open wherever the matter lies: a report is never lost because it lies next door.
    Handling on the spot is for the place that the person covers.
    """
    if by.is_system:
        return SYSTEM
    if by.is_api_client and Role.API_CLIENT in verb.who:
        return Role.API_CLIENT
    scope = scopes.of(by.user)
    roles = scope.roles_over(path) if path else scope.roles
    for role in verb.who:
        if role in roles:
            return role
    raise Forbidden(_("This step belongs to another role or unit"), roles=sorted(verb.who), verb=verb.name)


GIVE_BACK = frozenset({"ask_return", "return"})


def permitted(ticket: Ticket, by: Actor, *, hands: Hands = NOBODY, at: datetime | None = None) -> list[Verb]:
    """The verbs this person may do to this ticket now, in table order: exactly the buttons shown.

    What is asked for already is not offered again, and nothing is decided that nobody has asked for. What is a unit's
    with binding force cannot be given back. With `at`, what had to be asked for before is not offered any more: more
    time for a late ticket, and a return after its window.
    """
    found = []
    window = return_window(ticket, by, hands=hands) if at is not None else None
    is_return_over = window is not None and at is not None and at > window
    for verb in TICKET_TABLE.leaving(ticket.state):
        if verb.asks in ticket.asked or (verb.answers and verb.answers not in ticket.asked):
            continue
        if not FITTING.get(verb.name, _always)(ticket):
            continue
        if verb.name in GIVE_BACK and (ticket.is_final_assignment or is_return_over):
            continue
        if verb.asks == RequestKind.EXTENSION and at is not None and is_past_due(ticket, at):
            continue
        try:
            role = role_for(verb, ticket, by, hands=hands)
        except Forbidden:
            continue
        if verb.answers == RequestKind.EXTENSION and not _may_give_time(role, by, hands):
            continue
        found.append(verb)
    return found


def timely(verbs: Iterable[Verb], ticket: Ticket, steps: Sequence[Step]) -> list[Verb]:
    """Those of the permitted verbs for which the time has come: what is sure to be refused is not offered.

    A result is closed when it has been checked and the citizen has been called (how often is enough, the form says);
    it is done again when the citizen's answer was poor. `steps` are all of the ticket's, oldest first.
    """
    calls = []
    if ticket.state == State.FOLLOW_UP:
        since = ticket.feedback_at
        calls = [step for step in steps if step.verb == CALLING_VERB and (since is None or step.at >= since)]
    answers = [step.data for step in calls if step.data.get("outcome") in ANSWERED]
    untimely = set()
    if ticket.checked_at is None or (ticket.state == State.FOLLOW_UP and not calls):
        untimely.add("close")
    if not answers or not (answers[-1]["outcome"] in UNSOLVED or answers[-1].get("satisfaction") in POOR):
        untimely.add("redo")
    return [verb for verb in verbs if verb.name not in untimely]


ANSWERED = frozenset(set(FollowUpOutcome) - {FollowUpOutcome.UNREACHABLE})
UNSOLVED = frozenset({FollowUpOutcome.PARTLY, FollowUpOutcome.UNSOLVED})
POOR = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})


def return_end(ticket: Ticket, unit: Unit, received_at: datetime) -> datetime:
    """Until when the unit may return the ticket that it received then: the one window of guard, buttons and words."""
    workdays = catalogue().policy("return.workdays")
    return return_until(load_calendar(unit.calendar), ticket.category, ticket.urgency, received_at, workdays)


def return_window(ticket: Ticket, by: Actor, *, hands: Hands) -> datetime | None:
    """Until when this person may return the ticket, or could; None for everybody else, and once it has been asked for
    (what was asked for in time may be consented to later).
    """
    if RequestKind.RETURN in ticket.asked or ticket.is_final_assignment:
        return None
    verbs = [verb for verb in TICKET_TABLE.leaving(ticket.state) if verb.name in GIVE_BACK]
    if not any(True for verb in verbs for _role in _held_roles(verb, ticket, by)):
        return None
    since, unit = hands.received_at or ticket.first_dispatched_at, unit_now(ticket.holder_id)
    return return_end(ticket, unit, since) if since is not None and unit is not None else None


def _may_give_time(role: str, by: Actor, hands: Hands) -> bool:
    """Whoever asked does not decide, and a second extension is for an oversight officer."""
    if by.user_id is not None and by.user_id == hands.asked_for_time:
        return False
    return not hands.extended or role == Role.OVERSIGHT_OFFICER


def is_past_due(ticket: Ticket, at: datetime) -> bool:
    """True when the whole ticket's running limit has passed."""
    return ticket.due_at is not None and at >= ticket.due_at


LOOKED_AT = frozenset({MatterCategory.OnsiteVerify.BEFORE, MatterCategory.OnsiteVerify.BOTH})


def is_looked_at(ticket: Ticket) -> bool:
    """True for matters that are checked on site before acceptance, unless a worker has reported it from there."""
    return ticket.category.onsite_verify in LOOKED_AT and ticket.source.kind != TicketSource.Kind.WORKER


def stands_alone(ticket: Ticket) -> bool:
    """True for a ticket that is neither a child nor has children."""
    return ticket.parent_id is None and not ticket.child_count


def is_child(ticket: Ticket) -> bool:
    """True for a ticket that a main ticket waits for."""
    return ticket.parent_id is not None


def is_pressing(ticket: Ticket) -> bool:
    """True for an urgent worry of residents."""
    return ticket.is_pressing


def is_not_pressing(ticket: Ticket) -> bool:
    """True for any other ticket."""
    return not ticket.is_pressing


def _always(ticket: Ticket) -> bool:
    return True


FITTING: Mapping[str, Callable[[Ticket], bool]] = {
    "send_verification": is_looked_at,
    "link": stands_alone,
    "unlink": is_child,
    "mark_pressing": is_not_pressing,
    "clear_pressing": is_pressing,
}
"""What a ticket must be, beside its state, for a verb to be offered."""


def needs_consultation(ticket: Ticket) -> bool:
    """True when it has been returned so often that the units are heard together and the next dispatch binds."""
    return ticket.return_count >= int(catalogue().policy("return.consultation"))


EXPORTERS = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.OVERSIGHT_OFFICER,
        Role.TOWN_STAFF,
        Role.DEPT_LEAD,
        Role.LEADER,
    }
)


def may_export(by: Actor) -> bool:
    """Plain lists, without personal data."""
    return bool(scopes.of(by.user).roles & EXPORTERS)


def may_register(by: Actor) -> bool:
    """Anybody whose role reports matters (table 5a row 1)."""
    return bool(scopes.of(by.user).roles & set(TICKET_TABLE["register"].who))
