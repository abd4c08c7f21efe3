"""The working calendar and the deadline arithmetic: frames, holidays, make-up workdays, pauses, extensions.

Everything but `load_calendar` is pure: the calendar and the instants are arguments, results are in UTC.
"""

from .arithmetic import (
    AMBER,
    due,
    due_with_pauses,
    duration,
    elapsed,
    fraction_point,
    next_workday_close,
    shift,
    warn_at,
)
from .calendar import DayKind, NoWorkingTime, SpecialDay, WorkingCalendar
from .explain import Line, LineKind, explain
from .frames import Frame, parse_day, parse_week
from .limits import Clock, Extension, Limit, Pause, Unit
from .store import UnknownCalendar, load_calendar

__all__ = [
    "AMBER",
    "Clock",
    "DayKind",
    "Extension",
    "Frame",
    "Limit",
    "Line",
    "LineKind",
    "NoWorkingTime",
    "Pause",
    "SpecialDay",
    "Unit",
    "UnknownCalendar",
    "WorkingCalendar",
    "due",
    "due_with_pauses",
    "duration",
    "elapsed",
    "explain",
    "fraction_point",
    "load_calendar",
    "next_workday_close",
    "parse_day",
    "parse_week",
    "shift",
    "warn_at",
]
