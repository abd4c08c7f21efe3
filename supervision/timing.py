"""The clocks of a task: one runs at a time, by the calendar of whoever has to act. Written with the task, in its
transaction.
"""

import math
from datetime import date, datetime, timedelta
from typing import Final

from governance.foundation.calendars import Clock, Limit, Unit, due, load_calendar, warn_at
from grids.territory import current as territory
from supervision.models import SupervisionTask, TaskClock
from supervision.names import Stage
from supervision.values import Values

OFFICE: Final = "office"
UNITS: Final = frozenset({Stage.SIGN, Stage.RECTIFY})
"""What the unit has to do; everything else is up to oversight, by office hours."""


def calendar_of(task: SupervisionTask, stage: str) -> str:
    """The name of the calendar by which the clock of a stage runs."""
    unit = territory().units.get(task.unit_id)
    return unit.calendar if stage in UNITS and unit is not None and unit.calendar else OFFICE


def start(
    task: SupervisionTask, stage: Stage, *, at: datetime, values: Values, limit: Limit | None = None
) -> TaskClock:
    """Start the clock of a stage; the one that runs is ended first. A date that was set beats the limit."""
    stop(task, at=at)
    chosen = limit or values.limit(stage, task.kind)
    name = calendar_of(task, stage)
    calendar = load_calendar(name)
    due_at = due(calendar, chosen, at)
    if stage == Stage.RECTIFY and limit is None and task.limit_on is not None:
        due_at = max(at, close_of(task.limit_on, name))
    row = TaskClock(
        task=task,
        stage=stage,
        unit_id=task.unit_id,
        amount=chosen.amount,
        amount_unit=chosen.unit.value,
        clock=chosen.clock.value,
        calendar=name,
        started_at=at,
        due_at=due_at,
        warn_at=warn_at(calendar, chosen, at, due_at, values["alarm.warn_ratio"]),
    )
    row.next_alarm_at = row.warn_at
    row.save(force_insert=True)
    task.due_at, task.warn_at = row.due_at, row.warn_at
    return row


def stop(task: SupervisionTask, *, at: datetime, is_needed: bool = True) -> TaskClock | None:
    """End the clock that runs: in time or late; one that is no longer needed and still has time is cancelled."""
    row = TaskClock.objects.filter(task=task, stopped_at=None).first()
    task.due_at = task.warn_at = None
    if row is None:
        return None
    outcome = TaskClock.Outcome
    in_time = outcome.MET if is_needed else outcome.CANCELLED
    row.outcome = outcome.LATE if at > row.due_at else in_time
    row.stopped_at, row.next_alarm_at = at, None
    row.save(update_fields=["outcome", "stopped_at", "next_alarm_at"])
    return row


def halved(limit: Limit, share: float) -> Limit:
    """The limit after a rejection: a share of it, rounded up to a whole unit, at least one."""
    return Limit(max(1, math.ceil(limit.amount * share)), limit.unit, limit.clock)


def close_of(day: date, calendar: str) -> datetime:
    """The close of that day, or of the next workday after it."""
    return load_calendar(calendar).close_after(day - timedelta(days=1), 1)


def limit_of(row: TaskClock) -> Limit:
    """The limit that a clock began with."""
    return Limit(row.amount, Unit(row.amount_unit), Clock(row.clock))
