"""The clocks of this app: how long a stage may take (rule values of the catalogue), when its alarms come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.foundation.calendars import Limit, due, load_calendar, next_workday_close
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.clocks import ladder
from incidents.deadlines import first_alarm

OFFICE = "office"
WARN, OVERDUE, CLIMB, LAST = 0, 1, 2, 3
"""The rung that comes next; `LAST`: everybody has been told."""


@dataclass(frozen=True)
class Span:
    """A running limit: when it warns and when it ends."""

    warn_at: datetime
    due_at: datetime


def span(limit: Limit, at: datetime, unit_id: int | None = None) -> Span:
    """A limit that begins now, on the working calendar of the unit."""
    warn_at, due_at = first_alarm(load_calendar(calendar_of(unit_id)), limit, at, ladder())
    return Span(warn_at or due_at, due_at)


def whistle_limit(stage: str, kind: str) -> Limit:
    """How long a department has to answer, to arrive, to give its result."""
    return catalogue().stage_limit(f"whistle_{stage}", kind)


def consultation_span(urgency: str, since: datetime, unit_id: int) -> Span:
    """Until when a consultation must be decided."""
    return span(catalogue().stage_limit("consultation", urgency), since, unit_id)


def climb_at(at: datetime, kind: str, unit_id: int | None) -> datetime:
    """After being late, when the duty roster is told: some minutes in an emergency, else the next workday's close."""
    figures = ladder()
    if kind == "emergency":
        return at + timedelta(minutes=figures.climb_minutes)
    return next_workday_close(load_calendar(calendar_of(unit_id)), at, figures.urge_after_workdays)


def calendar_of(unit_id: int | None) -> str:
    """The working calendar of a unit; the office one for a unit that is gone."""
    unit = territory().units.get(unit_id or 0)
    return unit.calendar if unit is not None else OFFICE


def chase_at(due_close: datetime, rung: int) -> datetime:
    """When an action item is chased next: some days before it is due, at its close, then again and again."""
    before, every = catalogue().policy("meeting.remind_days"), catalogue().policy("meeting.chase_days")
    return due_close - timedelta(days=before) if rung == 0 else due_close + timedelta(days=every * (rung - 1))


__all__ = [
    "Limit",
    "Span",
    "calendar_of",
    "chase_at",
    "climb_at",
    "consultation_span",
    "due",
    "span",
    "whistle_limit",
]
