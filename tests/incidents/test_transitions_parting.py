"""Co-handlers: each signs, answers and is late by its own clocks; the lead answers for the whole."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    Problem,
    Unprocessable,
)
from incidents import outbox, rules, transitions
from incidents.models import Assignment, BlockedDispatch, Deadline, DueChange, Notice, Ticket
from incidents.states import OPEN_PARTS, PART_TABLE, PartState, State
from incidents.states.parts import WHILE
from incidents.sweep import sweep_all
from incidents.transitions.parting import PART_VERBS, perform_part
from mandates import standing
from tests import city
from tests.cast import (
    DAY,
    DUTY_OF_GRID,
    GAS_LEAK,
    HOUR,
    INJURY,
    LITTER,
    MINUTE,
    MONDAY,
    Cast,
    MakeTicket,
    Photo,
    at_once,
    shanghai,
    trace,
)
from tests.mandates.props import duty_list

pytestmark = pytest.mark.django_db


def part_of(ticket: Ticket, code: str = "RQ") -> Assignment:
    return ticket.assignments.filter(role="co_handler", unit__code=code).latest("id")


def clocks_of(part: Assignment) -> dict[str, Deadline]:
    return {row.stage: row for row in part.deadlines.filter(stopped_at=None)}


@pytest.fixture
def helped(make_ticket: MakeTicket) -> Ticket:
    """Led by the city's department, the gas company helps; both have signed nothing yet but the lead."""
    return make_ticket("handling", category=INJURY, to="CG", co_handlers=("RQ",))


