"""Deadline arithmetic: the calendar and every instant are arguments, so any year can be tested.

Instants are aware and may be in any zone; results are in UTC. A naive instant is a ValueError. A due instant
may lie exactly at the end of a frame but never outside working time when its clock is the working one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from .calendar import WorkingCalendar, instant, micros
from .limits import Clock, Extension, Limit, Pause, Unit

MINUTE = timedelta(minutes=1)
AMBER = 0.8


def due(calendar: WorkingCalendar, limit: Limit, start: datetime) -> datetime:
    """When `limit` ends that begins at `start`.

    A workday limit ends at the close of the n-th workday after the local date of `start`, the rule of the
    matter catalogue; other limits count the minutes of their clock exactly.
    """
    if limit.unit is Unit.WORKDAY:
        return calendar.close_after(calendar.local(start).date(), limit.amount)
    return shift(calendar, limit.clock, start, limit.minutes)


def due_with_pauses(
    calendar: WorkingCalendar,
    limit: Limit,
    start: datetime,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
) -> datetime:
    """When `limit` ends after extensions and pauses.

    Extensions lengthen the limit first; then each pause adds exactly the time of the limit's clock that it
    covered. Overlapping pauses count once; one that begins at or after the due instant changes nothing.
    """
    end = due(calendar, limit, start)
    for extension in extensions:
        end = extended(calendar, limit, end, extension)
    for pause in effective(pauses, start):
        if pause.start >= end:
            break
        end = after_pause(calendar, limit.clock, end, pause)
    return end


def extended(calendar: WorkingCalendar, limit: Limit, due_at: datetime, extension: Extension) -> datetime:
    """`due_at` of `limit` moved by one extension; ValueError for natural time on top of a working limit."""
    more = extension.limit
    if limit.clock is Clock.WORKING and more.clock is Clock.NATURAL:
        raise ValueError("a limit in working time is extended in working time")
    if more.unit is Unit.WORKDAY:
        return next_workday_close(calendar, due_at, more.amount)
    return shift(calendar, more.clock, due_at, more.minutes)


def after_pause(calendar: WorkingCalendar, clock: Clock, due_at: datetime, pause: Pause) -> datetime:
    """`due_at` moved by the time of `clock` that `pause` covered; unmoved when it covered none."""
    covered = duration(calendar, clock, pause.start, pause.end)
    return _moved(calendar, clock, due_at, covered) if covered else due_at


def effective(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Pauses in order, cut off before `start`, with overlapping ones joined and empty ones dropped."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        begins = max(pause.start, start)
        if joined and begins <= joined[-1].end:
            joined[-1] = Pause(joined[-1].start, max(joined[-1].end, pause.end))
        elif begins < pause.end:
            joined.append(Pause(begins, pause.end))
    return joined


def warn_at(
    calendar: WorkingCalendar,
    limit: Limit,
    start: datetime,
    due_at: datetime,
    ratio: float = AMBER,
    *,
    pauses: Sequence[Pause] = (),
) -> datetime:
    """The amber instant: when `ratio` of the time from `start` to `due_at` has run on the limit's clock."""
    return fraction_point(calendar, limit.clock, start, due_at, ratio, pauses)


def fraction_point(
    calendar: WorkingCalendar,
    clock: Clock,
    start: datetime,
    end: datetime,
    ratio: float,
    pauses: Sequence[Pause] = (),
) -> datetime:
    """The instant at which `ratio` (0 .. 1) of the time of `clock` between `start` and `end` has run.

    Paused time does not run. When nothing runs between them the answer is `end`.
    """
    if not 0 <= ratio <= 1:
        raise ValueError(f"a ratio lies between 0 and 1, not {ratio}")
    total = duration(calendar, clock, start, end)
    stops = [
        Pause(pause.start, min(pause.end, end)) for pause in effective(pauses, start) if pause.start < end
    ]
    total -= sum((duration(calendar, clock, stop.start, stop.end) for stop in stops), timedelta(0))
    if total <= timedelta(0):
        return instant(micros(end))
    point = _moved(calendar, clock, start, total * ratio)
    for stop in stops:
        if stop.start >= point:
            break
        point = after_pause(calendar, clock, point, stop)
    return min(point, instant(micros(end)))


def duration(calendar: WorkingCalendar, clock: Clock, start: datetime, end: datetime) -> timedelta:
    """Time of `clock` from `start` to `end`, exact to the microsecond; negative when `end` comes first."""
    if Clock(clock) is Clock.WORKING:
        return calendar.worked(start, end)
    return timedelta(microseconds=micros(end) - micros(start))


def elapsed(calendar: WorkingCalendar, clock: Clock, start: datetime, end: datetime) -> float:
    """`duration` in minutes."""
    return duration(calendar, clock, start, end) / MINUTE


def shift(calendar: WorkingCalendar, clock: Clock, at: datetime, minutes: float) -> datetime:
    """The instant `minutes` (>= 0) of `clock` after `at`."""
    return _moved(calendar, clock, at, timedelta(minutes=minutes))


def next_workday_close(calendar: WorkingCalendar, at: datetime, workdays: int = 1) -> datetime:
    """The close of the `workdays`-th workday after the day of `at`; 24:00 belongs to the day that it ends."""
    local = calendar.local(at)
    day = local.date()
    if local.time() == time(0):
        before = day - timedelta(days=1)
        if any(end == at for _, end in calendar.spans_on(before)):
            day = before
    return calendar.close_after(day, workdays)


def _moved(calendar: WorkingCalendar, clock: Clock, at: datetime, by: timedelta) -> datetime:
    if by < timedelta(0):
        raise ValueError("time is counted forward only")
    if Clock(clock) is Clock.WORKING:
        return calendar.after(at, by)
    return instant(micros(at)) + by
