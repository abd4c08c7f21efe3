"""Random walks through the state machine: whatever anybody tries, in whatever order, the records agree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from governance.audit.models import AuditEntry
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import Conflict, Forbidden, Invalid, Unprocessable
from incidents import rules, transitions
from incidents.clocks import ladder
from incidents.deadlines import settled
from incidents.models import Deadline, Ticket
from incidents.states import FINAL, TICKET_TABLE
from incidents.states.hands import Hands
from incidents.sweep import sweep_all
from incidents.transitions.performing import VERBS
from tests.cast import ERRAND, GAS_LEAK, HOUR, INJURY, MONDAY, ROAD_DAMAGE, Cast, MakeTicket
from tests.incidents.needs import data_for

pytestmark = pytest.mark.django_db

PEOPLE = (
    "dispatcher",
    "duty",
    "oversight",
    "handler",
    "lead",
    "worker",
    "community",
    "town",
    "outsider",
    "system",
)
MOVE = some.tuples(
    some.sampled_from([*VERBS, "wait"]), some.sampled_from(PEOPLE), some.integers(0, 3), some.integers(0, 30)
)


def check_the_records(ticket: Ticket, deeds: int) -> None:
    steps = list(
        ticket.steps.order_by("id").exclude(role="system", verb__in=("warn", "overdue", "urge", "climb"))
    )
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]
    assert steps[-1].to_state == ticket.state
    assert (
        ticket.version
        == len(steps)
        == AuditEntry.objects.filter(object_type="incidents.ticket", object_id=str(ticket.pk)).count()
    )
    assert len([step for step in steps if step.role != "system"]) <= deeds + 1
    for step in steps[1:]:
        verb = TICKET_TABLE[step.verb]
        assert step.from_state in verb.sources
        assert step.to_state in verb.leads_to(step.from_state)
        assert step.role in verb.who
    assert sorted(ticket.asked) == sorted(ticket.requests.filter(outcome="").values_list("kind", flat=True))
    running = list(ticket.deadlines.filter(assignment=None, stopped_at=None))
    assert len({row.stage for row in running}) == len(running)
    soonest = min((row.due_at for row in running if row.paused_at is None), default=None)
    check_the_ledger(ticket)
    assert ticket.next_due_at == soonest
    if ticket.state in FINAL:
        assert running == []
    assert (
        not Deadline.objects.filter(ticket=ticket, stopped_at__isnull=False)
        .exclude(next_alarm_at=None)
        .exists()
    )
    assert (ticket.closed_at is not None) == (ticket.state in {"closed", "archived"})


STANDING_STILL = {("suspended", "handle"), ("verifying", "accept")}


def check_the_ledger(ticket: Ticket) -> None:
    """Every due time follows from the beginning of its clock and from what is on record about it."""
    for row in ticket.deadlines.prefetch_related("changes"):
        changes = list(row.changes.order_by("id"))
        assert settled(row, changes, load_calendar(row.calendar), ladder())[0] == row.due_at
        assert (row.due_at, row.original_due_at) == (
            changes[-1].new_due_at if changes else row.original_due_at,
            changes[0].old_due_at if changes else row.due_at,
        )
        if row.stopped_at is None:
            assert (row.paused_at is not None) == ((ticket.state, row.stage) in STANDING_STILL)
            assert row.paused_at is None or row.next_alarm_at is None


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    category=some.sampled_from([ERRAND, INJURY, GAS_LEAK, ROAD_DAMAGE]),
    moves=some.lists(MOVE, min_size=8, max_size=25),
)
def test_the_records_agree(
    cast: Cast, make_ticket: MakeTicket, category: str, moves: list[tuple[str, str, int, int]]
) -> None:
    ticket, main = make_ticket(category=category), make_ticket(category=category)
    at, deeds = MONDAY, 0
    units = [cast.unit(code).pk for code in ("CG", "G1", "W1", "RQ")]
    for verb, who, choice, hours in moves:
        at += hours * HOUR
        if verb == "wait":
            sweep_all(at=at)
            continue
        data = data_for(verb, choice, units) | ({"target": main.number} if verb == "merge" else {})
        try:
            transitions.perform(verb, ticket.pk, by=cast.everybody[who], at=at, data=data)
            deeds += 1
        except (Conflict, Forbidden, Invalid):
            pass
    check_the_records(Ticket.objects.get(pk=ticket.pk), deeds)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(choices=some.lists(some.integers(0, 3), min_size=20, max_size=20))
def test_people_who_press_the_buttons_they_are_shown_get_on(
    cast: Cast, make_ticket: MakeTicket, choices: list[int]
) -> None:
    """Following the buttons of somebody who has any never ends in a refusal by state or role."""
    ticket = make_ticket()
    at = MONDAY
    units = [cast.unit(code).pk for code in ("CG", "G1", "W1", "RQ")]
    for choice in choices:
        at += HOUR
        current = Ticket.objects.select_related("category", "source").get(pk=ticket.pk)
        hands = Hands.of(current.steps.values_list("verb", "actor_id"))
        shown = [
            (verb.name, name)
            for name in PEOPLE
            for verb in rules.permitted(current, cast.everybody[name], hands=hands)
            if verb.name not in {"void", "reject"}
        ]
        if not shown:
            break
        verb, who = shown[choice % len(shown)]
        try:
            transitions.perform(
                verb, ticket.pk, by=cast.everybody[who], at=at, data=data_for(verb, choice, units)
            )
        except Unprocessable:
            continue  # a guard wants more than a button: a check, a call, a cause
    check_the_records(Ticket.objects.get(pk=ticket.pk), len(choices))
