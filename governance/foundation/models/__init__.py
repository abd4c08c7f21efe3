"""Tables of the ground floor."""

from .calendar import CalendarDay, CalendarVersion, CalendarYear, WorkCalendar
from .horizon import Horizon

__all__ = ["CalendarDay", "CalendarVersion", "CalendarYear", "Horizon", "WorkCalendar"]
