"""A consultation: units are heard, the dispatcher decides with binding force, the platform follows by itself."""

from dataclasses import replace
from typing import Any

import pytest

from consultation import conferences, following
from consultation.conferences import Decision
from consultation.models import Consultation, Deed, Invitation, Recusal
from consultation.tasks import follow
from governance.accounts.appointments import Post, appoint_many
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    StaleVersion,
    Unprocessable,
)
from incidents import transitions
from incidents.mandate import Blocked
from incidents.models import BlockedDispatch, Notice, RoutingCandidate, Step, Ticket
from incidents.views.facts import facts_of
from tests.cast import (
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    ROAD_DAMAGE,
    STREET_TRADE,
    Cast,
    MakeTicket,
    at_once,
    shanghai,
)
from tests.consultation.props import convene

pytestmark = pytest.mark.django_db


def decision(cast: Cast, lead: str = "E1", **changes: Any) -> Decision:
    facts: dict[str, Any] = {
        "lead": cast.unit(lead).pk,
        "basis": "《镇街职责清单》第12项",
        "minutes": "经会商，由执法局牵头，城管局协办。",
        "without": "限时未提交",
    }
    return Decision(**facts | changes)


def decide(
    cast: Cast, row: Consultation, lead: str = "E1", *, by: Any = None, **changes: Any
) -> Consultation:
    at = MONDAY + 2 * HOUR
    return conferences.decide(row.pk, decision(cast, lead, **changes), by=by or cast.dispatcher, at=at)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.defer("search").select_related("category").get(pk=ticket.pk)


