"""Limits and the alarm ladder as pure arithmetic, with a calendar of plain weeks."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from governance.foundation.calendars import Clock, Limit, Unit, WorkingCalendar
from governance.foundation.calendars.standard import STANDARD
from incidents.deadlines import (
    Alarm,
    Ladder,
    Stage,
    accept_limit,
    first_alarm,
    handle_limit,
    is_climbing,
    opening_alarm,
    raise_alarm,
    rework_limit,
)
from incidents.models import Deadline, MatterCategory
from tests.cast import DAY, HOUR, MINUTE, MONDAY, shanghai

LADDER = Ladder(warn_ratio=0.8, urge_after_workdays=1, climb_minutes=10)
OFFICE = next(WorkingCalendar(spec.code, spec.week) for spec in STANDARD if spec.is_default)
HALF_HOUR = Limit(30, Unit.MINUTE, Clock.NATURAL)


def category(urgency: str = "normal", **changes: Any) -> MatterCategory:
    facts: dict[str, Any] = {
        "accept_amount": 4,
        "accept_unit": "hour",
        "accept_clock": "working",
        "handle_amount": 5,
        "handle_unit": "workday",
        "handle_clock": "working",
    }
    return MatterCategory(urgency=urgency, **facts | changes)


def deadline(stage: str = Stage.HANDLE, rung: int = 0, next_alarm_at: datetime | None = None) -> Deadline:
    return Deadline(
        stage=stage,
        rung=rung,
        started_at=MONDAY,
        warn_at=shanghai(16, 14, 12),
        due_at=shanghai(16, 15),
        next_alarm_at=next_alarm_at,
    )


def rise(row: Deadline, at: datetime, urgency: str = "normal") -> Alarm:
    return raise_alarm(row, urgency, OFFICE, LADDER, at)


class TestLimits:
    @pytest.mark.parametrize(
        ("own", "raised", "expected"),
        [
            ("normal", "normal", Limit(4, Unit.HOUR, Clock.WORKING)),
            ("normal", "urgent", HALF_HOUR),
            ("normal", "critical", Limit(10, Unit.MINUTE, Clock.NATURAL)),
            ("urgent", "critical", Limit(10, Unit.MINUTE, Clock.NATURAL)),
            ("urgent", "normal", Limit(4, Unit.HOUR, Clock.WORKING)),
        ],
    )
    def test_the_accept_limit_follows_a_raised_urgency(self, own: str, raised: str, expected: Limit) -> None:
        assert accept_limit(category(own), raised) == expected

    def test_a_category_that_is_critical_itself_keeps_its_own_limits(self) -> None:
        own = category("critical", accept_amount=5, accept_unit="minute", accept_clock="natural")
        assert accept_limit(own, "critical") == Limit(5, Unit.MINUTE, Clock.NATURAL)
        assert handle_limit(own, "critical") == Limit(5, Unit.WORKDAY, Clock.WORKING)

    def test_raised_to_critical_gets_two_clock_hours(self) -> None:
        assert handle_limit(category("urgent"), "critical") == Limit(2, Unit.HOUR, Clock.NATURAL)
        assert handle_limit(category(), "urgent") == Limit(5, Unit.WORKDAY, Clock.WORKING)

    @pytest.mark.parametrize(
        ("original", "expected"),
        [
            (Limit.workdays(1), Limit.workdays(1)),
            (Limit.workdays(10), Limit.workdays(2)),
            (Limit.workdays(15), Limit.workdays(4)),
            (Limit(4, Unit.HOUR, Clock.WORKING), Limit.workdays(1)),
            (Limit(30, Unit.MINUTE, Clock.WORKING), Limit.workdays(1)),
            (Limit(2, Unit.HOUR, Clock.NATURAL), Limit(1440, Unit.MINUTE, Clock.NATURAL)),
            (Limit(8, Unit.DAY, Clock.NATURAL), Limit(2880, Unit.MINUTE, Clock.NATURAL)),
        ],
    )
    def test_the_rework_limit(self, original: Limit, expected: Limit) -> None:
        assert rework_limit(original, 0.25, 1) == expected

    def test_the_first_alarm_is_eighty_per_cent_of_working_time(self) -> None:
        warn, due_at = first_alarm(OFFICE, Limit(4, Unit.HOUR, Clock.WORKING), MONDAY, LADDER)
        assert (warn, due_at) == (shanghai(16, 14, 12), shanghai(16, 15))

    @given(amount=some.integers(1, 40), minutes=some.integers(0, 60 * 24 * 14))
    def test_amber_always_lies_between_start_and_due(self, amount: int, minutes: int) -> None:
        start = MONDAY + minutes * MINUTE
        for limit in (Limit(amount, Unit.HOUR, Clock.WORKING), Limit.workdays(amount)):
            warn, due_at = first_alarm(OFFICE, limit, start, LADDER)
            assert start <= warn <= due_at


class TestClimbing:
    @pytest.mark.parametrize("stage", list(Stage))
    def test_only_critical_matters_that_nobody_took(self, stage: str) -> None:
        taken_later = {Stage.HANDLE, Stage.CHECK, Stage.FOLLOW_UP, Stage.REVIEW}
        assert is_climbing(stage, "critical") == (stage not in taken_later)
        assert not is_climbing(stage, "urgent")

    def test_the_ladder_opens_after_ten_minutes_or_at_amber(self) -> None:
        row = deadline(Stage.SIGN)
        assert opening_alarm(row, "critical", LADDER) == MONDAY + 10 * MINUTE
        assert opening_alarm(row, "normal", LADDER) == row.warn_at

    def test_it_never_ends(self) -> None:
        row = deadline(Stage.ACCEPT, next_alarm_at=MONDAY)
        for step in range(1, 50):
            at = row.next_alarm_at
            assert at is not None
            alarm = rise(row, at, "critical")
            assert (alarm.verb, alarm.rung, alarm.next_at) == ("climb", step, at + 10 * MINUTE)
            row.rung, row.next_alarm_at = alarm.rung, alarm.next_at

    def test_after_a_long_silence_it_does_not_ring_for_every_missed_step(self) -> None:
        alarm = rise(deadline(Stage.ACCEPT, next_alarm_at=MONDAY), MONDAY + 65 * MINUTE, "critical")
        assert alarm.next_at == MONDAY + 70 * MINUTE

    def test_a_row_without_a_time_starts_from_now(self) -> None:
        assert rise(deadline(Stage.ACCEPT), MONDAY, "critical").next_at == MONDAY + 10 * MINUTE

    def test_the_rung_stays_inside_its_column(self) -> None:
        assert rise(deadline(Stage.ACCEPT, 32000, MONDAY), MONDAY, "critical").rung == 32000


class TestTheOrdinaryLadder:
    def test_amber_then_red_then_urged_then_silence(self) -> None:
        row = deadline()
        amber = rise(row, row.warn_at)
        assert amber == Alarm(verb="warn", rung=1, next_at=row.due_at)
        row.rung = 1
        red = rise(row, row.due_at)
        assert red == Alarm(verb="overdue", rung=2, next_at=shanghai(17, 17, 30))
        row.rung = 2
        assert rise(row, shanghai(17, 17, 30)) == Alarm(verb="urge", rung=3, next_at=None)

    def test_a_sweep_that_comes_late_skips_amber(self) -> None:
        row = deadline()
        assert rise(row, row.due_at + DAY).verb == "overdue"

    def test_the_urge_skips_the_weekend(self) -> None:
        row = deadline(rung=1)
        row.due_at = shanghai(20, 15)  # a Friday
        assert rise(row, row.due_at).next_at == shanghai(23, 17, 30)

    def test_an_unsigned_ticket_is_signed_by_the_platform(self) -> None:
        row = deadline(Stage.SIGN)
        assert rise(row, row.warn_at).verb == "warn"
        row.rung = 1
        assert rise(row, row.due_at) == Alarm(verb="sign", rung=2, next_at=None)
        row.rung = 0
        assert rise(row, row.due_at + HOUR).verb == "sign"

    @given(rung=some.integers(0, 5), seconds=some.integers(0, 10**6), urgent=some.booleans())
    def test_the_next_look_is_never_in_the_past_and_the_rung_never_falls(
        self, rung: int, seconds: int, urgent: bool
    ) -> None:
        row = deadline(Stage.ACCEPT, rung, MONDAY)
        at = MONDAY + timedelta(seconds=seconds)
        alarm = rise(row, at, "critical" if urgent else "normal")
        assert alarm.rung >= min(rung, 3)
        assert alarm.next_at is None or alarm.next_at > at or at > row.due_at
