"""How late: workdays past a due time, by the office calendar. Pure but for the calendar's snapshot."""

from datetime import datetime, time, timedelta

from governance.foundation.calendars import WorkingCalendar, next_workday_close

MOST = 999


def workdays_late(calendar: WorkingCalendar, due_at: datetime, at: datetime) -> int:
    """How many workdays have closed since the day of the due time; 0 where it is not over, at most 999."""
    days = 0
    while days < MOST and next_workday_close(calendar, due_at, days + 1) <= at:
        days += 1
    return days


def late_since(calendar: WorkingCalendar, at: datetime, workdays: int) -> datetime:
    """What was due before this instant is late by at least so many workdays: one comparison for a whole question."""
    day, closed = calendar.local(at).date(), 0
    while True:
        close = calendar.close_after(day - timedelta(days=1), 1)
        if calendar.local(close).date() == day and close <= at:
            closed += 1
            if closed == workdays:
                return datetime.combine(day, time(0), calendar.local(at).tzinfo)
        day -= timedelta(days=1)
