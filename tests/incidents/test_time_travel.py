"""Time travel: the faults that users of ticket systems report most often, tried on this one.

First deadlines that follow working time, then pauses that survive whatever else happens, then alarms that are right.
"""

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from governance.foundation.calendars import Clock, Limit, Unit, load_calendar
from governance.foundation.calendars.store import forget_calendars
from governance.foundation.clock import local
from governance.foundation.models import CalendarDay, WorkCalendar
from grids import territory
from incidents import transitions
from incidents.clocks import ladder
from incidents.deadlines import first_alarm, limit_of, settled
from incidents.models import Deadline, DueChange, Ticket
from incidents.sweep import sweep_all
from tests.cast import DAY, ERRAND, HOUR, INJURY, MINUTE, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db
FOUR_HOURS = Limit(4, Unit.HOUR, Clock.WORKING)


def handle_of(ticket: Ticket) -> Deadline:
    return Deadline.objects.filter(ticket=ticket, stage="handle", assignment=None).latest("id")


def is_office_time(at: datetime) -> bool:
    """Inside the working frames, their ends included."""
    moment = local(at)
    minutes = moment.hour * 60 + moment.minute
    return moment.weekday() < 5 and (510 <= minutes <= 720 or 840 <= minutes <= 1050)


class TestWorkingTime:
    def test_no_limit_ends_in_the_lunch_break_at_night_or_on_a_weekend(self, cast: Cast) -> None:
        """Every half hour of a week, four working hours and three workdays."""
        calendar = load_calendar("office")
        for step in range(2 * 24 * 7):
            start = MONDAY + step * 30 * MINUTE
            for limit in (FOUR_HOURS, Limit.workdays(3)):
                warn, due = first_alarm(calendar, limit, start, ladder())
                assert is_office_time(due), (start, due)
                assert is_office_time(warn), (start, warn)
                assert start <= warn <= due

    def test_reported_on_friday_evening_it_is_not_due_on_friday_night(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket(category=ERRAND, at=shanghai(20, 17, 10))
        assert ticket.next_due_at == shanghai(23, 14, 10)

    def test_later_never_ends_earlier(self, cast: Cast) -> None:
        calendar, before = load_calendar("office"), MONDAY
        for step in range(0, 7 * 24 * 60, 7):
            _warn, due = first_alarm(calendar, FOUR_HOURS, MONDAY + step * MINUTE, ladder())
            assert due >= before
            before = due


class TestPauses:
    def changes(self, row: Deadline) -> list[DueChange]:
        """A verification, a return, an extension and a suspension, some of them overlapping."""
        kinds = DueChange.Kind
        return [
            DueChange(deadline=row, kind=kinds.GIVEN_BACK, since=shanghai(17, 9), until=shanghai(18, 9)),
            DueChange(deadline=row, kind=kinds.RESUMED, since=shanghai(17, 15), until=shanghai(19, 9)),
            DueChange(deadline=row, kind=kinds.EXTENDED, amount=2, amount_unit="workday"),
            DueChange(deadline=row, kind=kinds.RESUMED, since=shanghai(21, 9), until=shanghai(22, 9)),
        ]

    def test_no_order_of_events_loses_a_pause(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = handle_of(make_ticket("handling", category=INJURY))
        calendar = load_calendar(row.calendar)
        found = {settled(row, story, calendar, ladder()) for story in permutations(self.changes(row))}
        assert len(found) == 1
        due = found.pop()[0]
        plain = settled(row, [], calendar, ladder())[0]
        # Two workdays granted; Tuesday 9:00 to Thursday 9:00 counts once; the weekend is no loss.
        assert (plain, due) == (shanghai(7, 17, 30, month=12), shanghai(11, 17, 30, month=12))

    def test_a_pause_within_a_pause_counts_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = handle_of(make_ticket("handling", category=INJURY))
        calendar, kind = load_calendar(row.calendar), DueChange.Kind.RESUMED
        outer = DueChange(deadline=row, kind=kind, since=shanghai(17, 9), until=shanghai(20, 9))
        inner = DueChange(deadline=row, kind=kind, since=shanghai(18, 9), until=shanghai(19, 9))
        assert settled(row, [outer, inner], calendar, ladder()) == settled(row, [outer], calendar, ladder())

    def test_an_extension_after_a_suspension_keeps_both(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("suspended", category=INJURY)
        before = handle_of(ticket).original_due_at
        transitions.resume(ticket.pk, by=cast.lead, at=shanghai(19, 8, 30))
        paused = handle_of(ticket).due_at - before
        words: dict[str, Any] = {"opinion": "需协调"}
        transitions.ask_extension(ticket.pk, by=cast.handler, at=shanghai(19, 9), amount=2, **words)
        transitions.extend(ticket.pk, by=cast.lead, at=shanghai(19, 10))
        row = handle_of(ticket)
        assert paused > timedelta(0)
        assert row.due_at > before + paused
        assert (
            settled(row, row.changes.order_by("id"), load_calendar(row.calendar), ladder())[0] == row.due_at
        )
        assert row.original_due_at == before

    def test_another_unit_takes_over_with_the_pause(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", category=INJURY, to="CG")
        transitions.grant_return(ticket.pk, by=cast.dispatcher, at=shanghai(17, 9))
        due = handle_of(ticket).due_at
        transitions.dispatch(
            ticket.pk, by=cast.dispatcher, at=shanghai(17, 10), to=cast.unit("RQ").pk, override_reason="x"
        )
        row = handle_of(ticket)
        assert (row.due_at, row.unit.code) == (due, "RQ")
        assert due > row.original_due_at


class TestCalendars:
    def test_each_unit_counts_by_its_own_and_the_whole_by_the_first(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        unit = cast.unit("RQ")
        unit.calendar = "always"
        unit.save()
        territory.forget()
        friday = shanghai(20, 16)
        ticket = make_ticket("dispatched", category=INJURY, to="CG", co_handlers=("RQ",), at=friday)
        calendars = {
            (row.stage, row.assignment_id is not None): row.calendar
            for row in ticket.deadlines.filter(stopped_at=None)
        }
        assert calendars == {
            ("sign", False): "office",
            ("handle", False): "office",
            ("sign", True): "always",
            ("handle", True): "always",
        }
        part = ticket.assignments.get(role="co_handler")
        assert part.due_at < ticket.next_due_at  # type: ignore[operator]  # four hours later on the same Friday

    def test_what_runs_keeps_its_due_time_when_a_holiday_is_added(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="CG")
        row = handle_of(ticket)
        due = row.due_at
        office = WorkCalendar.objects.get(code="office")
        CalendarDay.objects.create(calendar=office, date=date(2026, 11, 18), kind="holiday")
        forget_calendars()
        sweep_all(at=MONDAY + HOUR)
        assert handle_of(ticket).due_at == due
        words: dict[str, Any] = {"opinion": "需协调"}
        transitions.ask_extension(ticket.pk, by=cast.handler, at=MONDAY + HOUR, amount=1, **words)
        transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + 2 * HOUR)
        # One workday granted, and the new holiday is no workday any more.
        assert handle_of(ticket).due_at == due + 4 * DAY

    def test_a_new_ticket_knows_the_holiday_at_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        before = handle_of(make_ticket("handling", to="CG")).due_at
        office = WorkCalendar.objects.get(code="office")
        CalendarDay.objects.create(calendar=office, date=date(2026, 11, 18), kind="holiday")
        forget_calendars()
        assert handle_of(make_ticket("handling", to="CG")).due_at == before + DAY


class TestAlarms:
    def test_a_merged_ticket_never_rings_again(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("merged")
        count = ticket.steps.count()
        sweep_all(at=MONDAY + 60 * DAY)
        assert ticket.steps.count() == count
        assert not ticket.deadlines.exclude(next_alarm_at=None).exists()

    def test_each_rung_is_told_once_however_late_the_sweep(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=INJURY)
        for _time in range(3):
            sweep_all(at=MONDAY + 90 * DAY)
        verbs = list(ticket.steps.filter(role="system").values_list("verb", flat=True))
        assert verbs == sorted(set(verbs), key=verbs.index)

    def test_a_reopened_ticket_has_a_clock_that_has_not_passed(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        """Time between closing and reopening is nobody's lateness."""
        ticket = make_ticket("closed")
        at = MONDAY + 10 * DAY
        done = transitions.reopen(ticket.pk, by=cast.oversight, at=at, opinion="反复")
        assert done.due_at > at  # type: ignore[operator]
        assert not done.is_overdue

    def test_the_limit_stays_what_it_began_with(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=INJURY)
        limit = limit_of(handle_of(ticket))
        transitions.urge(ticket.pk, by=cast.duty, at=MONDAY + HOUR)
        transitions.split(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, content="另一处")
        row = handle_of(ticket)
        assert limit_of(row) == limit
        assert row.due_at == row.original_due_at
