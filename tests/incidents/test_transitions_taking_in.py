"""Accepting and refusing what lies in a pool."""

from typing import Any

import pytest

from governance.foundation.errors import Unprocessable
from incidents import transitions
from incidents.models import Deadline, Ticket
from tests.cast import (
    ERRAND,
    GAS_LEAK,
    HOUR,
    INJURY,
    LITTER,
    MANHOLE,
    MONDAY,
    Cast,
    MakeTicket,
    shanghai,
    trace,
)

pytestmark = pytest.mark.django_db


def running(ticket: Ticket) -> dict[str, Deadline]:
    return {row.stage: row for row in ticket.deadlines.filter(stopped_at=None)}


def refuse(ticket: Ticket, by: Any, **data: Any) -> Unprocessable:
    """The guard that refuses to accept; nothing was written."""
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        transitions.accept(ticket.pk, by=by, at=MONDAY + HOUR, **data)
    assert trace(ticket) == before
    return caught.value


def test_accepting_stops_one_clock_and_starts_the_next(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    assert running(ticket)["accept"].due_at == shanghai(16, 15)
    done = transitions.accept(ticket.pk, by=cast.duty, at=MONDAY + HOUR)
    clocks = running(done)
    assert list(clocks) == ["dispatch"]
    assert clocks["dispatch"].due_at == shanghai(16, 16)
    assert (done.next_due_at, done.next_warn_at) == (clocks["dispatch"].due_at, clocks["dispatch"].warn_at)
    assert (done.accepted_at, done.accepted_unit_id) == (MONDAY + HOUR, cast.unit("CMD").pk)
    stopped = done.deadlines.get(stage="accept")
    assert (stopped.stopped_at, stopped.outcome, stopped.next_alarm_at) == (MONDAY + HOUR, "met", None)
    assert done.due_at is None


def test_accepting_late_is_recorded_as_late(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    transitions.accept(ticket.pk, by=cast.duty, at=shanghai(16, 15, 1))
    assert ticket.deadlines.get(stage="accept").outcome == "late"


def test_accepting_at_the_last_moment_is_in_time(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    transitions.accept(ticket.pk, by=cast.duty, at=shanghai(16, 15))
    assert ticket.deadlines.get(stage="accept").outcome == "met"


def test_a_new_category_brings_its_level_and_urgency(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category=ERRAND)
    done = transitions.accept(ticket.pk, by=cast.duty, at=MONDAY, category=GAS_LEAK)
    assert (done.category.code, done.min_level, done.urgency) == (GAS_LEAK, "district", "critical")
    step = done.steps.get(verb="accept")
    assert step.data == {"category": {"from": ERRAND, "to": GAS_LEAK}}
    due = running(done)["dispatch"]
    assert due.due_at == MONDAY + HOUR / 6


def test_a_milder_category_does_not_lower_the_urgency(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category=MANHOLE)
    done = transitions.accept(ticket.pk, by=cast.duty, at=MONDAY, category=LITTER)
    assert (done.urgency, done.min_level) == ("urgent", "grid")


def test_a_sensitive_category_marks_for_good(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category="0409")
    assert ticket.is_sensitive
    assert ticket.is_key_report
    done = transitions.accept(ticket.pk, by=cast.duty, at=MONDAY, category=LITTER)
    assert done.is_sensitive
    assert done.is_key_report
    other = transitions.accept(make_ticket().pk, by=cast.duty, at=MONDAY, category="0409")
    assert other.is_sensitive


def test_the_same_category_and_urgency_again_are_no_change(cast: Cast, make_ticket: MakeTicket) -> None:
    done = transitions.accept(
        make_ticket().pk, by=cast.duty, at=MONDAY, category=ERRAND, urgency="normal", demand_type="complaint"
    )
    assert done.steps.get(verb="accept").data == {}
    assert done.demand_type == "complaint"


@pytest.mark.parametrize("code", ["14", "9999", "0"])
def test_a_whole_class_or_an_unknown_code_is_no_category(
    cast: Cast, make_ticket: MakeTicket, code: str
) -> None:
    assert refuse(make_ticket(), cast.duty, category=code).code == "unknown_category"


def test_a_detail_of_the_third_level_is_a_category(cast: Cast, make_ticket: MakeTicket) -> None:
    done = transitions.accept(make_ticket().pk, by=cast.duty, at=MONDAY, category="010101")
    assert done.category.needs_after_photos
    assert done.min_level == "grid"


def test_raising_the_urgency_needs_a_reason(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    assert list(refuse(ticket, cast.duty, urgency="critical").fields) == ["opinion"]
    assert list(refuse(ticket, cast.duty, urgency="critical", opinion="  ").fields) == ["opinion"]
    done = transitions.accept(ticket.pk, by=cast.duty, at=MONDAY, urgency="critical", opinion="有人被困")
    assert done.steps.get(verb="accept").data == {"urgency": {"from": "normal", "to": "critical"}}


def test_the_urgency_never_falls_below_the_categorys_own(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category=MANHOLE)
    assert list(refuse(ticket, cast.duty, urgency="normal", opinion="不急").fields) == ["urgency"]


def test_a_raised_urgency_may_be_taken_back_to_the_categorys_own(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(urgency="urgent")
    done = transitions.accept(ticket.pk, by=cast.duty, at=MONDAY, urgency="normal")
    assert done.urgency == "normal"


def test_a_raised_urgency_shortens_what_follows(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", category=INJURY, to="CG", accept_urgency="critical")
    clocks = running(ticket)
    start = clocks["handle"].started_at
    assert clocks["handle"].due_at == start + 2 * HOUR
    assert clocks["sign"].due_at == start + HOUR / 6
    assert clocks["sign"].next_alarm_at == start + HOUR / 6


def test_rejecting_ends_it_with_reason_and_wording(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    done = transitions.reject(
        ticket.pk, by=cast.duty, at=MONDAY + HOUR, reason_code="legal_way", opinion="请向法院起诉"
    )
    assert done.state == "rejected"
    assert running(done) == {}
    assert (done.next_due_at, done.next_warn_at) == (None, None)
    step = done.steps.get(verb="reject")
    assert (step.data, step.opinion) == ({"reason_code": "legal_way"}, "请向法院起诉")


def test_rejecting_needs_the_wording_and_a_known_reason(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    before = trace(ticket)
    with pytest.raises(Unprocessable):
        transitions.reject(ticket.pk, by=cast.duty, at=MONDAY, reason_code="secret", opinion=" ")
    with pytest.raises(ValueError, match="busy"):
        transitions.reject(ticket.pk, by=cast.duty, at=MONDAY, reason_code="busy", opinion="忙")
    assert trace(ticket) == before
