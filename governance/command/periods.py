"""The spans of days that the dashboard counts, and what they are compared with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.foundation.clock import local

PERIODS = ("today", "yesterday", "week")
LIVE = PERIODS[:2]
"""Single days, counted from the tickets themselves; longer stretches come from sums where the reader has them."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A span of whole local days; `at` is the moment of counting, which may lie inside it."""

    name: str
    since: datetime
    until: datetime
    at: datetime

    @property
    def past(self) -> datetime:
        """The end of what has happened so far."""
        return min(self.until, self.at)

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @property
    def beat(self) -> timedelta:
        """The step of its rhythm: an hour within a day, a day within a week."""
        return HOUR if self.length == DAY else DAY

    def before(self) -> tuple[datetime, datetime]:
        """The span of the same length just before, cut at the same time of day while this one runs."""
        return self.since - self.length, self.past - self.length


def period(name: str, at: datetime) -> Period:
    """`today`, `yesterday` or `week` (today and the six days before); anything else is today."""
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "yesterday":
        return Period(name, midnight - DAY, midnight, at)
    if name == "week":
        return Period(name, midnight - 6 * DAY, midnight + DAY, at)
    return Period("today", midnight, midnight + DAY, at)