class TestBeginning:
    def test_every_co_handler_has_its_own_clocks(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", category=INJURY, to="CG", co_handlers=("RQ", "G1"))
        for code, calendar in (("RQ", "office"), ("G1", "office")):
            part, unit = part_of(ticket, code), cast.unit(code)
            assert (part.state, part.ended_at) == ("assigned", None)
            clocks = clocks_of(part)
            assert set(clocks) == {"sign", "handle"}
            assert {row.unit_id for row in clocks.values()} == {unit.pk}
            assert {row.calendar for row in clocks.values()} == {unit.calendar or calendar}
            assert (part.due_at, part.warn_at) == (clocks["sign"].due_at, clocks["sign"].warn_at)
        own = ticket.deadlines.filter(assignment=None, stopped_at=None)
        assert sorted(own.values_list("stage", flat=True)) == ["handle", "sign"]

    def test_everybody_is_told(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CG", co_handlers=("RQ",))
        while outbox.deliver(at=MONDAY + HOUR):
            pass
        told = Notice.objects.filter(ticket=ticket, kind="dispatch").values_list("unit__code", flat=True)
        assert set(told) == {"CG", "RQ"}

    def test_a_dispatcher_asks_one_more(self, cast: Cast, helped: Ticket) -> None:
        at = MONDAY + HOUR
        part = transitions.add_part(
            helped.pk, by=cast.dispatcher, at=at, to=cast.unit("E1").pk, opinion="请到场维持秩序"
        )
        assert (part.state, part.role, part.unit.code, part.at) == ("assigned", "co_handler", "E1", at)
        assert {row.started_at for row in clocks_of(part).values()} == {at}
        step = helped.steps.latest("id")
        assert (step.verb, step.from_state, step.to_state) == ("add_part", "handling", "handling")
        assert step.data == {"part": part.pk, "co_handler": "E1", "unit": part.unit_id}
        helped.refresh_from_db()
        assert helped.version == step.ticket.version

    @pytest.mark.parametrize("code", ["CG", "RQ"])
    def test_whoever_takes_part_is_not_asked_again(self, cast: Cast, helped: Ticket, code: str) -> None:
        before = trace(helped)
        with pytest.raises(Unprocessable) as caught:
            transitions.add_part(helped.pk, by=cast.dispatcher, at=MONDAY + HOUR, to=cast.unit(code).pk)
        assert (caught.value.code, list(caught.value.fields)) == ("takes_part", ["to"])
        assert trace(helped) == before

    def test_whoever_was_let_go_may_be_asked_again(self, cast: Cast, helped: Ticket) -> None:
        first = part_of(helped)
        transitions.remove_part(helped.pk, first.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="无需到场")
        again = transitions.add_part(
            helped.pk, by=cast.dispatcher, at=MONDAY + 2 * HOUR, to=cast.unit("RQ").pk
        )
        assert again.pk != first.pk
        parts = helped.assignments.filter(role="co_handler").order_by("id")
        assert [row.state for row in parts] == ["released", "assigned"]

    def test_an_unknown_unit_and_an_unknown_ticket(self, cast: Cast, helped: Ticket) -> None:
        with pytest.raises(Unprocessable) as caught:
            transitions.add_part(helped.pk, by=cast.dispatcher, at=MONDAY + HOUR, to=10**9)
        assert caught.value.code == "unknown_unit"
        with pytest.raises(NotFound):
            transitions.add_part(10**9, by=cast.dispatcher, at=MONDAY, to=cast.unit("E1").pk)

    def test_duty_lists_hold_for_whoever_is_asked_later(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(standing, "CHECK_SECONDS", -1.0)
        ticket = make_ticket("handling", category=LITTER, to="CG")
        duty_list([("taken_back", LITTER, "收回")])
        with pytest.raises(Unprocessable) as caught:
            transitions.add_part(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, to=cast.unit("G1").pk)
        assert list(caught.value.fields) == ["override_reason"]
        assert BlockedDispatch.objects.filter(ticket=ticket, unit=cast.unit("G1")).count() == 1
        part = transitions.add_part(
            ticket.pk,
            by=cast.dispatcher,
            at=MONDAY + HOUR,
            to=cast.unit("G1").pk,
            override_reason="现场已有网格员",
        )
        data = ticket.steps.latest("id").data
        assert data["override_reason"] == "现场已有网格员"
        assert (data["covering"]["unit"], part.unit.code) == ("G1", "G1")


class TestTheWay:
    def test_sign_and_answer(self, cast: Cast, helped: Ticket, photo: Photo) -> None:
        part, at = part_of(helped), MONDAY + HOUR
        signed = transitions.sign_part(helped.pk, part.pk, by=cast.gas, at=at)
        assert (signed.state, signed.signed_at, signed.is_auto_signed) == ("working", at, False)
        assert set(clocks_of(part)) == {"handle"}
        part.refresh_from_db()
        assert part.due_at == clocks_of(part)["handle"].due_at
        picture = photo(cast.gas)
        done = transitions.answer_part(
            helped.pk,
            part.pk,
            by=cast.gas,
            at=at + HOUR,
            result_kind="resolved",
            opinion="已关阀并检修",
            attachments=[picture],
        )
        assert (done.state, done.answer, done.result_kind) == ("answered", "已关阀并检修", "resolved")
        assert (done.answered_at, done.due_at, done.ended_at) == (at + HOUR, None, None)
        assert part.deadlines.get(stage="handle").outcome == "met"
        helped.refresh_from_db()
        assert helped.state == "handling"
        assert helped.attachments.get().phase == "after"
        assert transitions.feedback(
            helped.pk, by=cast.handler, at=at + 2 * HOUR, result_kind="resolved", opinion="已办结"
        )

    def test_the_lead_is_told_of_the_answer(self, cast: Cast, helped: Ticket) -> None:
        answer(cast, helped)
        while outbox.deliver(at=MONDAY + DAY):
            pass
        assert Notice.objects.get(ticket=helped, kind="answer_part").unit.code == "CG"  # type: ignore[union-attr]
        assert not Notice.objects.filter(ticket=helped, kind="sign_part").exists()

    def test_photos_where_the_matter_is_checked_on_site(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=LITTER, to="CG", co_handlers=("RQ",))
        part = part_of(ticket)
        transitions.sign_part(ticket.pk, part.pk, by=cast.gas, at=MONDAY + HOUR)
        said: dict[str, Any] = {"by": cast.gas, "at": MONDAY + 2 * HOUR, "opinion": "已办"}
        with pytest.raises(Unprocessable) as caught:
            transitions.answer_part(ticket.pk, part.pk, result_kind="resolved", **said)
        assert list(caught.value.fields) == ["attachments"]
        assert (
            transitions.answer_part(ticket.pk, part.pk, result_kind="explained", **said).state == "answered"
        )

    def test_words_are_needed(self, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        transitions.sign_part(helped.pk, part.pk, by=cast.gas, at=MONDAY + HOUR)
        before = trace(helped)
        for verb in ("answer_part", "return_part", "remove_part"):
            by = cast.dispatcher if verb == "remove_part" else cast.gas
            data = {"opinion": "  "} | ({"result_kind": "resolved"} if verb == "answer_part" else {})
            with pytest.raises(Unprocessable) as caught:
                perform_part(verb, helped.pk, part.pk, by=by, at=MONDAY + HOUR, data=data)
            assert list(caught.value.fields) == ["opinion"]
        assert trace(helped) == before

    def test_returning_and_the_two_decisions(self, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        back = transitions.return_part(
            helped.pk, part.pk, by=cast.gas, at=MONDAY + HOUR, opinion="管线不属我司"
        )
        assert (back.state, back.answer) == ("returning", "管线不属我司")
        assert set(clocks_of(part)) == {"handle"}
        told = helped.steps.latest("id").data["units"]
        assert sorted(told) == sorted([cast.unit("CG").pk, cast.unit("CMD").pk])
        kept = transitions.keep_part(
            helped.pk, part.pk, by=cast.handler, at=MONDAY + 2 * HOUR, opinion="图纸显示属贵司"
        )
        assert (kept.state, kept.answer, kept.signed_at) == ("working", "", MONDAY + 2 * HOUR)
        transitions.return_part(helped.pk, part.pk, by=cast.gas, at=MONDAY + 3 * HOUR, opinion="仍不属我司")
        gone = transitions.release_part(helped.pk, part.pk, by=cast.dispatcher, at=MONDAY + 4 * HOUR)
        assert (gone.state, gone.ended_at, gone.due_at) == ("released", MONDAY + 4 * HOUR, None)
        assert not clocks_of(part)
        assert part.deadlines.get(stage="handle").outcome == "cancelled"

    def test_nobody_decides_about_the_own_words(self, cast: Cast, helped: Ticket) -> None:
        """Even somebody who speaks for both units."""
        part = part_of(helped)
        Assignment.objects.filter(pk=part.pk).update(unit=cast.unit("CG"))
        transitions.sign_part(helped.pk, part.pk, by=cast.lead, at=MONDAY + MINUTE)
        transitions.return_part(helped.pk, part.pk, by=cast.handler, at=MONDAY + HOUR, opinion="不属")
        for verb, data in (("keep_part", {"opinion": "属"}), ("release_part", {})):
            with pytest.raises(Forbidden) as caught:
                perform_part(verb, helped.pk, part.pk, by=cast.handler, at=MONDAY + HOUR, data=data)
            assert caught.value.code == "own_request"
        assert transitions.keep_part(
            helped.pk, part.pk, by=cast.lead, at=MONDAY + 2 * HOUR, opinion="属"
        ).signed_at == (MONDAY + MINUTE)

    def test_an_answer_that_does_not_do(self, cast: Cast, helped: Ticket) -> None:
        part = answer(cast, helped)
        again = transitions.redo_part(
            helped.pk, part.pk, by=cast.handler, at=shanghai(17, 9), opinion="未说明原因"
        )
        assert (again.state, again.answered_at, again.answer, again.result_kind) == ("working", None, "", "")
        row = clocks_of(part)["handle"]
        first = part.deadlines.filter(stage="handle").order_by("id").first()
        assert (row.amount, first.amount, row.started_at) == (4, 15, shanghai(17, 9))  # type: ignore[union-attr]


def answer(cast: Cast, ticket: Ticket, at: Any = MONDAY + HOUR) -> Assignment:
    part = part_of(ticket)
    transitions.sign_part(ticket.pk, part.pk, by=cast.gas, at=at)
    said: dict[str, Any] = {"result_kind": "explained", "opinion": "已答复"}
    return transitions.answer_part(ticket.pk, part.pk, by=cast.gas, at=at + MINUTE, **said)


class TestAlarms:
    def test_the_platform_signs_for_it_alone(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=DUTY_OF_GRID, to="CG", co_handlers=("RQ",))
        part = part_of(ticket)
        at = clocks_of(part)["sign"].due_at + MINUTE
        sweep_all(at=at)
        part.refresh_from_db()
        assert (part.state, part.is_auto_signed, part.signed_at) == ("working", True, at)
        ticket.refresh_from_db()
        assert not ticket.is_auto_signed
        step = ticket.steps.get(verb="sign_part")
        assert (step.data["auto_signed"], step.data["unit"]) == (True, part.unit_id)

    def test_its_lateness_counts_for_it_alone(self, cast: Cast, make_ticket: MakeTicket) -> None:
        """The lead feeds back in time; the co-handler, asked later, is warned, late and urged by itself."""
        ticket = make_ticket("handling", category=INJURY, to="CG", co_handlers=("RQ",))
        part = part_of(ticket)
        transitions.sign_part(ticket.pk, part.pk, by=cast.gas, at=MONDAY + HOUR)
        handle = clocks_of(part)["handle"]
        Deadline.objects.filter(ticket=ticket, assignment=None).update(next_alarm_at=None)
        for at in (handle.warn_at, handle.due_at, handle.due_at + 2 * DAY):
            sweep_all(at=at + MINUTE)
        verbs = list(ticket.steps.filter(data__part=part.pk).values_list("verb", flat=True))
        assert verbs == ["sign_part", "warn", "overdue", "urge"]
        assert {step.data["unit"] for step in ticket.steps.filter(data__part=part.pk)} == {part.unit_id}
        ticket.refresh_from_db()
        assert (ticket.is_overdue, ticket.is_urged) == (False, False)
        transitions.answer_part(
            ticket.pk,
            part.pk,
            by=cast.gas,
            at=handle.due_at + 3 * DAY,
            result_kind="explained",
            opinion="迟复",
        )
        ticket.refresh_from_db()
        assert part.deadlines.get(stage="handle").outcome == "late"
        assert not ticket.is_overdue

    def test_a_critical_one_climbs(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=GAS_LEAK, to="CG", co_handlers=("RQ",))
        part = part_of(ticket)
        sweep_all(at=clocks_of(part)["sign"].started_at + 11 * MINUTE)
        assert ticket.steps.get(verb="climb").data["part"] == part.pk

    def test_a_part_that_cannot_be_signed_is_tried_again(self, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        at = clocks_of(part)["sign"].due_at + MINUTE
        Ticket.objects.filter(pk=helped.pk).update(state="suspended")
        sweep_all(at=at)
        part.refresh_from_db()
        assert part.state == "assigned"
        assert clocks_of(part)["sign"].next_alarm_at > at  # type: ignore[operator]


class TestWithTheTicket:
    def test_a_suspension_holds_the_clocks_of_parts_as_well(self, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        due = clocks_of(part)["handle"].due_at
        transitions.ask_suspension(
            helped.pk,
            by=cast.lead,
            at=shanghai(16, 10),
            cause="funds",
            opinion="待拨款",
            plan="年内",
            responsible="lead",
            review_on=date(2026, 12, 1),
        )
        transitions.suspend(helped.pk, by=cast.oversight, at=shanghai(17, 9))
        part.refresh_from_db()
        assert (part.due_at, part.state) == (None, "assigned")
        assert {row.paused_at for row in clocks_of(part).values()} == {shanghai(17, 9)}
        with pytest.raises(IllegalTransition):
            transitions.sign_part(helped.pk, part.pk, by=cast.gas, at=shanghai(18, 9))
        transitions.resume(helped.pk, by=cast.lead, at=shanghai(18, 9))
        part.refresh_from_db()
        assert clocks_of(part)["handle"].due_at == due + DAY
        assert part.due_at == clocks_of(part)["sign"].due_at
        kinds = DueChange.objects.filter(deadline__assignment=part).values_list("kind", flat=True)
        assert sorted(kinds) == ["paused", "paused", "resumed", "resumed"]

    def test_voiding_ends_them(self, cast: Cast, helped: Ticket) -> None:
        transitions.void(helped.pk, by=cast.oversight, at=MONDAY + HOUR, opinion="误登")
        part = part_of(helped)
        assert (part.state, part.ended_at, part.due_at) == ("released", MONDAY + HOUR, None)
        assert not clocks_of(part)

    def test_a_granted_return_ends_them_and_the_answered_ones(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned", category=INJURY, to="CG", co_handlers=("RQ", "E1"))
        answer(cast, ticket, MONDAY + 10 * MINUTE)
        done = transitions.grant_return(ticket.pk, by=cast.dispatcher, at=MONDAY + 2 * HOUR)
        states = dict(done.assignments.filter(role="co_handler").values_list("unit__code", "state"))
        assert states == {"RQ": "answered", "E1": "released"}
        assert not done.assignments.filter(ended_at=None).exists()

    def test_a_withdrawal_ends_them(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="CG", co_handlers=("RQ",))
        transitions.withdraw(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="派错")
        assert part_of(ticket).state == "released"

    def test_handing_up_changes_the_lead_alone(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=INJURY, to="G1", co_handlers=("RQ", "W1"))
        said = {"opinion": "超出能力", "measures": "已劝导"}
        done = transitions.escalate(ticket.pk, by=cast.worker, at=MONDAY + HOUR, **said)
        assert done.holder.code == "W1"
        assert part_of(done).state == "assigned"
        assert part_of(done, "W1").state == "released"

    def test_rework_leaves_answers_as_they_are(self, cast: Cast, helped: Ticket) -> None:
        part = answer(cast, helped)
        said = {"result_kind": "resolved", "opinion": "已办"}
        transitions.feedback(helped.pk, by=cast.handler, at=MONDAY + 2 * HOUR, **said)
        transitions.rework(helped.pk, by=cast.oversight, at=MONDAY + 3 * HOUR, opinion="未到位")
        part.refresh_from_db()
        assert (part.state, part.ended_at) == ("answered", None)
        again = transitions.redo_part(
            helped.pk, part.pk, by=cast.dispatcher, at=MONDAY + 4 * HOUR, opinion="一并补办"
        )
        assert again.state == "working"

    def test_a_unit_that_is_gone_can_be_taken_out(self, cast: Cast, helped: Ticket) -> None:
        unit = cast.unit("RQ")
        unit.is_active = False
        unit.save()
        city.forget_snapshots()
        with pytest.raises(Unprocessable) as caught:
            transitions.feedback(
                helped.pk, by=cast.handler, at=MONDAY + HOUR, result_kind="resolved", opinion="已办"
            )
        assert caught.value.code == "parts_open"
        part = part_of(helped)
        assert (
            transitions.remove_part(
                helped.pk, part.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="单位已撤销"
            ).state
            == "released"
        )


PEOPLE_OF_PART = {"gas"}
PEOPLE_OF_LEAD = {"handler", "lead"}
DISPATCHERS = {"dispatcher", "second_dispatcher"}
EXPECTED = {
    "add_part": DISPATCHERS,
    "sign_part": PEOPLE_OF_PART | {"system"},
    "answer_part": PEOPLE_OF_PART,
    "return_part": PEOPLE_OF_PART,
    "release_part": DISPATCHERS | PEOPLE_OF_LEAD,
    "keep_part": DISPATCHERS | PEOPLE_OF_LEAD,
    "redo_part": DISPATCHERS | PEOPLE_OF_LEAD,
    "remove_part": DISPATCHERS,
}
SAID: dict[str, dict[str, Any]] = {
    "answer_part": {"result_kind": "explained", "opinion": "已办"},
    **{name: {"opinion": "理由"} for name in ("return_part", "keep_part", "redo_part", "remove_part")},
}


class TestTheMatrix:
    def test_the_table_is_sound(self) -> None:
        assert set(PART_TABLE.verbs) == {"add_part", *PART_VERBS} == set(EXPECTED)
        for verb in PART_TABLE:
            assert verb.sources | set(verb.targets) <= set(PartState.values)
        for state in OPEN_PARTS:
            assert PART_TABLE.leaving(state)
        assert not set(TICKET_NAMES) & set(PART_TABLE.verbs)

    @pytest.mark.parametrize("name", sorted(EXPECTED))
    def test_who_may_do_what(self, cast: Cast, helped: Ticket, name: str) -> None:
        verb, part = PART_TABLE[name], part_of(helped)
        data = {"to": cast.unit("E1").pk} if name == "add_part" else SAID.get(name, {})
        part_id = None if name == "add_part" else part.pk
        for state in sorted(verb.sources) or [part.state]:
            Assignment.objects.filter(pk=part.pk).update(state=state)
            part.refresh_from_db()
            for who, actor in cast.everybody.items():
                shown = rules.permitted_on_part(helped, None if part_id is None else part, actor)
                assert (verb in shown) == (who in EXPECTED[name]), (state, who)
                before = trace(helped)
                if who not in EXPECTED[name]:
                    with pytest.raises(Forbidden):
                        perform_part(name, helped.pk, part_id, by=actor, at=MONDAY + HOUR, data=data)
                    assert trace(helped) == before
                    continue
                with transaction.atomic():
                    perform_part(name, helped.pk, part_id, by=actor, at=MONDAY + HOUR, data=data)
                    transaction.set_rollback(True)

    @pytest.mark.parametrize("name", sorted(EXPECTED))
    def test_states_that_forbid(self, cast: Cast, helped: Ticket, name: str) -> None:
        part, verb = part_of(helped), PART_TABLE[name]
        part_id = None if name == "add_part" else part.pk
        data = {"to": cast.unit("E1").pk} if name == "add_part" else SAID.get(name, {})
        by = cast.gas if "gas" in EXPECTED[name] else cast.dispatcher
        for state in sorted(set(PartState.values) - verb.sources) if verb.sources else ():
            Assignment.objects.filter(pk=part.pk).update(state=state)
            with pytest.raises(IllegalTransition) as caught:
                perform_part(name, helped.pk, part_id, by=by, at=MONDAY, data=data)
            assert caught.value.status == 409
        Assignment.objects.filter(pk=part.pk).update(state=next(iter(sorted(verb.sources)), "assigned"))
        part.refresh_from_db()
        for state in sorted(set(State.values) - WHILE):
            extra = {"closed_at": MONDAY} if state == "closed" else {}
            Ticket.objects.filter(pk=helped.pk).update(state=state, **extra)
            current = Ticket.objects.get(pk=helped.pk)
            assert rules.permitted_on_part(current, part, by) == []
            with pytest.raises(IllegalTransition):
                perform_part(name, helped.pk, part_id, by=by, at=MONDAY, data=data)

    def test_what_is_no_part_of_the_ticket(self, cast: Cast, helped: Ticket, make_ticket: MakeTicket) -> None:
        lead = helped.assignments.get(role="lead")
        for key in (lead.pk, 10**9):
            with pytest.raises(NotFound):
                transitions.sign_part(helped.pk, key, by=cast.gas, at=MONDAY)
        with pytest.raises(NotFound):
            transitions.sign_part(10**9, part_of(helped).pk, by=cast.gas, at=MONDAY)
        for name, key in (("explode", lead.pk), ("sign_part", None), ("add_part", lead.pk)):
            with pytest.raises(IllegalTransition):
                perform_part(name, helped.pk, key, by=cast.gas, at=MONDAY, data={})


TICKET_NAMES = ("sign", "feedback", "return", "dispatch")


def test_a_verb_on_a_part_costs_little(cast: Cast, helped: Ticket, steady: None) -> None:
    part = part_of(helped)
    for name, data in (("sign_part", {}), ("answer_part", SAID["answer_part"])):
        with CaptureQueriesContext(connection) as queries:
            perform_part(name, helped.pk, part.pk, by=cast.gas, at=MONDAY + HOUR, data=data)
        said = [query["sql"] for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(said) <= 12, said


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_unit_answer_at_once(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", category=INJURY, to="CG", co_handlers=("RQ",))
    part = part_of(ticket)
    transitions.sign_part(ticket.pk, part.pk, by=cast.gas, at=MONDAY + HOUR)

    def deed() -> Any:
        said = {"result_kind": "explained", "opinion": "已办"}
        return transitions.answer_part(ticket.pk, part.pk, by=cast.gas, at=MONDAY + HOUR, **said)

    results = at_once([deed, deed])
    assert sorted(isinstance(item, Problem) for item in results) == [False, True]
    assert [item for item in results if isinstance(item, Conflict)]
    assert ticket.steps.filter(verb="answer_part").count() == 1


def test_handing_up_leaves_those_who_help_at_work(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", category=INJURY, to="G1", co_handlers=("RQ",))
    part = Assignment.objects.get(ticket=ticket, role="co_handler")
    done = transitions.escalate(
        ticket.pk, by=cast.worker, at=MONDAY + HOUR, opinion="超出能力", measures="已劝导"
    )
    assert (done.state, done.lead_unit_id) == ("dispatched", cast.unit("W1").pk)
    again = Assignment.objects.get(pk=part.pk)
    assert (again.state, again.ended_at, again.due_at) == (part.state, None, part.due_at)
    assert Deadline.objects.filter(assignment=part, stopped_at=None).exists()
