"""The panel of one place: each measure with its target, trend, table by place and the lists behind its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.command.goals.counting import NOTHING, Month, Shares, month_of
from governance.command.goals.lists import SIDES
from governance.command.goals.measures import MEASURES, Goal, Measure
from governance.command.goals.snapshots import trends
from governance.command.goals.sums import INDICATORS, Counted, shares
from governance.command.goals.sums import urls as sum_urls
from governance.command.goals.targets import targets_on
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory
from registers.querysets import paths_for
from registers.roles import READERS as HOUSEHOLD_READERS
from staffing.queries import Rate

READERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.LEADER, Role.TOWN_STAFF})
"""Command centre and town; they open every list that the panel leads to."""
BELOW: Final = {"city": "town", "district": "town", "town": "community", "community": "grid"}
CARE: Final = {"responsible": ("responsible", "some", "none"), "visited": ("visited", "1", "0")}
"""Measures of households: the filter of their list, for those that are meant and for the others."""
FAIR: Final = Decimal(5)
"""So many points below the target a figure is amber, further below red."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A number and the list that shows as many."""

    count: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """One month of a trend."""

    month: date
    rate: Rate | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure of the place. `reason`: why it has no figure, where its indicator cannot be counted."""

    measure: Measure
    rate: Rate
    target: Decimal
    part: Link
    whole: Link
    missing: Link
    trend: Sequence[Point]
    reason: str = ""

    @property
    def lamp(self) -> str:
        return lamp_of(self.rate, self.target)

    @property
    def change(self) -> Decimal | None:
        """Points more than in the month before; None where there is nothing to compare with."""
        known = [point.rate.percent for point in self.trend[:-1][-1:] if point.rate is not None]
        now = self.rate.percent
        return now - known[0] if known and known[0] is not None and now is not None else None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One place below, with every measure."""

    name: str
    code: str
    rates: Sequence[tuple[Rate, str]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Everything that the page shows."""

    place: Place
    level: str
    month: Month
    goals: Sequence[tuple[Goal, Sequence[Figure]]]
    lines: Sequence[Line]


def lamp_of(rate: Rate, target: Decimal) -> str:
    """green from the target on, amber a little below it, red further below; empty without a rate."""
    if rate.percent is None:
        return ""
    return "green" if rate.percent >= target else "amber" if rate.percent >= target - FAIR else "red"


def reading_paths(by: Actor) -> tuple[str, ...]:
    """The places that the reader covers. Raises Forbidden where there is none."""
    reaches = scopes.of(by.user).reaches
    found = scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in READERS)
    if not found:
        raise Forbidden(
            pgettext_lazy("goal", "The goal panel is for the command centre and for towns"),
            roles=sorted(READERS),
        )
    return found


def place_of(by: Actor, code: str) -> Place:
    """The place that is asked for, else the first one that the reader covers. Raises Forbidden, NotFound."""
    land, paths = territory(), reading_paths(by)
    place = land.by_code.get(code) if code else land.by_path.get(paths[0])
    if place is None or not place.path.startswith(paths) or place.level not in BELOW:
        raise NotFound()
    return place


def panel(by: Actor, place: Place, *, at: datetime) -> Panel:
    """Count everything for one place: a bounded number of statements."""
    today, level = local(at).date(), BELOW[place.level]
    month = month_of(today, at)
    root = "" if place.level == "city" else place.path
    found = shares(by, place.path, level, month)
    targets, past = targets_on(today), trends(root, today)
    figures = {measure.key: _figure(by, measure, found, targets, past, place, month) for measure in MEASURES}
    goals = [(goal, [figures[item.key] for item in MEASURES if item.goal == goal]) for goal in Goal]
    return Panel(
        place=place, level=level, month=month, goals=goals, lines=_lines(found.shares, targets, place, level)
    )


def _figure(
    by: Actor,
    measure: Measure,
    found: Counted,
    targets: dict[str, Decimal],
    past: dict[str, list[tuple[date, Rate | None]]],
    place: Place,
    month: Month,
) -> Figure:
    rate = sum(found.shares[measure.key].values(), NOTHING)
    part, whole, missing = _urls(by, measure.key, place, month)
    points = [Point(month=first, rate=rated) for first, rated in past.get(measure.key, [])]
    return Figure(
        measure=measure,
        rate=rate,
        target=targets[measure.key],
        part=Link(count=rate.part, url=part),
        whole=Link(count=rate.whole, url=whole),
        missing=Link(count=rate.missing, url=missing),
        trend=[*points, Point(month=month.first, rate=rate)],
        reason=found.reasons.get(measure.key, ""),
    )


def _urls(by: Actor, key: str, place: Place, month: Month) -> tuple[str, str, str]:
    """The lists behind numerator, denominator and the difference: each sums up to exactly its number."""
    if key in CARE:
        return _households(by, key, place)
    if key in INDICATORS:
        return sum_urls(key, place, month)
    code = urlencode({"place": place.code})
    part, whole, missing = (f"{reverse('command:goal-list', args=[key, side])}?{code}" for side in SIDES)
    return part, whole, missing


def _households(by: Actor, key: str, place: Place) -> tuple[str, str, str]:
    """The list of households; who may not see them gets the table by place, which shows the numbers."""
    code = urlencode({"region": place.code})
    if not place.path.startswith(paths_for(by, HOUSEHOLD_READERS) or ("-",)):
        table = f"{reverse('registers:visits')}?{code}"
        return table, table, table
    url = f"{reverse('registers:households')}?{code}"
    name, yes, no = CARE[key]
    return f"{url}&{name}={yes}", url, f"{url}&{name}={no}"


def _lines(found: dict[str, Shares], targets: dict[str, Decimal], place: Place, level: str) -> list[Line]:
    """The places of `level` in the order of their paths; what lies at none of them comes last."""
    land = territory()
    paths = {path for places in found.values() for path in places if not path or path.startswith(place.path)}
    rows = []
    for path in sorted(paths, key=lambda item: (not item, item)):
        rates = [(key, found[key].get(path, NOTHING)) for key in (measure.key for measure in MEASURES)]
        if not any(rate.whole for _key, rate in rates):
            continue
        below = land.by_path.get(path)
        rows.append(
            Line(
                name=below.name if below is not None else "",
                code=below.code if below is not None and below.level in BELOW else "",
                rates=[(rate, lamp_of(rate, targets[key])) for key, rate in rates],
            )
        )
    return rows


def month_words(month: Month) -> tuple[date, date]:
    """The first and the last day that are counted."""
    return month.first, local(month.past - timedelta(microseconds=1)).date()
