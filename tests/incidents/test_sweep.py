"""The alarm sweep on real rows: amber, red, urge, automatic signing, climbing, a row that raises, idleness."""

import logging
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.journal import verify
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict
from grids import territory
from grids.models import Grid, UnitArea
from incidents import sweep as sweeping
from incidents import tasks, transitions
from incidents.models import Deadline, Step, Ticket
from incidents.sweep import sweep, sweep_all
from tests.cast import DAY, GAS_LEAK, HOUR, MINUTE, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db

ALARMS = ("warn", "overdue", "urge", "climb")


def alarms(ticket: Ticket) -> list[str]:
    return list(ticket.steps.filter(verb__in=ALARMS).order_by("id").values_list("verb", flat=True))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


class TestTheLadder:
    def test_amber_red_urge_and_then_silence(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        row = ticket.deadlines.get(stage="handle")
        assert sweep(at=row.warn_at - MINUTE) == 0
        assert sweep(at=row.warn_at) == 1
        assert alarms(ticket) == ["warn"]
        assert sweep(at=row.due_at - MINUTE) == 0
        assert not fresh(ticket).is_overdue
        assert sweep(at=row.due_at) == 1
        assert alarms(ticket) == ["warn", "overdue"]
        assert fresh(ticket).is_overdue
        assert not fresh(ticket).is_urged
        assert sweep(at=shanghai(20, 17, 29)) == 0
        assert sweep(at=shanghai(20, 17, 30)) == 1
        assert alarms(ticket) == ["warn", "overdue", "urge"]
        assert fresh(ticket).is_urged
        assert sweep(at=row.due_at + 100 * DAY) == 0

    def test_an_alarm_is_a_step_of_the_platform(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        row = ticket.deadlines.get(stage="handle")
        sweep(at=row.warn_at)
        step = ticket.steps.get(verb="warn")
        assert (step.role, step.actor_id, step.client, step.at) == ("system", None, "system", row.warn_at)
        assert (step.from_state, step.to_state, step.holder_id) == ("handling", "handling", ticket.holder_id)
        assert step.data == {
            "stage": "handle",
            "due_at": row.due_at.isoformat(),
            "unit": cast.unit("CG").pk,
        }
        entry = AuditEntry.objects.get(verb="tickets.alarm")
        assert entry.details == {"steps": [step.pk, step.pk], "count": 1}

    def test_an_alarm_is_no_new_version(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        sweep(at=MONDAY + 30 * DAY)
        assert fresh(ticket).version == ticket.version
        transitions.feedback(
            ticket.pk,
            by=cast.handler,
            at=MONDAY + 30 * DAY,
            version=ticket.version,
            result_kind="resolved",
            opinion="办结",
        )

    @pytest.mark.parametrize(
        ("state", "stage"),
        [
            ("registered", "accept"),
            ("accepted", "dispatch"),
            ("feedback", "check"),
            ("follow_up", "follow_up"),
        ],
    )
    def test_every_running_limit_has_the_ladder(
        self, make_ticket: MakeTicket, state: str, stage: str
    ) -> None:
        ticket = make_ticket(state)
        assert sweep_all(at=MONDAY + 30 * DAY) == 1
        assert sweep_all(at=MONDAY + 60 * DAY) == 1
        assert alarms(ticket) == ["overdue", "urge"]
        assert ticket.steps.get(verb="urge").data["stage"] == stage
        assert not fresh(ticket).is_overdue, "only the handle clock makes a ticket overdue"

    def test_what_is_closed_is_left_alone(self, make_ticket: MakeTicket) -> None:
        for state in ("closed", "rejected", "voided"):
            make_ticket(state)
        assert sweep_all(at=MONDAY + 365 * DAY) == 0


class TestAutomaticSigning:
    def test_an_unsigned_ticket_is_signed_with_a_mark(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        sign = ticket.deadlines.get(stage="sign")
        assert sweep_all(at=sign.warn_at) == 1
        assert sweep_all(at=sign.due_at) == 1
        done = fresh(ticket)
        assert (done.state, done.is_auto_signed, done.next_due_at) == ("handling", True, done.due_at)
        assert done.deadlines.get(stage="sign").next_alarm_at is None
        assert sweep_all(at=sign.due_at + HOUR) == 0

    def test_a_signature_that_fails_is_tried_again(
        self, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        ticket = make_ticket("dispatched")
        due_at = ticket.deadlines.get(stage="sign").due_at

        def busy(*_: Any, **__: Any) -> None:
            raise Conflict("busy")

        with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
            patch.setattr(sweeping, "sign", busy)
            assert sweep_all(at=due_at) == 1
        assert "sign could not be done automatically" in caplog.text
        assert ticket.deadlines.get(stage="sign").next_alarm_at == due_at + 10 * MINUTE
        assert sweep_all(at=due_at + 9 * MINUTE) == 0
        assert sweep_all(at=due_at + 10 * MINUTE) == 1
        assert fresh(ticket).is_auto_signed

    def test_a_signature_that_breaks_does_not_stop_the_others(
        self, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken, sound = make_ticket("dispatched"), make_ticket("dispatched", at=MONDAY + MINUTE)
        real = sweeping.sign

        def sign(ticket_id: int, **more: Any) -> Any:
            if ticket_id == broken.pk:
                raise RuntimeError("a fault of ours")
            return real(ticket_id, **more)

        monkeypatch.setattr(sweeping, "sign", sign)
        at = MONDAY + DAY
        sweep_all(at=at)
        assert fresh(sound).is_auto_signed
        assert fresh(broken).state == "dispatched"
        assert broken.deadlines.get(stage="sign").next_alarm_at == at + 10 * MINUTE

    def test_the_human_who_was_quicker_wins(
        self,
        cast: Cast,
        make_ticket: MakeTicket,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        ticket = make_ticket("dispatched")
        due_at = ticket.deadlines.get(stage="sign").due_at
        real = sweeping.sign

        def too_late(ticket_id: int, **more: Any) -> Any:
            transitions.sign(ticket_id, by=cast.handler, at=due_at)
            return real(ticket_id, **more)

        monkeypatch.setattr(sweeping, "sign", too_late)
        with caplog.at_level(logging.WARNING):
            assert sweep_all(at=due_at) == 1
        assert not fresh(ticket).is_auto_signed
        assert ticket.steps.filter(verb="sign").count() == 1
        assert caplog.text == ""


class TestClimbing:
    def climbed_to(self, ticket: Ticket) -> list[str]:
        units = {unit.id: unit.code for unit in territory.current().units.values()}
        steps = ticket.steps.filter(verb="climb").order_by("id")
        return [units[step.data["unit"]] for step in steps]

    def test_every_ten_minutes_one_tier_up_and_the_duty_officer_for_ever(
        self, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched", category=GAS_LEAK, to="G1", at=shanghai(16, 2))
        sign = ticket.deadlines.get(stage="sign")
        for count in range(1, 8):
            at = sign.started_at + count * 10 * MINUTE
            assert sweep_all(at=at - MINUTE) == 0
            sweep_all(at=at)
        assert self.climbed_to(ticket) == ["W1", "T1", "D1", "CMD", "CMD", "CMD", "CMD"]
        assert fresh(ticket).state == "dispatched", "nobody signs for a critical matter"

    def test_a_critical_report_that_nobody_accepts_reaches_the_top_at_once(
        self, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket(category=GAS_LEAK)
        for count in (1, 2):
            sweep_all(at=MONDAY + count * 10 * MINUTE)
        assert self.climbed_to(ticket) == ["CMD", "CMD"]

    def test_signing_ends_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", category=GAS_LEAK, to="CG")
        sign = ticket.deadlines.get(stage="sign")
        sweep_all(at=sign.started_at + 10 * MINUTE)
        transitions.sign(ticket.pk, by=cast.handler, at=sign.started_at + 12 * MINUTE)
        sweep_all(at=sign.started_at + HOUR)
        assert self.climbed_to(ticket) == ["CMD"]

    def test_a_unit_that_is_gone_climbs_to_the_top(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", category=GAS_LEAK, to="G1")
        unit = cast.unit("G1")
        unit.is_active = False
        unit.save()
        territory.forget()
        sweep_all(at=MONDAY + 13 * MINUTE)
        assert self.climbed_to(ticket) == ["CMD"]

    def test_a_place_without_any_command_unit_stays_where_it_is(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched", category=GAS_LEAK, to="CG")
        UnitArea.objects.filter(duty="command").delete()
        Grid.objects.update(team=None)
        territory.forget()
        sweep_all(at=MONDAY + 13 * MINUTE)
        assert self.climbed_to(ticket) == ["CG"]


class TestTheSweepItself:
    def test_a_row_that_raises_is_pushed_forward_and_reported(
        self, make_ticket: MakeTicket, caplog: pytest.LogCaptureFixture
    ) -> None:
        poisoned, sound = make_ticket("handling"), make_ticket("handling", at=MONDAY + MINUTE)
        Deadline.objects.filter(ticket=poisoned, stage="handle").update(calendar="no-such-calendar")
        at = sound.deadlines.get(stage="handle").due_at
        with caplog.at_level(logging.ERROR):
            assert sweep_all(at=at) == 2
        assert "could not be worked out" in caplog.text
        assert alarms(sound) == ["overdue"]
        assert alarms(poisoned) == []
        assert poisoned.deadlines.get(stage="handle").next_alarm_at == at + 10 * MINUTE

    def test_a_batch_of_nothing_but_poison_writes_no_step(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        Deadline.objects.filter(ticket=ticket).update(calendar="no-such-calendar")
        logging.disable(logging.ERROR)
        try:
            assert sweep(at=MONDAY + 30 * DAY) == 1
        finally:
            logging.disable(logging.NOTSET)
        assert alarms(ticket) == []

    def test_batches_are_bounded_and_together_complete(self, make_ticket: MakeTicket) -> None:
        tickets = [make_ticket("accepted") for _number in range(5)]
        at = shanghai(16, 16)
        assert sweep(at=at, limit=2) == 2
        assert sweep_all(at=at, limit=2, batches=1) == 2
        assert sweep_all(at=at, limit=2) == 1
        assert [alarms(ticket) for ticket in tickets] == [["overdue"]] * 5

    def test_the_most_urgent_come_first(self, make_ticket: MakeTicket) -> None:
        late, later = make_ticket("accepted"), make_ticket("accepted", at=MONDAY + HOUR)
        sweep(at=MONDAY + 30 * DAY, limit=1)
        assert (alarms(late), alarms(later)) == (["overdue"], [])

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("count", [1, 3])
    def test_a_batch_costs_the_same_however_many(self, make_ticket: MakeTicket, count: int) -> None:
        for _number in range(count):
            make_ticket("handling")
        at: datetime = MONDAY + 30 * DAY
        sweep(at=MONDAY)
        with CaptureQueriesContext(connection) as queries:
            assert sweep(at=at) == count
        statements = [query for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(statements) == 5, statements

    @pytest.mark.usefixtures("steady")
    def test_an_idle_sweep_is_one_statement(self, cast: Cast) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert sweep(at=MONDAY) == 0
        assert len([query for query in queries if "SAVEPOINT" not in (query["sql"] or "")]) == 1

    def test_the_task_is_thin(self, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> None:
        ticket = make_ticket("handling")
        monkeypatch.setattr(tasks, "now", lambda: shanghai(19, 18))
        assert tasks.sweep_alarms() == 1
        assert tasks.sweep_alarms() == 0
        assert alarms(ticket) == ["overdue"]

    def test_the_journal_holds_after_it(self, make_ticket: MakeTicket) -> None:
        make_ticket("handling")
        sweep(at=MONDAY + 30 * DAY)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert verify().is_sound
        assert Step.objects.filter(verb="overdue").count() == 1
