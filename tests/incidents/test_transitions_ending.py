"""Reopening, archiving and voiding."""

import pytest

from governance.accounts.models import OrgUnit
from governance.foundation.errors import Unprocessable
from grids.models import GridVersion
from incidents import tasks, transitions
from incidents.models import Ticket
from incidents.states import OPEN
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, trace

pytestmark = pytest.mark.django_db


class TestReopen:
    def test_it_goes_back_to_the_unit_that_led(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        assert ticket.closed_at is not None
        done = transitions.reopen(
            ticket.pk, by=cast.oversight, at=ticket.closed_at + 15 * DAY, opinion="反复出现"
        )
        assert (done.state, done.holder_id, done.reopen_count) == ("handling", cast.unit("CG").pk, 1)
        assert (done.closed_at, done.checked_at, done.feedback_at, done.closure_kind) == (
            None,
            None,
            None,
            "",
        )
        row = done.deadlines.get(stopped_at=None)
        assert (row.stage, row.amount, row.amount_unit) == ("handle", 3, "workday")
        assert done.original_due_at == ticket.original_due_at

    def test_not_after_fifteen_days(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        assert ticket.closed_at is not None
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.reopen(
                ticket.pk, by=cast.oversight, at=ticket.closed_at + 15 * DAY + MINUTE, opinion="又来"
            )
        assert caught.value.code == "too_late"
        assert trace(ticket) == before

    def test_what_no_unit_led_is_registered_anew(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        Ticket.objects.filter(pk=ticket.pk).update(lead_unit=None)
        with pytest.raises(Unprocessable) as caught:
            transitions.reopen(ticket.pk, by=cast.oversight, at=MONDAY + DAY, opinion="反复")
        assert caught.value.code == "no_lead"

    def test_a_unit_that_is_gone_without_an_heir_is_named_all_the_same(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        """Nothing is lost: oversight sees it, and the ladder rings."""
        ticket = make_ticket("closed")
        OrgUnit.objects.filter(code="CG").update(is_active=False)
        GridVersion.bump()
        city.forget_snapshots()
        done = transitions.reopen(ticket.pk, by=cast.oversight, at=MONDAY + DAY, opinion="反复")
        assert (done.state, done.holder_id, done.lead_unit_id) == (
            "handling",
            ticket.lead_unit_id,
            ticket.lead_unit_id,
        )
        assert done.deadlines.get(stopped_at=None).next_alarm_at is not None
        assert Ticket.objects.visible_to(cast.oversight).filter(pk=done.pk).exists()

    def test_a_reason_is_needed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        with pytest.raises(Unprocessable) as caught:
            transitions.reopen(ticket.pk, by=cast.oversight, at=MONDAY + DAY, opinion="")
        assert list(caught.value.fields) == ["opinion"]

    def test_a_reopened_ticket_goes_the_whole_way_again(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        at = MONDAY + DAY
        transitions.reopen(ticket.pk, by=cast.oversight, at=at, opinion="反复")
        transitions.feedback(ticket.pk, by=cast.handler, at=at, result_kind="resolved", opinion="再办")
        transitions.check(ticket.pk, by=cast.oversight, at=at)
        with pytest.raises(Unprocessable):
            transitions.close(ticket.pk, by=cast.oversight, at=at)
        transitions.follow_up(ticket.pk, by=cast.duty, at=at + HOUR, outcome="solved")
        assert transitions.close(ticket.pk, by=cast.oversight, at=at + HOUR).closed_at == at + HOUR


class TestArchive:
    def test_thirty_days_after_closing(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        assert ticket.closed_at is not None
        with pytest.raises(Unprocessable) as caught:
            transitions.archive(ticket.pk, by=cast.system, at=ticket.closed_at + 30 * DAY - MINUTE)
        assert caught.value.code == "too_early"
        done = transitions.archive(ticket.pk, by=cast.system, at=ticket.closed_at + 30 * DAY)
        assert done.state == "archived"

    def test_the_task_archives_what_is_old_enough(
        self, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old, young = make_ticket("closed"), make_ticket("closed", at=MONDAY + DAY)
        assert old.closed_at is not None
        later = old.closed_at + 30 * DAY
        monkeypatch.setattr(tasks, "now", lambda: later)
        assert tasks.archive_closed() == 1
        assert tasks.archive_closed() == 0
        states = dict(Ticket.objects.values_list("pk", "state"))
        assert states == {old.pk: "archived", young.pk: "closed"}


class TestVoid:
    @pytest.mark.parametrize(
        "state", ["registered", "accepted", "dispatched", "handling", "feedback", "follow_up"]
    )
    def test_any_open_ticket(self, cast: Cast, make_ticket: MakeTicket, state: str) -> None:
        ticket = make_ticket(state)
        done = transitions.void(ticket.pk, by=cast.oversight, at=MONDAY + HOUR, opinion="测试数据")
        assert done.state == "voided"
        assert not done.deadlines.filter(stopped_at=None).exists()
        assert not done.deadlines.exclude(next_alarm_at=None).exists()
        assert done.next_due_at is None
        assert list(Ticket.objects.counted()) == []
        assert state in OPEN

    def test_a_limit_that_was_broken_stays_late(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        done = transitions.void(ticket.pk, by=cast.oversight, at=MONDAY + 30 * DAY, opinion="误登")
        assert done.is_overdue
        assert done.deadlines.get(stage="handle").outcome == "late"

    def test_a_reason_is_needed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        before = trace(ticket)
        with pytest.raises(Unprocessable):
            transitions.void(ticket.pk, by=cast.oversight, at=MONDAY, opinion=" ")
        assert trace(ticket) == before
