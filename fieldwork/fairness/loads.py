"""How many tasks each department line has sent to the base of a place lately: shown to whoever is about to send more.

Counted are tickets given to grid teams and workstations, hazards that they have to rectify, and field tasks. A task
belongs to the line of its matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from fieldwork.fairness.covering import matter_of
from fieldwork.hazards.models import Hazard
from fieldwork.models import FieldTask
from fieldwork.terms import Subject
from grids.territory import Place
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.mandate import BASE_KINDS
from incidents.models import Assignment
from mandates.forms import line_name

DAYS: Final = 30
KINDS: Final = ("tickets", "hazards", "field")


@dataclass(kw_only=True)
class Load:
    """What one line has sent, by kind of task."""

    line: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    @property
    def name(self) -> str:
        """The line in words."""
        return line_name(self.line)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def cells(self) -> list[int]:
        """The counts in the order of the kinds."""
        return [self.counts[kind] for kind in KINDS]


@dataclass(frozen=True, kw_only=True)
class Loads:
    """All lines that have sent something to a place since a moment, the busiest first."""

    place: Place
    since: datetime
    days: int
    grids: int
    rows: list[Load]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def per_grid(self) -> str:
        """Tasks for each grid, one decimal; a dash where there is no grid."""
        return f"{self.total / self.grids:.1f}" if self.grids else "–"


def base_units(path: str) -> list[int]:
    """The grid teams and workstations inside a place."""
    land = territory()
    found = {grid.team_id for grid in land.grids.values() if grid.path.startswith(path)}
    found |= {unit_id for place, unit_id in land.command.items() if place.startswith(path)}
    return sorted(pk for pk in found if pk and pk in land.units and land.units[pk].kind in BASE_KINDS)


def loads_at(path: str, *, at: datetime, days: int = DAYS) -> Loads | None:
    """The loads of the community that a place lies in, of the place itself above that. None for no place in force."""
    land = territory()
    place = land.at_level(path, "community") or land.by_path.get(path)
    return loads_of(place, at=at, days=days) if place is not None else None


def loads_of(place: Place, *, at: datetime, days: int = DAYS) -> Loads:
    """By line, everything sent to the base inside a place in the last days: one statement for each kind."""
    since, units = at - timedelta(days=days), base_units(place.path)
    found: dict[str, Load] = {}
    for kind, counted in (
        ("tickets", _tickets(units, since)),
        ("hazards", _hazards(units, since)),
        ("field", _field_tasks(place.path, since)),
    ):
        for line, count in counted.items():
            found.setdefault(line, Load(line=line)).counts[kind] += count
    rows = sorted(found.values(), key=lambda row: (-row.total, row.line))
    grids = sum(grid.path.startswith(place.path) for grid in territory().grids.values())
    return Loads(place=place, since=since, days=days, grids=grids, rows=rows)


def _tickets(units: Iterable[int], since: datetime) -> Mapping[str, int]:
    roles = (Assignment.Role.LEAD, Assignment.Role.CO_HANDLER)
    rows = Assignment.objects.filter(unit__in=units, at__gte=since, role__in=roles).order_by()
    return dict(rows.values_list("ticket__category__lead_line").annotate(Count("pk")))


def _hazards(units: Iterable[int], since: datetime) -> Mapping[str, int]:
    rows = Hazard.objects.filter(unit__in=units, judged_at__gte=since).order_by()
    return dict(rows.values_list("line").annotate(Count("pk")))


def _field_tasks(path: str, since: datetime) -> Mapping[str, int]:
    """Patrols and visits by the line of the matter under which they are asked."""
    rows = FieldTask.objects.filter(region_path__startswith=path, planned_at__gte=since).order_by()
    counted = rows.values_list(
        "rule__subject", "rule__kinds", "campaign__subject", "campaign__kinds"
    ).annotate(Count("pk"))
    book, found = catalogue().by_code, dict[str, int]()
    for subject, kinds, other, more, count in counted:
        category = book.get(matter_of(subject or other or Subject.GRID, kinds or more or ()))
        line = category.lead_line if category is not None else ""
        found[line] = found.get(line, 0) + count
    return found
