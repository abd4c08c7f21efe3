"""Returning what is not the unit's matter: asking, consent, the decision, and what both leave behind."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accounts.appointments import Post, appoint
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, Problem, Unprocessable
from incidents import rules, transitions
from incidents.models import Deadline, DueChange, RoutingCandidate, Ticket, TicketRequest
from incidents.sweep import sweep_all
from incidents.transitions.assigning import assign
from tests.cast import DAY, GAS_LEAK, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai, trace

pytestmark = pytest.mark.django_db

WORDS: dict[str, Any] = {"opinion": "不属本单位职责", "basis": "三定规定第五条"}


def running(ticket: Ticket) -> dict[str, Deadline]:
    return {row.stage: row for row in ticket.deadlines.filter(stopped_at=None)}


def add_role(actor: Any, role: str, target: Any) -> None:
    appoint(Post(user=actor.user, role=role, target=target, starts_on=date(2026, 1, 1)), at=MONDAY)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("source", "category").get(pk=ticket.pk)


class TestAsking:
    def test_a_handler_asks_and_the_lead_consents(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        asked = transitions.ask_return(
            ticket.pk, by=cast.handler, at=MONDAY + HOUR, suggested=cast.unit("RQ").pk, **WORDS
        )
        assert (asked.state, asked.asked, asked.return_count) == ("handling", ["return"], 0)
        assert "ask_return" not in [verb.name for verb in rules.permitted(asked, cast.handler)]
        assert "decline_return" in [verb.name for verb in rules.permitted(asked, cast.lead)]
        done = transitions.send_back(
            ticket.pk, by=cast.lead, at=MONDAY + 2 * HOUR, suggested=cast.unit("RQ").pk, **WORDS
        )
        assert (done.state, done.holder_id) == ("returned", cast.unit("CMD").pk)
        row = done.requests.get()
        assert (row.asked_by_id, row.consented_by_id) == (cast.handler.user_id, cast.lead.user_id)
        assert row.unit_id == cast.unit("CG").pk
        step = done.steps.get(verb="return")
        assert step.data["suggested"] == "RQ"
        assert step.data["consented"] is True
        assert "consultation" not in step.data

    def test_the_lead_may_keep_the_matter(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS)
        done = transitions.decline_return(ticket.pk, by=cast.lead, at=MONDAY + HOUR, opinion="属本局职责")
        assert (done.state, done.asked) == ("dispatched", [])
        row = done.requests.get()
        assert (row.outcome, row.decided_by_id) == ("refused", cast.lead.user_id)
        assert transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS).asked

    def test_a_lead_who_asked_as_a_handler_does_not_consent(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling")
        transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS)
        add_role(cast.handler, "dept_lead", cast.unit("CG"))
        before = trace(ticket)
        for deed in (transitions.send_back, transitions.decline_return):
            words = WORDS if deed is transitions.send_back else {"opinion": "不同意"}
            with pytest.raises(Forbidden) as caught:
                deed(ticket.pk, by=cast.again(cast.handler), at=MONDAY + HOUR, **words)
            assert caught.value.code == "own_request"
        assert trace(ticket) == before

    def test_it_is_asked_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS)
        assert caught.value.code == "asked_already"
        assert trace(ticket) == before

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"opinion": " "}, "opinion"), ({"basis": " "}, "basis"), ({"suggested": 987_654}, "suggested")],
    )
    def test_reason_basis_and_a_known_unit(
        self, cast: Cast, make_ticket: MakeTicket, change: dict[str, Any], field: str
    ) -> None:
        ticket = make_ticket("dispatched")
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY + HOUR, **WORDS | change)
        assert list(caught.value.fields) == [field]
        assert trace(ticket) == before

    def test_not_to_oneself(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        with pytest.raises(Unprocessable) as caught:
            transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY, suggested=cast.unit("CG").pk, **WORDS)
        assert list(caught.value.fields) == ["suggested"]

    def test_within_one_workday_of_receiving_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", at=shanghai(20, 9))  # a Friday: until the close of Monday
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.send_back(ticket.pk, by=cast.lead, at=shanghai(23, 17, 31), **WORDS)
        assert caught.value.code == "too_late"
        assert "2026-11-23 17:30" in str(caught.value.detail)
        assert trace(ticket) == before
        assert (
            transitions.send_back(ticket.pk, by=cast.lead, at=shanghai(23, 17, 30), **WORDS).state
            == "returned"
        )

    def test_asked_in_time_may_be_consented_later(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", at=shanghai(20, 9))
        transitions.ask_return(ticket.pk, by=cast.handler, at=shanghai(23, 17), **WORDS)
        assert transitions.send_back(ticket.pk, by=cast.lead, at=shanghai(24, 9), **WORDS).state == "returned"

    def test_feeding_back_lets_the_request_lapse(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS)
        done = transitions.feedback(
            ticket.pk, by=cast.handler, at=MONDAY + 2 * HOUR, result_kind="resolved", opinion="已办"
        )
        assert done.asked == []
        assert done.requests.get().outcome == "lapsed"

    def test_whoever_gives_it_away_needs_no_more_time(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        transitions.ask_extension(
            ticket.pk, by=cast.handler, at=MONDAY + HOUR, opinion="需会同勘验", amount=1
        )
        transitions.ask_return(ticket.pk, by=cast.handler, at=MONDAY + HOUR, **WORDS)
        done = transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY + 2 * HOUR, **WORDS)
        assert done.asked == ["return"]
        rows = done.requests.values_list("kind", "outcome", "decided_at")
        assert set(rows) == {("extension", "lapsed", MONDAY + 2 * HOUR), ("return", "", None)}


class TestReturned:
    def test_the_handle_clock_runs_on_and_the_decision_has_its_own(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched")
        due_at = ticket.due_at
        done = transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY + HOUR, **WORDS)
        clocks = running(done)
        assert set(clocks) == {"handle", "decide"}
        assert clocks["handle"].due_at == due_at == done.due_at
        assert clocks["decide"].due_at == shanghai(16, 16)
        assert done.deadlines.get(stage="sign").outcome == "met"

    def test_the_sweep_does_not_sign_what_was_returned(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        sweep_all(at=MONDAY + DAY)
        assert fresh(ticket).state == "returned"
        assert ticket.steps.filter(verb="overdue", data__stage="decide").exists()

    def test_a_critical_one_climbs_until_it_is_decided(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", category=GAS_LEAK, to="CG")
        done = transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY + 5 * MINUTE, **WORDS)
        row = running(done)["decide"]
        assert row.next_alarm_at == row.started_at + 10 * MINUTE

    def test_the_nearest_centre_with_a_dispatcher_decides(self, cast: Cast, make_ticket: MakeTicket) -> None:
        west = make_ticket("dispatched", column=3, to="CG")
        done = transitions.send_back(west.pk, by=cast.lead, at=MONDAY + HOUR, **WORDS)
        assert done.holder_id == cast.unit("D2").pk
        assert "grant_return" in [verb.name for verb in rules.permitted(done, cast.far_dispatcher)]


class TestGranted:
    def test_back_to_be_dispatched_with_the_time_given_back(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched")  # received 09:02, 3 workdays end on the 19th at 17:30
        transitions.send_back(ticket.pk, by=cast.lead, at=shanghai(16, 11, 2), **WORDS)
        done = transitions.grant_return(ticket.pk, by=cast.dispatcher, at=shanghai(16, 15, 2), opinion="同意")
        assert (done.state, done.holder_id, done.lead_unit_id) == ("accepted", cast.unit("CMD").pk, None)
        clocks = running(done)
        assert set(clocks) == {"handle", "dispatch"}
        # 09:02-12:00 and 14:00-15:02 are four working hours, which follow on the 20th.
        assert clocks["handle"].due_at == shanghai(20, 14, 30)
        assert clocks["handle"].original_due_at == shanghai(19, 17, 30) == done.original_due_at
        change = DueChange.objects.get()
        assert (change.kind, change.reason) == ("given_back", "return")
        assert (change.since, change.until) == (shanghai(16, 9, 2), shanghai(16, 15, 2))
        assert (change.old_due_at, change.new_due_at) == (shanghai(19, 17, 30), done.due_at)
        assert change.step is not None
        assert change.step.verb == "grant_return"
        assert done.assignments.get(unit__code="CG", role="lead").ended_at == shanghai(16, 15, 2)

    def test_a_late_ticket_whose_time_is_given_back_is_not_late(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned")
        sweep_all(at=shanghai(20, 9))
        assert fresh(ticket).is_overdue
        done = transitions.grant_return(ticket.pk, by=cast.dispatcher, at=shanghai(20, 10))
        assert not done.is_overdue
        handle = running(done)["handle"]
        assert handle.due_at > shanghai(20, 10)
        assert (handle.rung, handle.next_alarm_at) == (0, handle.warn_at)

    def test_the_next_unit_has_the_clock(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        transitions.grant_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR)
        done = transitions.dispatch(
            ticket.pk, by=cast.dispatcher, to=cast.unit("RQ").pk, at=MONDAY + 2 * HOUR
        )
        handle = running(done)["handle"]
        assert handle.unit_id == cast.unit("RQ").pk
        assert not done.is_final_assignment
        assert handle.started_at < done.first_dispatched_at + MINUTE

    def test_it_teaches_routing(self, cast: Cast, make_ticket: MakeTicket) -> None:
        for _round in range(2):
            ticket = make_ticket("dispatched")
            transitions.send_back(
                ticket.pk, by=cast.lead, at=MONDAY + HOUR, suggested=cast.unit("RQ").pk, **WORDS
            )
            transitions.grant_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR)
            transitions.dispatch(
                ticket.pk,
                by=cast.dispatcher,
                to=cast.unit("E1").pk,
                override_reason="试",
                at=MONDAY + 2 * HOUR,
            )
        rows = RoutingCandidate.objects.order_by("id").values_list(
            "category_code", "region__code", "from_unit__code", "to_unit__code", "granted", "dispatched"
        )
        assert list(rows) == [
            ("1408", "990101001000", "CG", "RQ", 2, 0),
            ("1408", "990101001000", "CG", "E1", 0, 2),
        ]

    def test_without_a_suggestion_it_teaches_as_well(self, cast: Cast, make_ticket: MakeTicket) -> None:
        for _round in range(2):
            transitions.grant_return(make_ticket("returned").pk, by=cast.dispatcher, at=MONDAY + HOUR)
        row = RoutingCandidate.objects.get()
        assert (row.to_unit_id, row.granted) == (None, 2)
        assert "1408" in str(row)


class TestRefused:
    def test_it_binds(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        due_at = ticket.due_at
        done = transitions.refuse_return(
            ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="属城管职责"
        )
        assert (done.state, done.holder_id, done.is_final_assignment) == (
            "handling",
            cast.unit("CG").pk,
            True,
        )
        assert running(done).keys() == {"handle"}
        assert done.due_at == due_at
        assert not DueChange.objects.exists()
        assert done.assignments.get(unit__code="CG", role="lead").signed_at == MONDAY + HOUR
        assert RoutingCandidate.objects.get().refused == 1
        before = trace(ticket)
        for deed, by in ((transitions.send_back, cast.lead), (transitions.ask_return, cast.handler)):
            with pytest.raises(Unprocessable) as caught:
                deed(ticket.pk, by=by, at=MONDAY + HOUR, **WORDS)
            assert caught.value.code == "final_assignment"
        assert trace(ticket) == before

    def test_handing_up_gives_it_to_a_unit_that_is_not_bound(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched", to="W1")
        transitions.send_back(ticket.pk, by=cast.community, at=MONDAY + HOUR, **WORDS)
        transitions.refuse_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="属社区职责")
        done = transitions.escalate(
            ticket.pk, by=cast.community, at=MONDAY + HOUR, opinion="超出能力", measures="已劝导"
        )
        assert not done.is_final_assignment

    def test_the_second_return_goes_to_consultation_and_the_dispatch_binds(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned")
        transitions.grant_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR)
        transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("T1").pk, at=MONDAY + HOUR)
        again = transitions.send_back(ticket.pk, by=cast.town, at=MONDAY + 2 * HOUR, **WORDS)
        assert again.return_count == 2
        assert again.steps.filter(verb="return").latest("id").data["consultation"] is True
        assert running(again)["decide"].due_at == shanghai(17, 17, 30)
        transitions.grant_return(ticket.pk, by=cast.dispatcher, at=MONDAY + 3 * HOUR)
        done = transitions.dispatch(
            ticket.pk, by=cast.dispatcher, to=cast.unit("CG").pk, at=MONDAY + 4 * HOUR
        )
        assert done.is_final_assignment
        with pytest.raises(Unprocessable) as caught:
            transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY + 5 * HOUR, **WORDS)
        assert caught.value.code == "final_assignment"


class TestDecidedTogether:
    """A binding dispatch, as a consultation has decided."""

    def test_taken_back_and_dispatched_anew_it_teaches_nothing_that_was_not_granted(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned")
        transitions.refuse_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="属城管职责")
        gas, town = cast.unit("RQ").pk, cast.unit("T1").pk
        words = {"reference": "HS20261116000001", "opinion": "经会商由燃气公司牵头"}
        bound = assign(ticket.pk, by=cast.dispatcher, to=gas, at=MONDAY + 2 * HOUR, **words)
        assert (bound.state, bound.is_final_assignment, bound.return_count) == ("dispatched", True, 1)
        transitions.withdraw(ticket.pk, by=cast.dispatcher, at=MONDAY + 3 * HOUR, opinion="牵头单位写错")
        before = list(RoutingCandidate.objects.order_by("pk").values())
        done = transitions.dispatch(ticket.pk, by=cast.dispatcher, to=town, at=MONDAY + 4 * HOUR)
        assert (done.state, done.lead_unit_id, done.is_final_assignment) == ("dispatched", town, False)
        assert list(RoutingCandidate.objects.order_by("pk").values()) == before

    def test_a_lead_unit_does_not_assist_itself(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        gas, before = cast.unit("RQ").pk, trace(ticket)
        words = {"reference": "HS20261116000001", "opinion": "经会商由燃气公司牵头"}
        with pytest.raises(Unprocessable) as caught:
            assign(ticket.pk, by=cast.dispatcher, to=gas, co_handlers=[gas], at=MONDAY + HOUR, **words)
        assert list(caught.value.fields) == ["co_handlers"]
        assert trace(ticket) == before


@pytest.mark.parametrize("deed", [transitions.grant_return, transitions.refuse_return])
def test_whoever_asked_does_not_decide(cast: Cast, make_ticket: MakeTicket, deed: Any) -> None:
    ticket = make_ticket("returned")
    add_role(cast.lead, "dispatcher", cast.region("990100000000"))
    before = trace(ticket)
    with pytest.raises(Forbidden) as caught:
        deed(ticket.pk, by=cast.again(cast.lead), at=MONDAY + HOUR, opinion="自己决定")
    assert caught.value.code == "own_request"
    assert trace(ticket) == before


def test_what_a_verb_costs(cast: Cast, make_ticket: MakeTicket, steady: None) -> None:
    ticket = make_ticket("dispatched")
    suggested = cast.unit("RQ").pk
    way = [
        (transitions.ask_return, cast.handler, WORDS | {"suggested": suggested}),
        (transitions.send_back, cast.lead, WORDS),
        (transitions.grant_return, cast.dispatcher, {}),
        (transitions.dispatch, cast.dispatcher, {"to": suggested}),
    ]
    for deed, by, data in way:
        with CaptureQueriesContext(connection) as queries:
            deed(ticket.pk, by=by, at=MONDAY + HOUR, **data)
        said = [query["sql"] or "" for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(said) <= 12, (deed.__name__, len(said), [text[:80] for text in said])


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_two_deciders(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        at: datetime = MONDAY + HOUR
        results = at_once(
            [
                lambda: transitions.grant_return(ticket.pk, by=cast.dispatcher, at=at),
                lambda: transitions.refuse_return(
                    ticket.pk, by=cast.second_dispatcher, at=at, opinion="属本局职责"
                ),
            ]
        )
        assert sorted(isinstance(item, Conflict) for item in results) == [False, True]
        assert TicketRequest.objects.exclude(outcome="").count() == 1
        assert fresh(ticket).version == 5

    def test_return_against_sign(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        results = at_once(
            [
                lambda: transitions.sign(ticket.pk, by=cast.handler, at=MONDAY + HOUR),
                lambda: transitions.send_back(ticket.pk, by=cast.lead, at=MONDAY + HOUR, **WORDS),
            ]
        )
        # Signed first, it is returned all the same; returned first, it cannot be signed any more.
        assert fresh(ticket).state == "returned"
        assert not isinstance(results[1], Problem)
        assert isinstance(results[0], (Ticket, IllegalTransition))
