"""The days of a bulletin: the span that ended last before a day. Pure."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def ended_before(span: str, today: date) -> tuple[date, date]:
    """First and last day of the day, week (Monday to Sunday), month or half-year that ended last; of a special report
    the last four weeks.
    """
    if span == "day":
        return today - DAY, today - DAY
    if span == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + 6 * DAY
    if span == "month":
        last = today.replace(day=1) - DAY
        return last.replace(day=1), last
    if span == "half_year":
        if today.month > 6:
            return date(today.year, 1, 1), date(today.year, 6, 30)
        return date(today.year - 1, 7, 1), date(today.year - 1, 12, 31)
    return today - timedelta(days=28), today - DAY


def before(since: date, last: date) -> tuple[date, date]:
    """The stretch to compare with: as many whole months before whole months, else as many days before."""
    if since.day == 1 and (last + DAY).day == 1:
        months = 12 * (last.year - since.year) + last.month - since.month + 1
        first = 12 * since.year + since.month - 1 - months
        return date(first // 12, first % 12 + 1, 1), since - DAY
    return since - (last - since) - DAY, since - DAY
