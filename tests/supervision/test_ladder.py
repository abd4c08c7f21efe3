"""What tickets beget by themselves: each cause once, in time, for the unit that answers."""

import pytest

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.calendars import load_calendar
from incidents import transitions
from incidents.models import Notice, Ticket
from supervision import ladder
from supervision.deeds.ordering import Order, order_now
from supervision.late import late_since, workdays_late
from supervision.models import SupervisionRule, SupervisionTask
from supervision.tasks import follow_days, follow_tickets, sweep_alarms
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai

pytestmark = pytest.mark.django_db


def do(verb: str, ticket: Ticket, by: object, at: object, **data: object) -> None:
    transitions.perform(verb, ticket.pk, by=by, at=at, data=data)


class TestOverdue:
    def test_three_workdays_past_the_limit_and_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="CG")
        assert ticket.due_at == shanghai(19, 17, 30)
        late = shanghai(24, 17, 30)
        assert ladder.follow_tickets(at=late - MINUTE) == 0
        assert ladder.follow_tickets(at=late) == 1
        assert ladder.follow_tickets(at=late + DAY) == 0
        row = SupervisionTask.objects.get()
        assert (row.state, row.kind, row.cause, row.unit.code) == ("notified", "supervise", "overdue", "CG")
        assert row.title == ticket.title
        assert "未按时办理" in row.demands
        ticket.refresh_from_db()
        assert (ticket.is_supervised, ticket.sides) == (True, ["supervision"])
        assert Notice.objects.filter(kind="supervision_notify", unit=row.unit).count() == 1

    def test_the_team_of_a_grid_is_answered_for_by_its_workstation(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket("handling", to="G1")
        ladder.follow_tickets(at=MONDAY + 30 * DAY)
        assert SupervisionTask.objects.get().unit.code == "W1"

    def test_what_is_fed_back_suspended_or_closed_begets_nothing(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket("feedback", to="CG")
        make_ticket("closed", to="CG")
        make_ticket("suspended", to="CG")
        assert ladder.follow_tickets(at=MONDAY + 20 * DAY) == 0

    def test_another_limit_is_another_cause(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="CG")
        at = MONDAY + 20 * DAY
        assert ladder.follow_tickets(at=at) == 1
        do("feedback", ticket, cast.handler, at, result_kind="resolved", opinion="已办")
        do("rework", ticket, cast.oversight, at + HOUR, opinion="不彻底")
        assert ladder.follow_tickets(at=at + DAY) == 0
        assert ladder.follow_tickets(at=at + 20 * DAY) == 1
        assert SupervisionTask.objects.filter(cause="overdue").count() == 2

    def test_the_days_are_a_value_with_a_date(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("handling", to="CG")
        SupervisionRule.objects.create(
            key="ladder.supervise_workdays", value=1, valid_from=MONDAY, reason="专项行动"
        )
        assert ladder.follow_tickets(at=shanghai(20, 17, 30)) == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_runs_at_once_beget_it_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("handling", to="CG")
        at = MONDAY + 20 * DAY
        results = at_once([lambda: ladder.follow_tickets(at=at)] * 3)
        assert sorted(results) == [0, 0, 1]
        assert SupervisionTask.objects.count() == 1


def test_two_reworks(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG")
    for number in range(2):
        at = MONDAY + (number + 1) * HOUR
        do("feedback", ticket, cast.handler, at, result_kind="resolved", opinion="已办")
        do("rework", ticket, cast.oversight, at + MINUTE, opinion="不彻底")
        assert ladder.follow_tickets(at=at + 2 * MINUTE) == number
    assert SupervisionTask.objects.get().cause == "rework"
    assert ladder.follow_tickets(at=MONDAY + 4 * HOUR) == 0


def test_a_citizen_dissatisfied_twice(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG")
    for number in range(2):
        at = MONDAY + (number + 1) * HOUR
        do("feedback", ticket, cast.handler, at, result_kind="resolved", opinion="已办")
        do("check", ticket, cast.oversight, at + MINUTE)
        do("follow_up", ticket, cast.duty, at + 2 * MINUTE, outcome="unsolved", satisfaction="1")
        do("redo", ticket, cast.oversight, at + 3 * MINUTE, opinion="群众不满意")
        assert ladder.follow_tickets(at=at + 4 * MINUTE) == number
    assert SupervisionTask.objects.get().cause == "dissatisfied"
    assert ladder.follow_tickets(at=MONDAY + 4 * HOUR) == 0


def test_three_reports_of_one_matter_come_before_oversight(cast: Cast, make_ticket: MakeTicket) -> None:
    first, second, third = (make_ticket("registered", content=f"噪声扰民第{number}次") for number in range(3))
    at = MONDAY + HOUR
    Ticket.objects.filter(pk=second.pk).update(repeat_of=first)
    assert ladder.follow_tickets(at=at) == 0
    Ticket.objects.filter(pk=third.pk).update(repeat_of=first)
    assert ladder.follow_tickets(at=at) == 1
    row = SupervisionTask.objects.get()
    assert (row.state, row.cause, row.ticket_id) == ("created", "repeated", first.pk)
    assert Notice.objects.filter(kind="supervision_create", audience="oversight").count() == 1
    assert ladder.follow_tickets(at=at + DAY) == 0
    old = make_ticket("registered", at=MONDAY - 60 * DAY, content="旧事")
    Ticket.objects.filter(pk__in=[first.pk, second.pk]).update(repeat_of=old)
    assert ladder.follow_tickets(at=at) == 0, "the first report is older than the days that count"


def test_reports_that_were_merged_count_as_well(cast: Cast, make_ticket: MakeTicket) -> None:
    main, second, third = (make_ticket("registered") for _number in range(3))
    do("merge", second, cast.dispatcher, MONDAY + HOUR, target=main.number)
    assert ladder.follow_tickets(at=MONDAY + HOUR) == 0
    do("merge", third, cast.dispatcher, MONDAY + HOUR, target=main.number)
    assert ladder.follow_tickets(at=MONDAY + HOUR) == 1
    assert SupervisionTask.objects.get().ticket_id == main.pk


def test_a_cause_that_was_supervised_by_somebody_quicker_is_passed_by(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket("handling", to="CG")
    wish = ladder.Begetting(ticket.pk, "overdue", "overdue:1")
    order = Order(
        kind="supervise", cause="overdue", title="t", demands="d", ticket=ticket, origin="overdue:1"
    )
    order_now(order, by=SYSTEM_ACTOR, at=MONDAY)
    monkeypatch.setattr(ladder, "overdue", lambda *_of: [wish, ladder.Begetting(0, "overdue", "x")])
    assert ladder.follow_tickets(at=MONDAY) == 0


def test_a_fault_is_reported_and_stops_nobody(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_ticket("handling", to="CG")

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(ladder, "order_now", broken)
    assert ladder.follow_tickets(at=MONDAY + 20 * DAY) == 0
    assert "could not be supervised" in caplog.text


def test_the_tasks_run(cast: Cast) -> None:
    assert (sweep_alarms(), follow_tickets(), follow_days()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (shanghai(19, 17, 30), 0),
        (shanghai(20, 17, 29), 0),
        (shanghai(20, 17, 30), 1),
        (shanghai(22, 12), 1),
        (shanghai(23, 17, 30), 2),
        (shanghai(27, 18), 6),
    ],
)
def test_workdays_late(cast: Cast, at: object, days: int) -> None:
    calendar = load_calendar("office")
    due = shanghai(19, 17, 30)
    assert workdays_late(calendar, due, at) == days  # type: ignore[arg-type]
    for wanted in range(1, 8):
        is_before = due < late_since(calendar, at, wanted)  # type: ignore[arg-type]
        assert is_before is (days >= wanted)
