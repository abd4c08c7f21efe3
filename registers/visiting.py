"""The rate of household visits: how many active households were visited within the days that the rule gives.

A visit counts when somebody was met. Numerator and denominator are kept; a rate of nothing is no rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q

from governance.accounts.actors import Actor
from governance.accounts.models import User
from grids.territory import Place
from grids.territory import current as territory
from registers.completeness import line_of, places_below, rate_words
from registers.models import Household
from registers.models.rulings import RegisterRule
from registers.querysets import inside, paths_for
from registers.roles import REPORT_READERS
from registers.values import rule_value, rule_values

MOST_WORKERS: Final = 100


@dataclass
class VisitTally:
    """Active households of a place or of a worker: all, visited in time, never visited at all."""

    active: int = 0
    visited: int = 0
    never: int = 0

    def add(self, other: "VisitTally") -> None:
        self.active += other.active
        self.visited += other.visited
        self.never += other.never

    @property
    def overdue(self) -> int:
        return self.active - self.visited

    @property
    def rate(self) -> str:
        return rate_words(self.visited, self.active)


@dataclass
class VisitLine:
    """One place one level below."""

    place: Place
    tally: VisitTally = field(default_factory=VisitTally)


@dataclass
class CareTally:
    """Active households of a place: all, visited in time, with a responsible worker."""

    active: int = 0
    visited: int = 0
    cared_for: int = 0


def care_by_place(by: Actor, path: str, *, level: str, on: date) -> dict[str, CareTally]:
    """By the path of the place of `level` that holds them, an empty path for none: one statement, counts only."""
    since, found, land = visited_since(on=on), dict[str, CareTally](), territory()
    rows = Household.objects.active().filter(path__startswith=path)
    if not by.is_system:
        rows = rows.filter(inside(paths_for(by, REPORT_READERS)))
    counted = (
        rows.order_by()
        .values_list("path")
        .annotate(
            n=Count("path"),
            visited=Count("path", filter=Q(visited_on__gte=since)),
            cared_for=Count("responsible"),
        )
    )
    for own, active, visited, cared_for in counted:
        place = land.at_level(own, level)
        tally = found.setdefault(place.path if place is not None else "", CareTally())
        tally.active += active
        tally.visited += visited
        tally.cared_for += cared_for
    return found


@dataclass(frozen=True, kw_only=True)
class VisitReport:
    """The rate below one place: by place and by responsible worker, those with most to do first.

    `workers` are at most `MOST_WORKERS` of `worker_count`; a worker of None stands for households without one.
    """

    days: int
    whole: VisitTally
    lines: list[VisitLine]
    workers: list[tuple[User | None, VisitTally]]
    worker_count: int


def visited_since(*, on: date) -> date:
    """The first day of a visit that still counts."""
    return on - timedelta(days=rule_value(RegisterRule.Name.VISIT_DAYS, on=on))


def fresh_and_visited_since(*, on: date) -> tuple[date, date]:
    """The first days of a confirmation and of a visit that still count."""
    fresh, visited = rule_values(RegisterRule.Name.FRESH_DAYS, RegisterRule.Name.VISIT_DAYS, on=on)
    return on - timedelta(days=fresh), on - timedelta(days=visited)


def visit_report(by: Actor, *, path: str, on: date) -> VisitReport:
    """What lies under `path` and is covered by `by`. Two statements, whatever the size; counts only."""
    days = rule_value(RegisterRule.Name.VISIT_DAYS, on=on)
    since = on - timedelta(days=days)
    lines = {place.path: VisitLine(place) for place in places_below(path)}
    whole, by_worker = VisitTally(), dict[int | None, VisitTally]()
    rows = Household.objects.active().filter(inside(paths_for(by, REPORT_READERS)), path__startswith=path)
    counted = (
        rows.order_by()
        .values_list("path", "responsible_id")
        .annotate(
            n=Count("id"),
            visited=Count("id", filter=Q(visited_on__gte=since)),
            never=Count("id", filter=Q(visited_on=None)),
        )
    )
    for found, worker, active, visited, never in counted:
        tally = VisitTally(active, visited, never)
        whole.add(tally)
        by_worker.setdefault(worker, VisitTally()).add(tally)
        line = line_of(lines, found, path)
        if line is not None:
            line.tally.add(tally)
    return VisitReport(
        days=days,
        whole=whole,
        lines=[lines[key] for key in sorted(lines)],
        workers=_named(by_worker),
        worker_count=len(by_worker),
    )


def _named(tallies: Mapping[int | None, VisitTally]) -> list[tuple[User | None, VisitTally]]:
    """The workers who have most households left, by name."""
    first = sorted(tallies.items(), key=lambda item: (-item[1].overdue, item[0] or 0))[:MOST_WORKERS]
    people = User.objects.in_bulk([worker for worker, _tally in first if worker is not None])
    return [(people.get(worker) if worker is not None else None, tally) for worker, tally in first]
