"""Days that come again: weekly, monthly, quarterly, yearly. Pure."""

import calendar
from datetime import date, timedelta
from typing import Final

from supervision.names import Period

MONTHS: Final = {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.YEARLY: 12}


def nth(first: date, every: str, times: int) -> date:
    """The day `times` periods after the first; the last day of a month stays inside its month."""
    if every == Period.WEEKLY:
        return first + timedelta(weeks=times)
    months = first.month - 1 + MONTHS[Period(every)] * times
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def next_after(first: date, every: str, day: date) -> date:
    """The first of these days that comes after `day`."""
    times = 0
    while (found := nth(first, every, times)) <= day:
        times += 1
    return found
