"""Limits, lamps and the alarm ladder of a ticket, as pure arithmetic: calendars and `at` are arguments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from governance.foundation.calendars import (
    Clock,
    Extension,
    Limit,
    Pause,
    Unit,
    WorkingCalendar,
    due,
    next_workday_close,
    warn_at,
)
from governance.foundation.calendars.arithmetic import after_pause, effective, extended
from incidents.models import Deadline, DueChange, MatterCategory
from incidents.states import Urgency

Stage = Deadline.Stage
NORMAL_ACCEPT = Limit(4, Unit.HOUR, Clock.WORKING)
URGENT_ACCEPT = Limit(30, Unit.MINUTE, Clock.NATURAL)
CRITICAL_ACCEPT = Limit(10, Unit.MINUTE, Clock.NATURAL)
BY_ITSELF: Mapping[str, str] = {Stage.SIGN: "sign", Stage.REVIEW: "resume"}
"""What the platform does by itself when nobody has done it by then."""
UNCOUNTED = frozenset({DueChange.Kind.GIVEN_BACK, DueChange.Kind.RESUMED})
CLIMBING = frozenset({Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN, Stage.DECIDE, Stage.VERIFY})
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
    def assignment_id(self) -> int | None: ...
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


def return_until(
    calendar: WorkingCalendar, category: MatterCategory, urgency: str, received_at: datetime, workdays: int
) -> datetime:
    """Until when a unit may return what it received: within its sign limit or so many workdays (row 10)."""
    signed = due(calendar, accept_limit(category, urgency), received_at)
    return max(signed, next_workday_close(calendar, received_at, workdays))


def limit_of(row: Deadline) -> Limit:
    """The limit that a clock began with."""
    return Limit(row.amount, Unit(row.amount_unit), Clock(row.clock))


def settled(
    row: Deadline, changes: Iterable[DueChange], calendar: WorkingCalendar, ladder: Ladder
) -> tuple[datetime, datetime]:
    """(due_at, warn_at) of a clock, from its beginning and everything that is on record about it.

    The sender's own due time caps the limit; extensions lengthen it; then the stretches that do not count are given
    back, each once, in the order of time whenever they were written.
    """
    story, limit = list(changes), limit_of(row)
    due_at = due(calendar, limit, row.started_at)
    for change in story:
        if change.kind == DueChange.Kind.EXTERNAL and change.until is not None:
            due_at = min(due_at, change.until)
    for extension in extensions_of(row, story):
        due_at = extended(calendar, limit, due_at, extension)
    pauses = pauses_of(story)
    for pause in effective(pauses, row.started_at):
        if pause.start >= due_at:
            break
        due_at = after_pause(calendar, limit.clock, due_at, pause)
    return due_at, warn_at(calendar, limit, row.started_at, due_at, ladder.warn_ratio, pauses=pauses)


def pauses_of(changes: Iterable[DueChange]) -> Sequence[Pause]:
    """The stretches that do not count."""
    return [
        Pause(change.since, change.until)
        for change in changes
        if change.kind in UNCOUNTED and change.since and change.until
    ]


def extensions_of(row: Deadline, changes: Iterable[DueChange]) -> Sequence[Extension]:
    """The time that was granted on top, in the clock of the limit."""
    return [
        Extension(Limit(change.amount, Unit(change.amount_unit), Clock(row.clock)))
        for change in changes
        if change.kind == DueChange.Kind.EXTENDED and change.amount
    ]


def first_alarm(
    calendar: WorkingCalendar, limit: Limit, start: datetime, ladder: Ladder
) -> tuple[datetime, datetime]:
    """(warn_at, due_at) of a limit that starts now."""
    due_at = due(calendar, limit, start)
    return warn_at(calendar, limit, start, due_at, ladder.warn_ratio), due_at


def is_climbing(stage: str, urgency: str) -> bool:
    """Critical matters that nobody accepts, dispatches, signs or decides climb a tier at a time."""
    return urgency == Urgency.CRITICAL and stage in CLIMBING


def opening_alarm(deadline: Deadline, urgency: str, ladder: Ladder) -> datetime:
    """When the ladder of a new deadline is looked at first."""
    if is_climbing(deadline.stage, urgency):
        return deadline.started_at + timedelta(minutes=ladder.climb_minutes)
    return deadline.warn_at


def raise_alarm(
    deadline: Alarming, urgency: str, calendar: WorkingCalendar, ladder: Ladder, at: datetime
) -> Alarm:
    """The rung that is due at `at` for a running deadline.

    Ordinary: warn (80 %) -> overdue (signed or resumed by itself where that is the rule) -> urge (+1 workday) -> end.
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
        if deadline.stage in BY_ITSELF:
            return Alarm(verb=BY_ITSELF[deadline.stage], rung=2, next_at=None)
        urge_at = next_workday_close(calendar, deadline.due_at, ladder.urge_after_workdays)
        return Alarm(verb="overdue", rung=2, next_at=urge_at)
    return Alarm(verb="urge", rung=3, next_at=None)
