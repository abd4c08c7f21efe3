"""Tables of the ground floor."""

from .calendar import CalendarDay, CalendarVersion, CalendarYear, WorkCalendar

__all__ = ["CalendarDay", "CalendarVersion", "CalendarYear", "WorkCalendar"]
