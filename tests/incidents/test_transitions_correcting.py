"""Another category or urgency before the dispatch, and an acceptance taken back: what moves, what does not."""

from datetime import timedelta

import pytest

from governance.foundation.errors import IllegalTransition, Unprocessable
from incidents import catalogue, transitions
from incidents.deadlines import Stage
from incidents.models import Deadline, Notice, Step, Ticket
from incidents.outbox import deliver
from tests.cast import ERRAND, GAS_LEAK, HOUR, LITTER, MANHOLE, MINUTE, MONDAY, Cast, MakeTicket, trace

pytestmark = pytest.mark.django_db
AT = MONDAY + 10 * MINUTE


def clock(ticket: Ticket, stage: Stage) -> Deadline:
    return Deadline.objects.filter(ticket=ticket, stage=stage).latest("id")


def test_another_category_brings_its_level_marks_and_urgency(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, category=MANHOLE, opinion="实为井盖缺失")
    ticket.refresh_from_db()
    assert (ticket.category.code, ticket.min_level, ticket.urgency) == (MANHOLE, "district", "urgent")
    step = Step.objects.latest("id")
    assert step.data["category"] == {"from": ERRAND, "to": MANHOLE}
    assert (step.from_state, step.to_state) == ("accepted", "accepted")


def test_a_raised_urgency_shortens_the_dispatch_clock(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    old = clock(ticket, Stage.DISPATCH)
    transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, urgency="critical", opinion="有人受伤")
    new = clock(ticket, Stage.DISPATCH)
    assert new.due_at == AT + 10 * MINUTE < old.due_at
    old.refresh_from_db()
    assert old.outcome == Deadline.Outcome.CANCELLED
    transitions.reclassify(
        ticket.pk, by=cast.dispatcher, at=AT + MINUTE, urgency="normal", opinion="核实无人受伤"
    )
    assert clock(ticket, Stage.DISPATCH).pk == new.pk  # a lowered one gains nothing


def test_marks_of_the_former_category_go_with_it(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket("accepted")
    Ticket.objects.filter(pk=ticket.pk).update(is_sensitive=True)
    transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, category=LITTER, opinion="改类")
    ticket.refresh_from_db()
    assert ticket.is_sensitive, "it was not the category that made it so"
    monkeypatch.setattr(catalogue.current().by_code[LITTER], "is_sensitive", True)
    transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, category=ERRAND, opinion="改回")
    ticket.refresh_from_db()
    assert not ticket.is_sensitive


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"opinion": "没有变化"}, "nothing_changes"),
        ({"opinion": "没有变化", "category": ERRAND, "urgency": "normal"}, "nothing_changes"),
        ({"opinion": "", "category": LITTER}, "unprocessable"),
        ({"opinion": "查无此类", "category": "9999"}, "unknown_category"),
        ({"opinion": "低于类别", "category": MANHOLE, "urgency": "normal"}, "unprocessable"),
    ],
)
def test_nothing_is_half_done(cast: Cast, make_ticket: MakeTicket, data: dict, code: str) -> None:
    ticket = make_ticket("accepted")
    before = trace(ticket)
    if "urgency" in data and data["category"] == MANHOLE:
        data = data | {"urgency": "normal"}
        transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, category=MANHOLE, opinion="先改类")
        before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, **data)
    assert caught.value.code == code
    assert trace(ticket) == before


def test_it_ends_with_the_dispatch(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    with pytest.raises(IllegalTransition):
        transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT, category=LITTER, opinion="太晚")


def test_an_acceptance_is_taken_back_with_the_time_left(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted", category=GAS_LEAK)
    stopped = clock(ticket, Stage.ACCEPT)
    transitions.take_back(ticket.pk, by=cast.dispatcher, at=AT, opinion="点错了")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.accepted_at, ticket.accepted_unit_id) == ("registered", None, None)
    again = clock(ticket, Stage.ACCEPT)
    assert again.pk != stopped.pk
    assert again.stopped_at is None
    assert again.due_at == stopped.due_at + (AT - stopped.stopped_at)
    assert clock(ticket, Stage.DISPATCH).outcome == Deadline.Outcome.CANCELLED
    deliver(at=AT)
    assert Notice.objects.filter(kind="take_back", unit_id=ticket.holder_id).exists()
    transitions.accept(ticket.pk, by=cast.dispatcher, at=AT + MINUTE)


def test_not_after_half_an_hour_nor_after_a_dispatch(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    with pytest.raises(Unprocessable) as caught:
        transitions.take_back(ticket.pk, by=cast.dispatcher, at=MONDAY + timedelta(hours=1), opinion="太晚")
    assert caught.value.code == "too_late"
    sent = make_ticket("dispatched")
    transitions.withdraw(sent.pk, by=cast.dispatcher, at=AT, opinion="派错")
    with pytest.raises(Unprocessable) as caught:
        transitions.take_back(sent.pk, by=cast.dispatcher, at=AT, opinion="撤回")
    assert caught.value.code == "dispatched_before"


def test_what_was_never_accepted_has_nothing_to_take_back(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    Deadline.objects.filter(ticket=ticket, stage=Stage.ACCEPT).delete()
    with pytest.raises(Unprocessable) as caught:
        transitions.take_back(ticket.pk, by=cast.dispatcher, at=AT, opinion="撤回")
    assert caught.value.code == "nothing_to_undo"


def test_without_a_dispatch_clock_the_category_still_changes(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    Deadline.objects.filter(ticket=ticket, stage=Stage.DISPATCH).delete()
    transitions.reclassify(ticket.pk, by=cast.dispatcher, at=AT + HOUR, category=LITTER, opinion="改类")
    ticket.refresh_from_db()
    assert ticket.category.code == LITTER
