"""The statements behind the panel, by place of one level below: a bounded number, whatever the size of the city."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, Q

from followup.results import sums_by_place
from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.command.counting import Spot, Tallies, Tally, spot_fields
from governance.command.ground import by_place
from governance.foundation.clock import local
from grids.models import CommunityCoverage
from grids.territory import Place
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import Ticket, TicketSource
from incidents.queries import reading
from incidents.queries.ground import inside
from incidents.querysets import TicketQuerySet, lateness
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


def worker_sources() -> dict[str, int]:
    """The sources that grid workers report through: id by code."""
    kinds = catalogue().sources.items()
    return {code: source.pk for code, source in kinds if source.kind == TicketSource.Kind.WORKER}


def ticket_shares(rows: TicketQuerySet, level: str, month: Month) -> dict[str, Shares]:
    """Of tickets that are counted: three statements, along the times of registering, of the limit and of closing."""
    spot = spot_fields(level, reading(as_filed=False))
    workers = Q(source_id__in=sorted(worker_sources().values()))
    of_grids = workers & Q(min_level=Tier.GRID)
    came = rows.filter(registered_at__gte=month.since, registered_at__lt=month.past)
    due = rows.assessed().filter(due_at__gte=month.since, due_at__lt=month.past)
    closed = rows.filter(closed_at__gte=month.since, closed_at__lt=month.past)
    found: dict[str, dict[Spot, Rate]] = {
        key: {} for key in ("worker_share", "on_time", "first_time", "grid_solved")
    }
    for *pair, whole, part in _grouped(came, spot, whole=Count("pk"), part=Count("pk", filter=workers)):
        found["worker_share"][pair[0], pair[1]] = Rate(part, whole)
    for *pair, whole, late in _grouped(
        due, spot, whole=Count("due_at"), late=Count("due_at", filter=lateness(month.at))
    ):
        found["on_time"][pair[0], pair[1]] = Rate(whole - late, whole)
    for *pair, whole, first, mine, own in _grouped(
        closed,
        spot,
        whole=Count("closed_at"),  # not the key, which the index of closed tickets does not hold
        first=Count("closed_at", filter=Q(rework_count=0)),
        mine=Count("closed_at", filter=of_grids),
        own=Count("closed_at", filter=of_grids & Q(closure_kind=Ticket.ClosureKind.SELF_HANDLED)),
    ):
        found["first_time"][pair[0], pair[1]] = Rate(first, whole)
        found["grid_solved"][pair[0], pair[1]] = Rate(own, mine)
    return {key: _placed(rates, level) for key, rates in found.items()}


def _grouped(rows: TicketQuerySet, spot: tuple[str, str], **counts: Count) -> list[tuple[int, ...]]:
    return list(rows.values_list(*spot).annotate(**counts).order_by())


def _placed(rates: Mapping[Spot, Rate], level: str) -> Shares:
    """From pairs to paths, with the reading of the map that the lists have."""
    tallies: Tallies = {pair: Tally(due=rate.whole, due_late=rate.missing) for pair, rate in rates.items()}
    return {
        row.place.path if row.place else "": Rate(row.tally.due - row.tally.due_late, row.tally.due)
        for row in by_place(tallies, level)
    }


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


def answer_shares(by: Actor, path: str, level: str, month: Month) -> dict[str, Shares]:
    """What citizens said in callbacks of the month: one statement."""
    sums = sums_by_place(by, path, level=level, since=month.since, until=month.past)
    land = territory()
    known: Mapping[int, Place] = land.grids if level == "grid" else land.regions
    found: dict[str, Shares] = {"solved": {}, "satisfied": {}}
    for place_id, tally in sums.items():
        place = known.get(place_id or 0)
        key = place.path if place is not None else ""
        for name, share in (("solved", tally.solving), ("satisfied", tally.content)):
            found[name][key] = found[name].get(key, NOTHING) + Rate(share.part, share.whole)
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


def shares(by: Actor, path: str, level: str, month: Month, *, is_present: bool = True) -> dict[str, Shares]:
    """Every measure by place of `level` inside `path`; without `is_present`, `NOW_ONLY` are left empty."""
    rows = inside(Ticket.objects.visible_to(by).counted(), path)
    found = ticket_shares(rows, level, month)
    found |= state_shares(path, level, month.last_day)
    found |= answer_shares(by, path, level, month)
    if not is_present:
        return found | {key: {} for key in NOW_ONLY}
    return found | {"ground": ground_shares(path, level)} | care_shares(by, path, level, month.last_day)
