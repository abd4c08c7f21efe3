"""Calendar periods, and the days within which a task has to be done. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from django.utils.timezone import make_aware

from fieldwork.terms import Period

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Window:
    """The period of a rule around a day, the days of the tasks, and how many such windows are left in it."""

    period_from: date
    period_to: date
    starts_on: date
    ends_on: date
    left: int = 1


def period_of(period: str, day: date) -> tuple[date, date]:
    """The first and the last day of the calendar period around a day; weeks begin on Monday."""
    if period == Period.DAY:
        return day, day
    if period == Period.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + WEEK - DAY
    months = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6}[Period(period)]
    month = (day.month - 1) // months * months + 1
    first, after = date(day.year, month, 1), month + months
    following = date(day.year + (after > 12), after - 12 if after > 12 else after, 1)
    return first, following - DAY


def window_of(period: str, day: date, *, is_spread: bool) -> Window:
    """The whole period; where it is handed out week by week, the week of it around the day."""
    first, last = period_of(period, day)
    if not is_spread or period in {Period.DAY, Period.WEEK}:
        return Window(period_from=first, period_to=last, starts_on=first, ends_on=last)
    monday, sunday = period_of(Period.WEEK, day)
    starts, ends = max(first, monday), min(last, sunday)
    left = 1 + ceil((last - ends).days / 7)
    return Window(period_from=first, period_to=last, starts_on=starts, ends_on=ends, left=left)


def midnight_after(day: date) -> datetime:
    """The end of a day in the city's time."""
    return make_aware(datetime.combine(day + DAY, time(0)))


def midnight_of(day: date) -> datetime:
    """The beginning of a day in the city's time."""
    return midnight_after(day - DAY)