class TestConvening:
    def test_units_are_asked_and_see_the_ticket(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG")
        row = convene(cast, ticket, "E1", "RQ")
        assert (row.state, row.centre.code, row.due_at) == ("convened", "CMD", shanghai(17, 17, 30))
        assert set(row.invitations.values_list("unit__code", flat=True)) == {"CG", "E1", "RQ"}, (
            "the lead is heard"
        )
        assert Ticket.objects.visible_to(cast.gas).filter(pk=ticket.pk).exists()
        assert fresh(ticket).sides == ["consultation"]
        assert Notice.objects.filter(unit__code="RQ", kind="consultation").count() == 2

    @pytest.mark.parametrize("state", ["registered", "feedback", "closed", "suspended"])
    def test_only_where_the_lead_is_open(self, cast: Cast, make_ticket: MakeTicket, state: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            convene(cast, make_ticket(state))
        assert refused.value.code == "not_open"

    def test_one_at_a_time_and_not_after_a_binding_decision(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned")
        convene(cast, ticket)
        with pytest.raises(Conflict):
            convene(cast, ticket)
        other = make_ticket("returned")
        transitions.refuse_return(other.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="属本单位职责")
        with pytest.raises(Unprocessable) as refused:
            convene(cast, other)
        assert refused.value.code == "final"

    @pytest.mark.parametrize("name", ["town", "lead", "duty", "leader", "far_dispatcher", "far_oversight"])
    def test_only_the_centre_of_the_place(self, cast: Cast, make_ticket: MakeTicket, name: str) -> None:
        ticket = make_ticket("returned")
        before = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            convene(cast, ticket, by=getattr(cast, name))
        assert AuditEntry.objects.count() == before

    def test_what_is_missing_is_said(self, cast: Cast, make_ticket: MakeTicket, monkeypatch: Any) -> None:
        ticket, at = make_ticket("accepted"), MONDAY + HOUR
        with pytest.raises(Unprocessable):
            conferences.convene(
                ticket.pk, by=cast.dispatcher, at=at, question=" ", units=[cast.unit("CG").pk]
            )
        with pytest.raises(Unprocessable):
            conferences.convene(ticket.pk, by=cast.dispatcher, at=at, question="谁牵头", units=[])
        with pytest.raises(Unprocessable):
            conferences.convene(ticket.pk, by=cast.dispatcher, at=at, question="谁牵头", units=[10**9])
        monkeypatch.setattr(conferences, "MOST_UNITS", 1)
        with pytest.raises(Unprocessable):
            convene(cast, ticket)
        with pytest.raises(NotFound):
            conferences.convene(10**9, by=cast.dispatcher, at=at, question="谁牵头", units=[])
        assert not Consultation.objects.exists()


class TestHearing:
    def test_an_opinion_may_be_replaced_until_the_decision(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = convene(cast, make_ticket("returned"))
        for stance, words in (("not_ours", "属执法局"), ("assists", "可以协办")):
            row = conferences.opine(row.pk, by=cast.lead, at=MONDAY + HOUR, stance=stance, opinion=words)
        mine = Invitation.objects.get(consultation=row, unit__code="CG")
        assert (row.state, mine.stance, mine.opinion, mine.opined_by) == (
            "opinions",
            "assists",
            "可以协办",
            cast.lead.user,
        )
        said = list(Deed.objects.filter(consultation=row, verb="opine").values_list("opinion", flat=True))
        assert said == ["属执法局", "可以协办"]

    @pytest.mark.parametrize(("stance", "opinion"), [("maybe", "属执法局"), ("leads", " ")])
    def test_position_and_words_are_needed(
        self, cast: Cast, make_ticket: MakeTicket, stance: str, opinion: str
    ) -> None:
        row = convene(cast, make_ticket("returned"))
        with pytest.raises(Unprocessable):
            conferences.opine(row.pk, by=cast.lead, at=MONDAY, stance=stance, opinion=opinion)
        row.refresh_from_db()
        assert row.state == "convened"

    def test_more_units_may_be_heard(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = convene(cast, make_ticket("returned"))
        conferences.invite(row.pk, by=cast.oversight, at=MONDAY + HOUR, units=[cast.unit("RQ").pk])
        assert row.invitations.count() == 3
        with pytest.raises(Unprocessable):
            conferences.invite(row.pk, by=cast.oversight, at=MONDAY + HOUR, units=[cast.unit("RQ").pk])

    def test_whoever_is_recused_does_not_decide(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = convene(cast, make_ticket("returned"))
        conferences.recuse(row.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="当事人亲属")
        assert Recusal.objects.get().user == cast.dispatcher.user
        with pytest.raises(Forbidden) as refused:
            decide(cast, row)
        assert refused.value.code == "recused"
        with pytest.raises(Unprocessable):
            conferences.recuse(
                row.pk, by=cast.oversight, at=MONDAY, opinion="重复", user=cast.dispatcher.user_id
            )
        with pytest.raises(Unprocessable):
            conferences.recuse(row.pk, by=cast.oversight, at=MONDAY, opinion="查无", user=10**9)
        assert decide(cast, row, by=cast.second_dispatcher).state == "decided"


class TestDeciding:
    def test_another_unit_gets_a_returned_ticket_for_good(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG", category=STREET_TRADE)
        row = convene(cast, ticket)
        row = decide(cast, row, "E1", co_handlers=[cast.unit("RQ").pk])
        ticket = fresh(ticket)
        assert (ticket.state, ticket.lead_unit.code, ticket.is_final_assignment) == ("dispatched", "E1", True)
        assert (row.state, row.lead.code, row.decided_by, row.next_alarm_at) == (
            "decided",
            "E1",
            cast.dispatcher.user,
            None,
        )
        step = Step.objects.filter(ticket=ticket).latest("pk")
        assert (step.verb, step.data["final"], step.data["reference"]) == ("dispatch", True, row.number)
        assert ("会商编号", row.number) in list(facts_of(step))
        learned = RoutingCandidate.objects.filter(from_unit__code="CG", to_unit__code="E1").get()
        assert learned.dispatched == 1
        transitions.sign(ticket.pk, by=cast.enforcer, at=MONDAY + 3 * HOUR)
        with pytest.raises(Unprocessable) as refused:
            transitions.ask_return(
                ticket.pk, by=cast.enforcer, at=MONDAY + 3 * HOUR, opinion="不属我局", basis="三定"
            )
        assert refused.value.code == "final_assignment"

    def test_the_unit_that_returned_it_keeps_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG", category=ROAD_DAMAGE)
        row = decide(cast, convene(cast, ticket), "CG", co_handlers=[cast.unit("E1").pk])
        ticket = fresh(ticket)
        assert (ticket.state, ticket.holder.code, ticket.is_final_assignment) == ("handling", "CG", True)
        assert ticket.assignments.filter(unit__code="E1", role="co_handler", ended_at=None).count() == 1
        assert RoutingCandidate.objects.get().refused == 1
        assert row.co_handlers == [cast.unit("E1").pk]

    @pytest.mark.parametrize("state", ["accepted", "dispatched", "handling"])
    def test_from_wherever_it_lies(self, cast: Cast, make_ticket: MakeTicket, state: str) -> None:
        ticket = make_ticket(state, to="CG", category=STREET_TRADE)
        due = ticket.due_at
        decide(cast, convene(cast, ticket), "E1")
        ticket = fresh(ticket)
        assert (ticket.state, ticket.holder.code, ticket.is_final_assignment) == ("dispatched", "E1", True)
        assert due is None or ticket.due_at == due, "the handle clock runs on"
        source = "CMD" if state == "accepted" else "CG"
        assert RoutingCandidate.objects.get(to_unit__code="E1").from_unit.code == source

    def test_a_handling_unit_that_keeps_it_goes_on(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="CG", category=ROAD_DAMAGE)
        decide(cast, convene(cast, ticket), "CG")
        ticket = fresh(ticket)
        assert (ticket.state, ticket.is_final_assignment) == ("handling", True)
        assert not RoutingCandidate.objects.exists()

    def test_every_unit_is_heard_or_there_is_a_reason(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = convene(cast, make_ticket("returned"))
        with pytest.raises(Unprocessable) as refused:
            decide(cast, row, without="")
        assert "城市管理局" in str(refused.value.fields["without"][0])
        for by in (cast.lead, cast.enforcer):
            conferences.opine(row.pk, by=by, at=MONDAY + HOUR, stance="assists", opinion="可协办")
        assert decide(cast, row, without="").state == "decided"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"basis": ""}, "basis"), ({"minutes": " "}, "opinion")],
    )
    def test_what_is_missing_is_said_and_nothing_decided(
        self, cast: Cast, make_ticket: MakeTicket, changes: dict[str, Any], field: str
    ) -> None:
        ticket = make_ticket("returned")
        row = convene(cast, ticket)
        with pytest.raises(Unprocessable) as refused:
            decide(cast, row, **changes)
        assert field in refused.value.fields
        row.refresh_from_db()
        assert (row.state, row.lead, fresh(ticket).state) == ("convened", None, "returned")

    def test_a_unit_that_is_gone_cannot_lead(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        row, wanted = convene(cast, ticket), decision(cast)
        with pytest.raises(Unprocessable) as refused:
            conferences.decide(row.pk, replace(wanted, lead=10**9), by=cast.dispatcher, at=MONDAY + 2 * HOUR)
        assert "to" in refused.value.fields
        assert fresh(ticket).state == "returned"

    def test_the_lead_does_not_assist_itself(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = convene(cast, make_ticket("returned"))
        with pytest.raises(Unprocessable):
            decide(cast, row, co_handlers=[cast.unit("E1").pk])

    def test_what_the_duty_lists_block_needs_a_reason_and_is_counted(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned", to="CG", category=ROAD_DAMAGE)
        row = convene(cast, ticket)
        with pytest.raises(Blocked):
            decide(cast, row, "E1")
        assert BlockedDispatch.objects.filter(ticket=ticket).count() == 1
        assert fresh(ticket).state == "returned"
        decide(cast, row, "E1", override_reason="会商议定下放")
        assert Step.objects.filter(ticket=ticket).latest("pk").data["override_reason"] == "会商议定下放"

    def test_whoever_asked_or_handled_does_not_decide(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        row = convene(cast, ticket)
        ticket.requests.update(asked_by=cast.dispatcher.user)
        with pytest.raises(Forbidden):
            decide(cast, row)

    def test_a_stale_page_decides_nothing(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = convene(cast, make_ticket("returned"))
        conferences.opine(row.pk, by=cast.lead, at=MONDAY, stance="assists", opinion="可协办")
        with pytest.raises(StaleVersion):
            conferences.decide(row.pk, decision(cast), by=cast.dispatcher, at=MONDAY, version=row.version)
        with pytest.raises(NotFound):
            conferences.decide(10**9, decision(cast), by=cast.dispatcher, at=MONDAY)


def return_twice(cast: Cast, make_ticket: MakeTicket) -> Ticket:
    """Returned by CG, granted, dispatched to E1, returned by it."""
    ticket = make_ticket("returned", to="CG", category=STREET_TRADE)
    at = MONDAY + 10 * MINUTE
    transitions.grant_return(ticket.pk, by=cast.dispatcher, at=at)
    transitions.dispatch(ticket.pk, by=cast.dispatcher, at=at, to=cast.unit("E1").pk)
    post = Post(user=cast.police.user, role="dept_lead", target=cast.unit("E1"), starts_on=at.date())
    appoint_many([post], at=at)
    terms = {"opinion": "属城管局", "basis": "三定规定", "suggested": cast.unit("CG").pk}
    transitions.ask_return(ticket.pk, by=cast.enforcer, at=at, **terms)
    transitions.send_back(ticket.pk, by=cast.again(cast.police), at=at, **terms)
    return fresh(ticket)


class TestFollowing:
    def test_the_second_return_convenes_by_itself_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = return_twice(cast, make_ticket)
        assert (ticket.state, ticket.return_count) == ("returned", 2)
        at = MONDAY + HOUR
        assert following.convene_due(at=at) == 1
        assert following.convene_due(at=at) == 0
        row = Consultation.objects.get()
        assert (row.cause, row.convened_by) == ("two_units", None)
        assert row.due_at == shanghai(17, 17, 30)
        assert {"CG", "E1"} <= set(row.invitations.values_list("unit__code", flat=True))
        assert "属城管局" in row.question
        assert Notice.objects.filter(unit__code="CMD", title__startswith="工单", kind="consultation").exists()
        decide(cast, row, "E1")
        assert following.convene_due(at=at + HOUR) == 0

    def test_a_first_return_or_a_cancelled_one_convenes_nothing(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket("returned")
        assert following.convene_due(at=MONDAY + HOUR) == 0
        return_twice(cast, make_ticket)
        following.convene_due(at=MONDAY + HOUR)
        row = Consultation.objects.get()
        conferences.cancel(row.pk, by=cast.oversight, at=MONDAY + 2 * HOUR, opinion="双方已协商一致")
        assert following.convene_due(at=MONDAY + 3 * HOUR) == 0

    def test_two_units_count_whatever_the_rule_value(self, cast: Cast, make_ticket: MakeTicket) -> None:
        from incidents import catalogue
        from incidents.models import Policy

        return_twice(cast, make_ticket)
        Policy.objects.create(key="return.consultation", value=5, valid_from=MONDAY - DAY)
        catalogue.forget()
        assert following.convene_due(at=MONDAY + HOUR) == 1

    def test_one_that_cannot_be_convened_stops_nobody(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: Any, caplog: Any
    ) -> None:
        return_twice(cast, make_ticket)
        for problem, logged in ((Conflict("schneller"), 0), (Forbidden("nein"), 1)):

            def fail(*_of: Any, error: Exception = problem, **_more: Any) -> None:
                raise error

            monkeypatch.setattr(conferences, "convene", fail)
            assert following.convene_due(at=MONDAY + HOUR) == 0
            assert len(caplog.records) == logged

    def test_a_signed_decision_is_closed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG", category=STREET_TRADE)
        row = decide(cast, convene(cast, ticket), "E1")
        assert following.close_carried_out(at=MONDAY + 3 * HOUR) == 0
        transitions.sign(ticket.pk, by=cast.enforcer, at=MONDAY + 3 * HOUR)
        assert following.follow(at=MONDAY + 3 * HOUR) == 1
        row.refresh_from_db()
        assert (row.state, row.finished_at) == ("closed", MONDAY + 3 * HOUR)
        with pytest.raises(IllegalTransition):
            conferences.close(row.pk, by=cast.dispatcher, at=MONDAY + DAY)

    def test_what_is_settled_another_way_is_cancelled(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        row = convene(cast, ticket)
        assert following.cancel_overtaken(at=MONDAY + 2 * HOUR) == 0
        transitions.refuse_return(ticket.pk, by=cast.dispatcher, at=MONDAY + 2 * HOUR, opinion="属本单位职责")
        assert follow() == 1
        row.refresh_from_db()
        assert (row.state, row.next_alarm_at) == ("cancelled", None)
        assert Deed.objects.filter(consultation=row).latest("pk").opinion == "该工单已通过其他途径处理"

    def test_somebody_quicker_is_no_fault(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: Any
    ) -> None:
        ticket = make_ticket("returned")
        convene(cast, ticket)
        transitions.refuse_return(ticket.pk, by=cast.dispatcher, at=MONDAY + 2 * HOUR, opinion="属本单位职责")

        def taken(*_of: Any, **_more: Any) -> None:
            raise Conflict("schon geschehen")

        monkeypatch.setattr(conferences, "cancel", taken)
        assert following.cancel_overtaken(at=MONDAY + 3 * HOUR) == 0


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_minutes_at_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG", category=STREET_TRADE)
        row = convene(cast, ticket)
        results = at_once(
            [
                lambda: decide(cast, row, "E1"),
                lambda: decide(cast, row, "CG", by=cast.second_dispatcher, override_reason="会商议定"),
            ]
        )
        assert sorted(type(result).__name__ for result in results) == ["Consultation", "IllegalTransition"]
        row.refresh_from_db()
        assert fresh(ticket).lead_unit_id == row.lead_id
        assert Deed.objects.filter(consultation=row, verb="decide").count() == 1

    def test_two_convene_at_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        results = at_once([lambda: convene(cast, ticket), lambda: convene(cast, ticket, by=cast.oversight)])
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "Consultation"]

    def test_a_decision_and_a_plain_dispatch_at_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG", category=STREET_TRADE)
        row = convene(cast, ticket)
        at_once(
            [
                lambda: decide(cast, row, "E1"),
                lambda: transitions.refuse_return(
                    ticket.pk, by=cast.second_dispatcher, at=MONDAY + 2 * HOUR, opinion="属本单位职责"
                ),
            ]
        )
        row.refresh_from_db()
        assert fresh(ticket).is_final_assignment
        assert row.state == "convened" or fresh(ticket).lead_unit_id == row.lead_id
