"""Limits, lamps and the alarm ladder of a ticket, as pure arithmetic: calendars and `at` are arguments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from governance.foundation.calendars import (
    Clock,
    Limit,
    Unit,
    WorkingCalendar,
    due,
    next_workday_close,
    warn_at,
)
from incidents.models import Deadline, MatterCategory
from incidents.states import Urgency

Stage = Deadline.Stage
NORMAL_ACCEPT = Limit(4, Unit.HOUR, Clock.WORKING)
URGENT_ACCEPT = Limit(30, Unit.MINUTE, Clock.NATURAL)
CRITICAL_ACCEPT = Limit(10, Unit.MINUTE, Clock.NATURAL)
CRITICAL_HANDLE = Limit(2, Unit.HOUR, Clock.NATURAL)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The ladder's figures, from the rule values in force."""

    warn_ratio: float
    urge_after_workdays: int
    climb_minutes: int


class AlarmTicket(Protocol):
    """The ticket of a due alarm, from the table or from a light row."""

    @property
    def pk(self) -> Any: ...
    @property
    def number(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def holder_id(self) -> int: ...
    @property
    def region_path(self) -> str: ...


class Alarming(Protocol):
    """A deadline as the ladder sees it."""

    @property
    def pk(self) -> Any: ...
    @property
    def stage(self) -> str: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def calendar(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def rung(self) -> int: ...
    @property
    def next_alarm_at(self) -> datetime | None: ...
    @property
    def ticket_id(self) -> int: ...
    @property
    def ticket(self) -> AlarmTicket: ...


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What is raised now and when the ladder is looked at next (None: never again)."""

    verb: str
    rung: int
    next_at: datetime | None


def accept_limit(category: MatterCategory, urgency: str) -> Limit:
    """The limit to accept or sign: the category's own, or that of a raised urgency (domain 2.9)."""
    own = Limit(category.accept_amount, Unit(category.accept_unit), Clock(category.accept_clock))
    if urgency == category.urgency:
        return own
    return {Urgency.CRITICAL: CRITICAL_ACCEPT, Urgency.URGENT: URGENT_ACCEPT}.get(Urgency(urgency), own)


def handle_limit(category: MatterCategory, urgency: str) -> Limit:
    """The limit from first dispatch to feedback; a matter raised to critical gets two clock hours."""
    own = Limit(category.handle_amount, Unit(category.handle_unit), Clock(category.handle_clock))
    if urgency == Urgency.CRITICAL and category.urgency != Urgency.CRITICAL:
        return CRITICAL_HANDLE
    return own


def rework_limit(original: Limit, share: float, minimum_workdays: int) -> Limit:
    """max(share of the original, so many workdays), in the clock of the original (table 5a row 19)."""
    if original.unit is Unit.WORKDAY:
        return Limit(max(minimum_workdays, round(original.amount * share)), Unit.WORKDAY, original.clock)
    if original.clock is Clock.WORKING:
        return Limit(minimum_workdays, Unit.WORKDAY, Clock.WORKING)
    minutes = max(minimum_workdays * 24 * 60, round(original.minutes * share))
    return Limit(int(minutes), Unit.MINUTE, Clock.NATURAL)


def first_alarm(
    calendar: WorkingCalendar, limit: Limit, start: datetime, ladder: Ladder
) -> tuple[datetime, datetime]:
    """(warn_at, due_at) of a limit that starts now."""
    due_at = due(calendar, limit, start)
    return warn_at(calendar, limit, start, due_at, ladder.warn_ratio), due_at


def is_climbing(stage: str, urgency: str) -> bool:
    """Critical matters that nobody has accepted or signed climb a tier at a time."""
    return urgency == Urgency.CRITICAL and stage in {Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN}


def opening_alarm(deadline: Deadline, urgency: str, ladder: Ladder) -> datetime:
    """When the ladder of a new deadline is looked at first."""
    if is_climbing(deadline.stage, urgency):
        return deadline.started_at + timedelta(minutes=ladder.climb_minutes)
    return deadline.warn_at


def raise_alarm(
    deadline: Alarming, urgency: str, calendar: WorkingCalendar, ladder: Ladder, at: datetime
) -> Alarm:
    """The rung that is due at `at` for a running deadline.

    Ordinary: warn (80 %) -> overdue (for the sign stage: signed automatically) -> urge (+1 workday) -> end.
    Climbing: one tier up every ten minutes, the duty officer again and again at the top, never silent.
    """
    if is_climbing(deadline.stage, urgency):
        step = timedelta(minutes=ladder.climb_minutes)
        missed = max(0, (at - (deadline.next_alarm_at or at)) // step)
        upcoming = (deadline.next_alarm_at or at) + step * (missed + 1)
        return Alarm(verb="climb", rung=min(deadline.rung + 1, 32000), next_at=upcoming)
    if deadline.rung == 0 and at < deadline.due_at:
        return Alarm(verb="warn", rung=1, next_at=deadline.due_at)
    if deadline.rung <= 1:
        if deadline.stage == Stage.SIGN:
            return Alarm(verb="sign", rung=2, next_at=None)
        urge_at = next_workday_close(calendar, deadline.due_at, ladder.urge_after_workdays)
        return Alarm(verb="overdue", rung=2, next_at=urge_at)
    return Alarm(verb="urge", rung=3, next_at=None)
