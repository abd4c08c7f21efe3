"""The statements behind the panel, by place of one level below: a bounded number, whatever the size of the city."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from grids.models import CommunityCoverage
from grids.territory import current as territory
from registers.visiting import care_by_place
from staffing import queries as staffing
from staffing.queries import Rate

NOTHING: Final = Rate()
Shares = dict[str, Rate]
"""By the path of a place; an empty path is what lies at none of them."""


@dataclass(frozen=True)
class Month:
    """A calendar month as far as it has gone by `at`."""

    first: date
    since: datetime
    until: datetime
    at: datetime

    @property
    def past(self) -> datetime:
        """The end of what has happened so far."""
        return min(self.until, self.at)

    @property
    def last_day(self) -> date:
        """Its last day, or today while it runs."""
        return local(self.past - timedelta(microseconds=1)).date()


def month_of(day: date, at: datetime) -> Month:
    """The month that holds the day."""
    zone = local(at).tzinfo
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Month(first, datetime.combine(first, time(), zone), datetime.combine(following, time(), zone), at)


def months_before(day: date, count: int) -> list[date]:
    """The first days of the `count` months before that of `day`, the earliest first."""
    found, first = [], day.replace(day=1)
    for _n in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]


def state_shares(path: str, level: str, on: date) -> dict[str, Shares]:
    """As of a day: posts and party organisations."""
    paths = (
        [path] if path else [place.path for place in territory().by_path.values() if place.level == "city"]
    )
    posts = staffing.rates(paths, on=on, level=level)
    party = staffing.party_coverage(paths, on=on, level=level)
    return {
        "staffing": {row.place.path: row.total for row in posts},
        "party": {row.place.path: row.rate for row in party},
    }


def ground_shares(path: str, level: str) -> Shares:
    """Communities without an error in the last coverage check; below a community there is nothing to count."""
    land, found = territory(), dict[str, Rate]()
    rows = CommunityCoverage.objects.filter(path__startswith=path, community__valid_to=None)
    for own, errors in rows.values_list("path", "error_count"):
        place = land.at_level(own, level)
        key = place.path if place else ""
        found[key] = found.get(key, NOTHING) + Rate(int(not errors), 1)
    return found


def care_shares(by: Actor, path: str, level: str, on: date) -> dict[str, Shares]:
    """Of households as they are now: one statement."""
    sums = care_by_place(by, path, level=level, on=on)
    return {
        "responsible": {key: Rate(item.cared_for, item.active) for key, item in sums.items()},
        "visited": {key: Rate(item.visited, item.active) for key, item in sums.items()},
    }


NOW_ONLY: Final = ("ground", "responsible", "visited")
"""What is known as it is now only: months that are over have it when it was counted then."""
