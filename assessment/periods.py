"""Stretches of whole days, [since, until), as they are asked for: by two days, by a month, or the month so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.rollup import next_month
from governance.foundation.errors import Unprocessable

DAY: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=1830)
EARLIEST: Final = date(2000, 1, 1)


Signed = tuple[date, date, int]


@dataclass(frozen=True, kw_only=True)
class AddedUp:
    """Whole months, and stretches [from, to) of days that count on top of them (1) or are taken out again (-1)."""

    months: list[date]
    days: list[Signed]


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole local days."""

    since: date
    until: date

    @property
    def last(self) -> date:
        """The last day that counts."""
        return self.until - DAY

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def months(self) -> list[date]:
        """The months that lie in it from end to end."""
        return list(self._whole_months())

    @property
    def odd(self) -> list[tuple[date, date]]:
        """The stretches [from, to) before, after and without whole months."""
        months = self.months
        if not months:
            return [(self.since, self.until)]
        edges = [(self.since, months[0]), (next_month(months[-1]), self.until)]
        return [(first, last) for first, last in edges if first < last]

    @property
    def added_up(self) -> "AddedUp":
        """The sums that make it up, as few as there can be: most of a month is the month without its other days."""
        months, days = self.months, list[Signed]()
        for since, until in self._odd_by_month():
            first = since.replace(day=1)
            end = next_month(first)
            others = [(first, since), (until, end)]
            if until - since > (since - first) + (end - until):
                months.append(first)
                days += [(begins, ends, -1) for begins, ends in others if begins < ends]
            else:
                days.append((since, until, 1))
        return AddedUp(months=months, days=days)

    def _odd_by_month(self) -> Iterator[tuple[date, date]]:
        for since, until in self.odd:
            while since < until:
                ends = min(until, next_month(since))
                yield since, ends
                since = ends

    def _whole_months(self) -> Iterator[date]:
        month = self.since if self.since.day == 1 else next_month(self.since)
        while next_month(month) <= self.until:
            yield month
            month = next_month(month)

    @property
    def is_one_month(self) -> bool:
        return self.months == [self.since] and not self.odd


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    first = day.replace(day=1)
    return Period(since=first, until=next_month(first))


def read(given: Mapping[str, str], today: date) -> Period:
    """From `since` and `last` (both counted), or `month`; nothing given is this month so far.

    Raises Unprocessable with the field that is wrong.
    """
    if month := given.get("month", ""):
        found = month_of(_day(f"{month}-01", "month"))
        return _sound(found, "month")
    if not given.get("since") and not given.get("last"):
        return Period(since=today.replace(day=1), until=today + DAY)
    last = _day(given["last"], "last") if given.get("last") else today
    since = _day(given["since"], "since") if given.get("since") else last.replace(day=1)
    if since > last:
        raise Unprocessable(fields={"last": [_("The last day lies before the first one")]})
    return _sound(Period(since=since, until=last + DAY), "since")


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unprocessable(
            fields={field: [_("This is not a day: %(text)s") % {"text": text[:20]}]}
        ) from None


def _sound(period: Period, field: str) -> Period:
    if period.until - period.since > LONGEST:
        raise Unprocessable(fields={field: [_("At most five years can be counted at once")]})
    if period.since < EARLIEST or period.until.year > 2199:
        raise Unprocessable(fields={field: [_("This day lies too far away")]})
    return period
