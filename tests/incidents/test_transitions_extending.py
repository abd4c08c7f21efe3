"""More time: asked before it is due, twice at most, by somebody else than who decides; the original stays."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from incidents import outbox, rules, transitions
from incidents.models import Deadline, DueChange, Notice, Ticket
from incidents.sweep import sweep_all
from incidents.transitions.extending import allowance
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai, trace

pytestmark = pytest.mark.django_db

WHY = "需会同水务部门勘验"


def handle(ticket: Ticket) -> Deadline:
    return Deadline.objects.get(ticket=ticket, stage="handle", stopped_at=None)


def ask(cast: Cast, ticket: Ticket, amount: int, at: Any = MONDAY + HOUR, by: Any = None) -> Ticket:
    return transitions.ask_extension(ticket.pk, by=by or cast.handler, at=at, opinion=WHY, amount=amount)


def test_the_due_time_moves_and_the_original_stays(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")  # 3 workdays, to the 19th
    asked = ask(cast, ticket, 2)
    assert (asked.asked, asked.due_at) == (["extension"], shanghai(19, 17, 30))
    done = transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + 2 * HOUR, opinion="同意")
    assert (done.state, done.asked) == ("handling", [])
    assert (done.due_at, done.original_due_at) == (shanghai(23, 17, 30), shanghai(19, 17, 30))
    row = handle(done)
    assert (row.due_at, row.original_due_at) == (shanghai(23, 17, 30), shanghai(19, 17, 30))
    change = DueChange.objects.get()
    assert (change.kind, change.amount, change.amount_unit) == ("extended", 2, "workday")
    assert (change.old_due_at, change.new_due_at) == (shanghai(19, 17, 30), shanghai(23, 17, 30))
    assert done.steps.get(verb="extend").data["due"]["to"] == shanghai(23, 17, 30).isoformat()
    assert row.started_at < row.warn_at < row.due_at


def test_twice_and_in_all_no_more_than_the_original(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 2)
    transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR)
    left = allowance(ticket, handle(ticket))
    assert (left.times, left.amount, left.unit) == (1, 1, "workday")
    before = trace(ticket)
    for amount in (0, 2, -1):
        with pytest.raises(Unprocessable) as caught:
            ask(cast, ticket, amount)
        assert list(caught.value.fields) == ["amount"]
    assert trace(ticket) == before
    ask(cast, ticket, 1)
    done = transitions.extend(ticket.pk, by=cast.oversight, at=MONDAY + HOUR)
    assert done.due_at == shanghai(24, 17, 30)
    with pytest.raises(Unprocessable) as caught:
        ask(cast, ticket, 1)
    assert caught.value.code == "no_allowance"


def test_the_second_one_is_for_oversight(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1)
    transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR)
    ask(cast, ticket, 1)
    before = trace(ticket)
    for deed, data in ((transitions.extend, {}), (transitions.refuse_extension, {"opinion": "否"})):
        with pytest.raises(Forbidden) as caught:
            deed(ticket.pk, by=cast.lead, at=MONDAY + HOUR, **data)
        assert caught.value.code == "second_extension"
    assert trace(ticket) == before


def test_whoever_asks_does_not_decide(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1, by=cast.lead)
    before = trace(ticket)
    with pytest.raises(Forbidden) as caught:
        transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR)
    assert caught.value.code == "own_request"
    assert trace(ticket) == before
    assert transitions.extend(ticket.pk, by=cast.oversight, at=MONDAY + HOUR).due_at == shanghai(20, 17, 30)


def test_asked_before_it_is_due(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        ask(cast, ticket, 1, at=shanghai(19, 17, 30))
    assert caught.value.code == "too_late"
    assert trace(ticket) == before
    assert ask(cast, ticket, 1, at=shanghai(19, 17, 29)).asked == ["extension"]


def test_asked_in_time_and_decided_late_is_not_late(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1, at=shanghai(19, 17))
    sweep_all(at=shanghai(19, 18))
    assert Ticket.objects.get(pk=ticket.pk).is_overdue
    done = transitions.extend(ticket.pk, by=cast.lead, at=shanghai(20, 9))
    assert (done.is_overdue, done.due_at) == (False, shanghai(20, 17, 30))
    row = handle(done)
    assert (row.rung, row.next_alarm_at) == (0, row.warn_at)


def test_an_earlier_lateness_is_kept(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    transitions.feedback(
        ticket.pk, by=cast.handler, at=shanghai(20, 9), result_kind="resolved", opinion="已办"
    )
    transitions.rework(ticket.pk, by=cast.oversight, at=shanghai(20, 10), opinion="未到位")
    ask(cast, ticket, 1, at=shanghai(20, 11))
    assert transitions.extend(ticket.pk, by=cast.lead, at=shanghai(20, 12)).is_overdue


def test_a_refusal_leaves_the_clock(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1)
    done = transitions.refuse_extension(ticket.pk, by=cast.lead, at=MONDAY + HOUR, opinion="时间足够")
    assert (done.due_at, done.asked) == (shanghai(19, 17, 30), [])
    assert not DueChange.objects.exists()
    assert allowance(done, handle(done)).times == 2


def test_nothing_is_decided_that_nobody_asked_for(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    assert not {"extend", "suspend"} & {verb.name for verb in rules.permitted(ticket, cast.oversight)}
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        transitions.extend(ticket.pk, by=cast.oversight, at=MONDAY + HOUR)
    assert caught.value.code == "nothing_asked"
    assert trace(ticket) == before


def test_across_a_holiday(cast: Cast, make_ticket: MakeTicket) -> None:
    # Two workdays from 29 September end on 8 October, after the holiday; one more on the 9th.
    ticket = make_ticket("handling", at=shanghai(29, 9, month=9), category="1408")
    first = ticket.due_at
    ask(cast, ticket, 1, at=shanghai(29, 10, month=9))
    done = transitions.extend(ticket.pk, by=cast.lead, at=shanghai(29, 11, month=9))
    assert first == shanghai(9, 17, 30, month=10)
    assert done.due_at == shanghai(10, 17, 30, month=10)


def test_a_limit_in_hours_is_extended_in_hours(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", category="0302")  # 4 working hours from 09:02
    assert ask(cast, ticket, 2).requests.get().terms["unit"] == "hour"
    assert transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR).due_at == shanghai(16, 17, 2)


def test_who_is_told(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1)
    outbox.deliver(at=MONDAY + HOUR)
    told = Notice.objects.filter(kind="ask_extension").values_list("unit__code", "audience")
    assert list(told) == [("CG", "leads")]
    transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR)
    ask(cast, ticket, 1)
    outbox.deliver(at=MONDAY + HOUR)
    told = Notice.objects.filter(kind="ask_extension").order_by("id").values_list("unit__code", "audience")
    assert ("CMD", "oversight") in list(told)
    told = Notice.objects.filter(kind="extend").order_by("id").values_list("unit__code", "audience")
    assert list(told) == [("CG", "handlers"), ("CG", "leads"), ("CMD", "citizen")]


def test_nobody_is_told_to_tell_a_citizen_who_does_not_wait(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", silent=True)
    ask(cast, ticket, 1)
    transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR)
    outbox.deliver(at=MONDAY + HOUR)
    assert not Notice.objects.filter(audience="citizen").exists()


def test_what_it_costs(cast: Cast, make_ticket: MakeTicket, steady: None) -> None:
    ticket = make_ticket("handling")
    for deed, by, data in (
        (transitions.ask_extension, cast.handler, {"opinion": WHY, "amount": 1}),
        (transitions.extend, cast.lead, {}),
    ):
        with CaptureQueriesContext(connection) as queries:
            deed(ticket.pk, by=by, at=MONDAY + HOUR, **data)
        said = [query["sql"] or "" for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(said) <= 12, (deed.__name__, len(said), [text[:80] for text in said])


@pytest.mark.django_db(transaction=True)
def test_decided_while_feedback_is_given(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1)
    results = at_once(
        [
            lambda: transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR),
            lambda: transitions.feedback(
                ticket.pk, by=cast.handler, at=MONDAY + HOUR, result_kind="resolved", opinion="已办"
            ),
        ]
    )
    done = Ticket.objects.get(pk=ticket.pk)
    assert (done.state, done.asked) == ("feedback", [])
    assert isinstance(results[0], (Ticket, Conflict))
    outcome = done.requests.get().outcome
    assert outcome == ("granted" if isinstance(results[0], Ticket) else "lapsed")


@pytest.mark.django_db(transaction=True)
def test_two_deciders(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket, 1)
    results = at_once(
        [
            lambda: transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + HOUR + MINUTE),
            lambda: transitions.extend(ticket.pk, by=cast.oversight, at=MONDAY + HOUR + MINUTE),
        ]
    )
    assert sorted(isinstance(item, Unprocessable) for item in results) == [False, True]
    assert DueChange.objects.count() == 1
