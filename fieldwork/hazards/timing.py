"""The limits of a hazard, and the moments at which somebody has to be told; calendar and rule values are read."""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import pgettext_lazy

from fieldwork.hazards.models import Hazard
from fieldwork.hazards.states import HazardState
from fieldwork.limits import limit, value
from governance.foundation.calendars import Limit, due, fraction_point, load_calendar
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable

OFFICE: Final = "office"
A_MOMENT: Final = timedelta(seconds=1)


def end_of(day: date, at: datetime) -> datetime:
    """The last second of a local day."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=local(at).tzinfo)


def rectify_by(grade: str, at: datetime, due_on: date | None) -> datetime:
    """When a hazard has to be rectified: by the day asked for, else by the limit of its grade. Raises Unprocessable."""
    if due_on is None:
        return due(load_calendar(OFFICE), limit("hazard.limit", grade), at)
    return bounded(grade, at, due_on)


def bounded(grade: str, at: datetime, due_on: date) -> datetime:
    """The end of a day that is neither past nor beyond what a grade allows. Raises Unprocessable."""
    most = int(value("hazard.most_days")[grade])
    if due_on < local(at).date():
        raise Unprocessable(fields={"due_on": [pgettext_lazy("hazard", "This day is over already")]})
    if due_on > local(at).date() + timedelta(days=most):
        words = pgettext_lazy("hazard", "At most %(days)d days ahead; divide the work into stages")
        raise Unprocessable(fields={"due_on": [words % {"days": most}]})
    return end_of(due_on, at)


def again_by(grade: str, at: datetime) -> datetime:
    """The shorter limit after it was sent back."""
    whole, share = limit("hazard.limit", grade), float(value("hazard.again_share"))
    return due(
        load_calendar(OFFICE), Limit(max(1, math.ceil(whole.amount * share)), whole.unit, whole.clock), at
    )


def judge_by(urgency: str, at: datetime) -> datetime:
    """When somebody has to have judged a report."""
    return due(load_calendar(OFFICE), limit("hazard.judge", urgency), at)


def control_by(at: datetime) -> datetime:
    """When control measures of a major hazard have to be in place."""
    return due(load_calendar(OFFICE), limit("hazard.control"), at)


def look_by(at: datetime) -> datetime:
    """When a listed hazard is looked at next."""
    return at + timedelta(days=int(value("hazard.look_days")))


def recheck_by(row: Hazard) -> datetime:
    """When a hazard that is said to be rectified has to be checked."""
    assert row.submitted_at is not None, "asked of what was submitted"
    return due(load_calendar(OFFICE), limit("hazard.recheck"), row.submitted_at)


def amber(grade: str, start: datetime, end: datetime) -> datetime:
    """When the unit is warned."""
    clock = limit("hazard.limit", grade).clock
    return fraction_point(load_calendar(OFFICE), clock, start, end, float(value("hazard.warn_share")))


def alarms(row: Hazard) -> Iterator[tuple[datetime, str]]:
    """The moments of an open hazard at which somebody has to be told something, in no order."""
    if row.state == HazardState.REPORTED:
        yield judge_by(row.urgency, row.reported_at), "judge"
    if row.state == HazardState.RECTIFYING and row.round_due_at is not None:
        if row.warn_at is not None:
            yield row.warn_at, "warn"
        yield row.round_due_at + A_MOMENT, "late"
        if row.control_due_at is not None and row.controlled_at is None:
            yield row.control_due_at + A_MOMENT, "control"
    if row.state == HazardState.SUBMITTED:
        yield recheck_by(row) + A_MOMENT, "recheck"
    if row.is_open and row.is_major and row.look_due_at is not None:
        yield repeated(row.look_due_at, row.told_at), "look"


def repeated(first: datetime, told: datetime | None) -> datetime:
    """A look that is due, and again after as many days while nobody looks."""
    moment, days = first, timedelta(days=int(value("hazard.look_days")))
    while told is not None and moment <= told:
        moment += days
    return moment


def next_alarm(row: Hazard) -> datetime | None:
    """The next moment after what has been told already."""
    told = row.told_at
    return min((moment for moment, _kind in alarms(row) if told is None or moment > told), default=None)
