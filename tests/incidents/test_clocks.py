"""The running limits of one ticket, and what the lists show of them."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from governance.foundation.calendars import Limit
from grids import territory
from incidents import catalogue
from incidents.clocks import Clocks, ladder
from incidents.models import Deadline, DueChange, Policy, Ticket
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db


def test_the_figures_come_from_the_rule_values(cast: Cast) -> None:
    figures = ladder()
    assert (figures.warn_ratio, figures.urge_after_workdays, figures.climb_minutes) == (0.8, 1, 10)


def test_a_new_rule_value_counts_from_its_date(cast: Cast, make_ticket: MakeTicket) -> None:
    Policy.objects.create(key="alarm.warn_ratio", value=0.5, valid_from=datetime(2021, 1, 1, tzinfo=UTC))
    Policy.objects.create(key="alarm.climb_minutes", value=3, valid_from=MONDAY + 30000 * DAY)
    catalogue.forget()
    assert (ladder().warn_ratio, ladder().climb_minutes) == (0.5, 10)
    row = make_ticket().deadlines.get()
    assert row.warn_at == shanghai(16, 11)


def test_starting_a_stage_again_cancels_the_first(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    clocks = Clocks.of(ticket, at=MONDAY + HOUR)
    clocks.start_handle(unit_id=ticket.holder_id, limit=Limit.workdays(1))
    clocks.save()
    rows = list(ticket.deadlines.filter(stage="handle").order_by("id"))
    assert [row.outcome for row in rows] == ["cancelled", ""]
    assert [row.next_alarm_at is None for row in rows] == [True, False]


def test_stopping_what_does_not_run_does_nothing(make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    clocks = Clocks.of(ticket, at=MONDAY)
    assert clocks.stop("handle") is None
    clocks.cancel("handle")
    clocks.save()
    assert ticket.deadlines.filter(stopped_at=None).count() == 1


@pytest.mark.parametrize("how", ["stop", "cancel"])
@pytest.mark.parametrize(("stage", "marks"), [("handle", True), ("sign", False)])
def test_only_a_late_handle_clock_marks_the_ticket(
    make_ticket: MakeTicket, how: str, stage: str, marks: bool
) -> None:
    ticket = make_ticket("dispatched")
    clocks = Clocks.of(ticket, at=MONDAY + 30 * DAY)
    getattr(clocks, how)(stage)
    clocks.save()
    assert ticket.is_overdue is marks
    assert ticket.deadlines.get(stage=stage).outcome == "late"


def test_lists_show_the_clock_that_ends_first(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    clocks = Clocks.of(ticket, at=MONDAY)
    clocks.summarise()
    assert ticket.next_due_at == min(row.due_at for row in ticket.deadlines.filter(stopped_at=None))
    clocks.cancel_all()
    clocks.summarise()
    assert (ticket.next_due_at, ticket.next_warn_at) == (None, None)
    assert ticket.due_at is not None


def test_moving_a_due_time_keeps_the_original_and_a_row_of_it(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    clocks = Clocks.of(ticket, at=MONDAY + 4 * HOUR)
    row = clocks.running["handle"]
    before = (row.due_at, row.original_due_at)
    clocks.give_back("handle", since=row.started_at, reason="return")
    clocks.save()
    ticket.save(update_fields=["due_at"])
    clocks.explain_changes(ticket.steps.order_by("-id")[0])
    stored = Deadline.objects.get(pk=row.pk)
    assert stored.due_at > before[0]
    assert stored.original_due_at == before[1]
    assert stored.started_at < stored.warn_at < stored.due_at
    assert stored.next_alarm_at == stored.warn_at
    change = DueChange.objects.get()
    assert (change.old_due_at, change.new_due_at, change.reason) == (before[0], stored.due_at, "return")
    assert (change.since, change.until) == (row.started_at, MONDAY + 4 * HOUR)
    assert Ticket.objects.get(pk=ticket.pk).original_due_at == before[1]


def test_changes_of_due_times_are_history(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", external_due_at=shanghai(17, 10))
    change = DueChange.objects.get(deadline__ticket=ticket)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        DueChange.objects.filter(pk=change.pk).update(reason="x")


def test_giving_back_time_on_a_clock_that_does_not_run_changes_nothing(make_ticket: MakeTicket) -> None:
    clocks = Clocks.of(make_ticket(), at=MONDAY + HOUR)
    clocks.give_back("handle", since=MONDAY, reason="return")
    clocks.hand_over("handle", unit_id=1)
    assert (clocks.changes, clocks.touched) == ([], [])


@pytest.mark.parametrize("deed", ["pause", "resume"])
def test_what_does_not_run_is_neither_stopped_nor_set_going(make_ticket: MakeTicket, deed: str) -> None:
    ticket = make_ticket()
    before = list(ticket.deadlines.values())
    clocks = Clocks.of(ticket, at=MONDAY + HOUR)
    getattr(clocks, deed)("handle", reason="suspension")
    clocks.hand_over("handle", unit_id=ticket.holder_id)
    clocks.save()
    assert clocks.changes == []
    assert list(ticket.deadlines.values()) == before


def test_a_clock_stands_still_once_and_runs_on_once(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    clocks = Clocks.of(ticket, at=MONDAY + HOUR)
    clocks.resume("handle", reason="suspension")
    assert clocks.changes == []
    clocks.pause("handle", reason="suspension")
    clocks.pause("handle", reason="suspension")
    assert [change.kind for change in clocks.changes] == ["paused"]
    assert clocks.running["handle"].next_alarm_at is None


def test_a_unit_works_by_its_own_calendar(cast: Cast, make_ticket: MakeTicket) -> None:
    unit = cast.unit("RQ")
    unit.calendar = "always"
    unit.save()
    territory.forget()
    ticket = make_ticket("dispatched", to="RQ", at=shanghai(21, 9))  # a Saturday
    sign = ticket.deadlines.get(stage="sign")
    assert sign.calendar == "always"
    assert sign.due_at == shanghai(21, 13, 2)


def test_the_statutory_holiday_does_not_count(make_ticket: MakeTicket) -> None:
    # 30 September 2026 is a Wednesday; the holiday runs to 7 October, 3 workdays end on the 10th,
    # a Saturday that is worked.
    ticket = make_ticket("dispatched", at=shanghai(30, 9, month=9))
    assert ticket.due_at == shanghai(10, 17, 30, month=10)
