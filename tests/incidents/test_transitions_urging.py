"""Urging: counted, told, not too often, and once for each key."""

from typing import Any

import pytest

from governance.foundation.errors import Forbidden, IllegalTransition, NotFound, Unprocessable
from incidents import outbox, transitions
from incidents.models import Notice, Ticket, TicketUrge
from tests.cast import GAS_LEAK, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, trace

pytestmark = pytest.mark.django_db


def test_it_is_counted_noted_and_told(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG")
    at = MONDAY + HOUR
    done = transitions.urge(ticket.pk, by=cast.duty, at=at, opinion="市民来电再次催办")
    assert (done.urge_count, done.urged_at, done.is_urged, done.state) == (1, at, True, "handling")
    assert (done.due_at, done.next_due_at) == (ticket.due_at, ticket.next_due_at)
    step = done.steps.get(verb="urge")
    assert (step.label, step.opinion, step.data) == (
        "催办",
        "市民来电再次催办",
        {"count": 1, "units": [cast.unit("CG").pk]},
    )
    row = TicketUrge.objects.get(ticket=ticket)
    assert (row.step_id, row.at, row.key) == (step.pk, at, f"step:{step.pk}")
    while outbox.deliver(at=at):
        pass
    told = Notice.objects.filter(ticket=ticket, kind="urge").values_list("unit__code", "audience")
    assert sorted(told) == [("CG", "handlers"), ("CG", "leads")]


def test_the_one_who_has_it_and_the_lead_are_told(cast: Cast, make_ticket: MakeTicket) -> None:
    done = transitions.urge(make_ticket("feedback", to="CG").pk, by=cast.oversight, at=MONDAY + HOUR)
    wanted = sorted([cast.unit("CG").pk, cast.unit("CMD").pk])
    assert done.steps.get(verb="urge").data["units"] == wanted


@pytest.mark.parametrize(("category", "hours"), [("1408", 8), (GAS_LEAK, 1)])
def test_not_too_often(cast: Cast, make_ticket: MakeTicket, category: str, hours: int) -> None:
    ticket = make_ticket("handling", category=category, to="CG")
    at = MONDAY + HOUR
    transitions.urge(ticket.pk, by=cast.duty, at=at)
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        transitions.urge(ticket.pk, by=cast.dispatcher, at=at + hours * HOUR - MINUTE)
    assert caught.value.code == "urged_lately"
    assert trace(ticket) == before
    assert transitions.urge(ticket.pk, by=cast.dispatcher, at=at + hours * HOUR).urge_count == 2


def test_a_key_counts_once_even_within_the_hours(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG", source="hotline")
    said: dict[str, Any] = {"by": cast.client, "at": MONDAY + HOUR}
    first, is_new = transitions.urge_once(ticket.pk, key="c:1", **said)
    before = trace(ticket)
    again, is_again = transitions.urge_once(ticket.pk, key="c:1", **said)
    assert (first.pk, is_new, is_again) == (again.pk, True, False)
    assert trace(ticket) == before
    with pytest.raises(Unprocessable):
        transitions.urge_once(ticket.pk, key="c:2", **said)
    with pytest.raises(NotFound):
        transitions.urge_once(10**9, key="c:1", **said)
    assert TicketUrge.objects.filter(ticket=ticket).count() == 1


def test_who_may_not_and_when_not(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG")
    before = trace(ticket)
    for by in (cast.handler, cast.leader, cast.other_client):
        with pytest.raises(Forbidden):
            transitions.urge(ticket.pk, by=by, at=MONDAY + HOUR)
    assert trace(ticket) == before
    with pytest.raises(IllegalTransition):
        transitions.urge(make_ticket("closed").pk, by=cast.duty, at=MONDAY + HOUR)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG", source="hotline")

    def deed() -> Any:
        return transitions.urge_once(ticket.pk, key="c:1", by=cast.client, at=MONDAY + HOUR)

    results = at_once([deed, deed])
    assert sorted(is_new for _row, is_new in results) == [False, True]
    assert Ticket.objects.get(pk=ticket.pk).urge_count == 1
