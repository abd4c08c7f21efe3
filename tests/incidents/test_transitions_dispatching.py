"""Giving a ticket to a unit, signing for it, handing it up."""

import pytest

from governance.accounts.appointments import Post, appoint
from governance.foundation.errors import Unprocessable
from grids import territory
from incidents import transitions
from incidents.models import Assignment, Deadline, Ticket
from tests.cast import (
    DAY,
    ERRAND,
    GAS_LEAK,
    HOUR,
    INJURY,
    MINUTE,
    MONDAY,
    STREET_TRADE,
    Cast,
    MakeTicket,
    shanghai,
    trace,
)

pytestmark = pytest.mark.django_db


def running(ticket: Ticket) -> dict[str, Deadline]:
    return {row.stage: row for row in ticket.deadlines.filter(assignment=None, stopped_at=None)}


class TestDispatch:
    def test_the_handle_clock_starts_with_the_first_dispatch(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched", to="CG")
        clocks = running(ticket)
        assert set(clocks) == {"handle", "sign"}
        assert clocks["handle"].due_at == shanghai(19, 17, 30)
        assert (ticket.due_at, ticket.original_due_at) == (shanghai(19, 17, 30), shanghai(19, 17, 30))
        assert clocks["sign"].due_at == shanghai(16, 15, 2)
        assert ticket.next_due_at == clocks["sign"].due_at
        assert ticket.first_dispatched_at == clocks["handle"].started_at

    def test_lead_and_co_handlers_are_assigned(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CG", co_handlers=("RQ", "E1", "RQ", "CG"))
        rows = ticket.assignments.order_by("id").values_list("unit__code", "role", "ended_at")
        assert list(rows) == [("CG", "lead", None), ("RQ", "co_handler", None), ("E1", "co_handler", None)]
        assert (ticket.holder_id, ticket.lead_unit_id) == (cast.unit("CG").pk, cast.unit("CG").pk)
        assert ticket.dispatched_unit_id == cast.unit("CMD").pk
        assert ticket.steps.get(verb="dispatch").data == {
            "to": "CG",
            "co_handlers": ["RQ", "E1"],
            "override_reason": "试点下放",
            "units": [cast.unit(code).pk for code in ("CG", "RQ", "E1")],
        }

    def test_a_unit_below_the_level_needs_an_override_reason(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("accepted", category=STREET_TRADE)
        before = trace(ticket)
        for reason in ("", "  "):
            with pytest.raises(Unprocessable) as caught:
                transitions.dispatch(
                    ticket.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=MONDAY, override_reason=reason
                )
            assert list(caught.value.fields) == ["override_reason"]
        assert trace(ticket) == before
        done = transitions.dispatch(
            ticket.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=MONDAY, override_reason="试点"
        )
        assert done.holder_id == cast.unit("G1").pk

    @pytest.mark.parametrize("unit", ["E1", "CG1", "CG", "CMD"])
    def test_a_unit_at_or_above_the_level_needs_none(
        self, cast: Cast, make_ticket: MakeTicket, unit: str
    ) -> None:
        ticket = make_ticket("accepted", category=STREET_TRADE)
        done = transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit(unit).pk, at=MONDAY)
        assert "override_reason" not in done.steps.get(verb="dispatch").data

    def test_an_unknown_or_closed_unit_is_refused(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted")
        before = trace(ticket)
        for lead, helpers in ((987_654, []), (cast.unit("CG").pk, [987_654])):
            with pytest.raises(Unprocessable) as caught:
                transitions.dispatch(ticket.pk, by=cast.dispatcher, to=lead, co_handlers=helpers, at=MONDAY)
            assert caught.value.code == "unknown_unit"
        assert trace(ticket) == before

    def test_the_handle_clock_starts_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CG")
        first = running(ticket)["handle"]
        Ticket.objects.filter(pk=ticket.pk).update(state="accepted", holder=cast.unit("CMD"))
        done = transitions.dispatch(
            ticket.pk, by=cast.dispatcher, to=cast.unit("RQ").pk, at=MONDAY + 2 * HOUR
        )
        assert running(done)["handle"] == first
        assert done.first_dispatched_at == first.started_at
        assert running(done)["sign"].started_at == MONDAY + 2 * HOUR

    def test_a_critical_matter_climbs_until_it_is_signed(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", category=GAS_LEAK, to="CG")
        sign = running(ticket)["sign"]
        assert sign.next_alarm_at == sign.started_at + 10 * MINUTE

    def test_an_earlier_due_time_of_the_sender_wins(self, cast: Cast, make_ticket: MakeTicket) -> None:
        sent = shanghai(17, 10)
        ticket = make_ticket("dispatched", category=INJURY, external_due_at=sent)
        row = running(ticket)["handle"]
        assert (ticket.due_at, row.due_at) == (sent, sent)
        change = row.changes.get()
        assert (change.old_due_at, change.new_due_at, change.reason) == (
            row.original_due_at,
            sent,
            "external",
        )
        assert change.step is not None
        assert change.step.verb == "dispatch"
        assert row.started_at < row.warn_at < row.due_at
        assert row.next_alarm_at == row.warn_at
        assert ticket.original_due_at == row.original_due_at > sent

    def test_a_later_due_time_of_the_sender_changes_nothing(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", external_due_at=shanghai(30, 12))
        row = running(ticket)["handle"]
        assert row.due_at == row.original_due_at == shanghai(19, 17, 30)
        assert not row.changes.exists()

    def test_a_senders_due_time_that_has_passed_no_longer_counts(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("accepted", external_due_at=shanghai(16, 10))
        done = transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("CG").pk, at=shanghai(16, 11))
        assert running(done)["handle"].due_at == shanghai(19, 17, 30)


class TestSign:
    def test_signing_stops_the_sign_clock_only(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CG", co_handlers=("RQ",))
        at = ticket.first_dispatched_at + HOUR  # type: ignore[operator]
        done = transitions.sign(ticket.pk, by=cast.handler, at=at, opinion="收到")
        assert set(running(done)) == {"handle"}
        assert done.deadlines.get(stage="sign", assignment=None).outcome == "met"
        assert not done.is_auto_signed
        signed = dict(done.assignments.values_list("unit__code", "signed_at"))
        assert signed == {"CG": at, "RQ": None}
        assert done.steps.get(verb="sign").opinion == "收到"
        assert done.next_due_at == done.due_at

    def test_the_platform_signs_with_a_mark(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CG")
        done = transitions.sign(ticket.pk, by=cast.system, at=MONDAY + DAY)
        assert done.is_auto_signed
        assert done.deadlines.get(stage="sign").outcome == "late"
        assignment = Assignment.objects.get(ticket=ticket)
        assert (assignment.is_auto_signed, assignment.signed_at) == (True, MONDAY + DAY)
        step = done.steps.get(verb="sign")
        assert (step.role, step.actor_id, step.client, step.data) == (
            "system",
            None,
            "system",
            {"auto_signed": True},
        )


class TestEscalate:
    def up(self, cast: Cast, ticket: Ticket, who: str) -> Ticket:
        return transitions.escalate(
            ticket.pk,
            by=cast.everybody[who],
            at=MONDAY + HOUR,
            opinion="超出网格能力",
            measures="已设置警示带",
        )

    def test_a_grid_hands_up_to_its_community_and_on(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1")
        due_at = ticket.due_at
        for who, unit in (("worker", "W1"), ("community", "T1"), ("town", "D1")):
            ticket = self.up(cast, ticket, who)
            assert (ticket.state, ticket.holder_id) == ("dispatched", cast.unit(unit).pk)
            assert ticket.lead_unit_id == ticket.holder_id
            assert ticket.due_at == due_at
        assert ticket.deadlines.filter(stage="handle").count() == 1
        assert running(ticket)["sign"].started_at == MONDAY + HOUR
        assert ticket.steps.filter(verb="escalate").first().data == {  # type: ignore[union-attr]
            "from": "G1",
            "to": "W1",
            "measures": "已设置警示带",
        }
        roles = ticket.assignments.order_by("id").values_list("unit__code", "ended_at")
        assert [code for code, ended in roles if ended is None] == ["D1"]
        assert [code for code, _ended in roles] == ["G1", "W1", "T1", "D1"]

    def test_below_the_level_the_handle_clock_restarts(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1", category=STREET_TRADE)
        first = running(ticket)["handle"]
        done = self.up(cast, ticket, "worker")
        again = running(done)["handle"]
        assert again.pk != first.pk
        assert (again.started_at, again.unit_id) == (MONDAY + HOUR, cast.unit("W1").pk)
        assert done.due_at == again.due_at > first.due_at
        assert done.original_due_at == first.due_at
        assert done.deadlines.get(pk=first.pk).outcome == "cancelled"
        assert not done.is_overdue

    def test_a_clock_that_restarts_late_stays_late(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1", category=STREET_TRADE)
        done = transitions.escalate(
            ticket.pk, by=cast.worker, at=MONDAY + 3 * DAY, opinion="无权", measures="劝导"
        )
        assert done.is_overdue
        assert done.deadlines.filter(stage="handle").order_by("id")[0].outcome == "late"

    def test_an_unsigned_ticket_may_be_handed_up(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="G1")
        done = self.up(cast, ticket, "grid_leader")
        assert done.deadlines.filter(stage="sign", outcome="met").count() == 1
        assert running(done)["sign"].unit_id == cast.unit("W1").pk

    def test_reason_and_measures_are_needed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1")
        before = trace(ticket)
        for opinion, measures, missing in ((" ", "已劝导", "opinion"), ("无力", "  ", "measures")):
            with pytest.raises(Unprocessable) as caught:
                transitions.escalate(ticket.pk, by=cast.worker, at=MONDAY, opinion=opinion, measures=measures)
            assert list(caught.value.fields) == [missing]
        assert trace(ticket) == before

    def test_the_top_has_nobody_above(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CMD")
        assert cast.duty.user is not None
        post = Post(user=cast.duty.user, role="town_staff", target=cast.unit("CMD"), starts_on=MONDAY.date())
        appoint(post, at=MONDAY)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.escalate(
                ticket.pk, by=cast.again(cast.duty), at=MONDAY, opinion="无力", measures="已协调"
            )
        assert caught.value.code == "top_tier"
        assert trace(ticket) == before

    def test_a_unit_that_was_closed_cannot_hand_up(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1", category=ERRAND)
        unit = cast.unit("G1")
        unit.is_active = False
        unit.save()
        territory.forget()
        with pytest.raises(Unprocessable) as caught:
            self.up(cast, ticket, "worker")
        assert caught.value.code == "unknown_unit"
