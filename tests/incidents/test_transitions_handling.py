"""Feedback: photos, level, and whose turn it is afterwards."""

from typing import Any

import pytest

from governance.foundation.errors import Unprocessable
from incidents import transitions
from incidents.models import Deadline, Ticket
from tests.cast import (
    DAY,
    HOUR,
    INJURY,
    LITTER,
    MONDAY,
    STREET_TRADE,
    Cast,
    MakeTicket,
    Photo,
    shanghai,
    trace,
)

pytestmark = pytest.mark.django_db


def running(ticket: Ticket) -> dict[str, Deadline]:
    return {row.stage: row for row in ticket.deadlines.filter(stopped_at=None)}


def feed_back(ticket: Ticket, by: Any, **changes: Any) -> Ticket:
    data: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办结", "at": MONDAY + HOUR}
    return transitions.feedback(ticket.pk, by=by, **data | changes)


def test_feedback_stops_the_handle_clock_and_asks_the_dispatcher_to_check(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling")
    done = feed_back(ticket, cast.handler)
    assert (done.state, done.result_kind, done.feedback_at) == ("feedback", "resolved", MONDAY + HOUR)
    assert done.holder_id == cast.unit("CMD").pk
    assert done.lead_unit_id == cast.unit("CG").pk
    assert done.deadlines.get(stage="handle").outcome == "met"
    clocks = running(done)
    assert list(clocks) == ["check"]
    assert clocks["check"].due_at == shanghai(17, 17, 30)
    assert done.due_at == ticket.due_at
    assert done.steps.get(verb="feedback").data == {"result_kind": "resolved"}
    assert not done.is_overdue


def test_late_feedback_is_overdue_for_good(cast: Cast, make_ticket: MakeTicket) -> None:
    done = feed_back(make_ticket("handling"), cast.handler, at=shanghai(19, 17, 31))
    assert done.is_overdue
    assert done.deadlines.get(stage="handle").outcome == "late"


def test_feedback_needs_words(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    with pytest.raises(Unprocessable) as caught:
        feed_back(ticket, cast.handler, opinion="\n ")
    assert list(caught.value.fields) == ["opinion"]


def test_what_is_checked_on_site_needs_a_photo(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    ticket = make_ticket("handling", category=LITTER)
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        feed_back(ticket, cast.handler)
    assert list(caught.value.fields) == ["attachments"]
    assert trace(ticket) == before
    others = photo(cast.worker)
    with pytest.raises(Unprocessable):
        feed_back(ticket, cast.handler, attachments=[others])
    done = feed_back(ticket, cast.handler, attachments=[photo(cast.handler)])
    assert done.attachments.get().phase == "after"


def test_what_was_only_explained_needs_none(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", category=LITTER)
    assert feed_back(ticket, cast.handler, result_kind="explained").result_kind == "explained"


def test_an_unknown_result_is_an_error_of_the_door(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    before = trace(ticket)
    with pytest.raises(ValueError, match="finished"):
        feed_back(ticket, cast.handler, result_kind="finished")
    assert trace(ticket) == before


def test_below_the_level_one_hands_up_unless_it_was_overridden(cast: Cast, make_ticket: MakeTicket) -> None:
    overridden = make_ticket("handling", to="G1", category=INJURY)
    assert feed_back(overridden, cast.worker).state == "feedback"
    ticket = make_ticket("accepted", category=INJURY)
    transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("D1").pk, at=MONDAY, override_reason="")
    Ticket.objects.filter(pk=ticket.pk).update(holder=cast.unit("G1"), state="handling")
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        feed_back(ticket, cast.worker)
    assert caught.value.code == "below_level"
    assert trace(ticket) == before


def test_the_override_that_counts_is_the_last_dispatchs(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="G1", category=STREET_TRADE)
    done = feed_back(ticket, cast.worker, result_kind="explained", at=MONDAY + DAY)
    assert done.holder_id == cast.unit("CMD").pk


def test_a_ticket_without_a_dispatch_cannot_be_closed_below_its_level(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket(category=INJURY)
    Ticket.objects.filter(pk=ticket.pk).update(holder=cast.unit("G1"), state="handling")
    with pytest.raises(Unprocessable) as caught:
        feed_back(ticket, cast.worker)
    assert caught.value.code == "below_level"


def test_without_a_dispatching_unit_it_stays_where_it_is(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(holder=cast.unit("G1"), state="handling")
    assert feed_back(ticket, cast.worker).holder_id == cast.unit("G1").pk


def test_the_lead_answers_for_the_co_handlers(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", co_handlers=("RQ",))
    before = trace(ticket)
    for said in ({}, {"RQ": "  "}, {"CG": "另一单位"}):
        with pytest.raises(Unprocessable) as caught:
            feed_back(ticket, cast.handler, missing=said)
        assert (caught.value.code, list(caught.value.fields)) == ("parts_open", ["missing"])
        assert "云泽燃气公司" in str(caught.value.fields["missing"][0])
    assert trace(ticket) == before
    done = feed_back(ticket, cast.handler, missing={"RQ": "燃气公司已电话确认，无需到场"})
    assert done.steps.get(verb="feedback").data["missing"] == {"RQ": "燃气公司已电话确认，无需到场"}
    part = done.assignments.get(role="co_handler")
    assert (part.state, part.answer, part.due_at) == ("unfinished", "燃气公司已电话确认，无需到场", None)
    assert not done.deadlines.filter(assignment=part, stopped_at=None).exists()


def test_a_lead_alone_has_nobody_to_answer_for(cast: Cast, make_ticket: MakeTicket) -> None:
    done = feed_back(make_ticket("handling"), cast.handler)
    assert "missing" not in done.steps.get(verb="feedback").data
