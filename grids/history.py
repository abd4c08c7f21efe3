"""The grids as they were on a day: facts in force from the grid itself, former ones from its editions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.foundation.naming import Labelled
from grids.models import Grid, GridEdition, GridRevision, GridSuccession, Region, RegionEdition

FACTS = ("name", "name_en", "kind", "exclusive_type", "household_count")


@dataclass(frozen=True, kw_only=True)
class GridState(Labelled):
    """A grid from one day to another; `valid_to` None: still so. `polygon` only where it was asked for."""

    grid_id: int
    code: str
    path: str
    edition: int
    name: str
    name_en: str
    kind: str
    exclusive_type: str
    household_count: int
    valid_from: date
    valid_to: date | None
    polygon: dict[str, Any] | None = None
    revision_id: int | None = None


def grids_on(day: date, path: str = "", *, polygons: bool = False) -> list[GridState]:
    """The grids inside `path` as they were on that day, by code. Two statements."""
    shapes = ("polygon",) if polygons else ()
    found = [*_present(day, path, shapes), *_former(day, path, shapes)]
    return sorted(found, key=lambda state: (state.code, state.grid_id))


def _present(day: date, path: str, shapes: tuple[str, ...]) -> Iterator[GridState]:
    """Grids whose own row tells that day."""
    was_other = GridEdition.objects.filter(grid=OuterRef("pk"), valid_to__gte=day)
    rows = Grid.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        ~Exists(was_other),
        path__startswith=path,
        valid_from__lte=day,
    )
    for row in rows.values("id", "code", "path", "edition", "valid_from", "valid_to", *FACTS, *shapes):
        yield GridState(grid_id=row.pop("id"), **row)


def _former(day: date, path: str, shapes: tuple[str, ...]) -> Iterator[GridState]:
    rows = GridEdition.objects.filter(grid__path__startswith=path, valid_from__lte=day, valid_to__gte=day)
    yield from _states(rows, shapes)


def _states(rows: QuerySet[GridEdition], shapes: tuple[str, ...]) -> Iterator[GridState]:
    names = ("grid_id", "grid__code", "grid__path", "number", "valid_from", "valid_to", "revision_id")
    for row in rows.values(*names, *FACTS, *shapes):
        yield GridState(
            code=row.pop("grid__code"), path=row.pop("grid__path"), edition=row.pop("number"), **row
        )


def states_of(grid: Grid) -> list[GridState]:
    """All that a grid was, the newest first; the state in force comes from its own row."""
    former = sorted(
        _states(GridEdition.objects.filter(grid=grid), ("polygon",)), key=lambda state: -state.edition
    )
    if former and grid.valid_to is not None and former[0].valid_to == grid.valid_to:
        return former  # an ended grid's last state is an edition
    begun = grid.valid_from
    if former and former[0].valid_to is not None:
        begun = max(begun, former[0].valid_to + timedelta(days=1))
    facts = {name: getattr(grid, name) for name in FACTS}
    now = GridState(
        grid_id=grid.pk,
        code=grid.code,
        path=grid.path,
        edition=grid.edition,
        valid_from=begun,
        valid_to=grid.valid_to,
        polygon=grid.polygon,
        **facts,
    )
    return [now, *former]


def regions_as_on(regions: Iterable[Region], day: date) -> None:
    """Give each (unsaved) region the names and the boundary that it had on that day: one statement."""
    rows = {region.pk: region for region in regions}
    former = RegionEdition.objects.filter(region__in=rows, valid_from__lte=day, valid_to__gte=day)
    for edition in former:
        region = rows[edition.region_id]
        region.name, region.name_en, region.boundary = edition.name, edition.name_en, edition.boundary


def successions_of(grid: Grid) -> tuple[list[GridSuccession], list[GridSuccession]]:
    """(predecessors, successors) of a grid, the newest first, without the grid itself."""
    rows = GridSuccession.objects.select_related("revision", "old", "new").order_by(
        "-revision__effective_on", "-share"
    )
    rows = rows.defer("revision__report", "old__polygon", "new__polygon")
    before = rows.filter(new=grid).exclude(old=grid)
    after = rows.filter(old=grid).exclude(new=grid)
    return list(before), list(after)


def states_before(revision: GridRevision) -> list[GridState]:
    """The grids of a revision as they were, or are while it has not taken effect; with polygons, by code."""
    kept = sorted(
        _states(GridEdition.objects.filter(revision=revision), ("polygon",)), key=lambda state: state.code
    )
    if kept:
        return kept
    rows = Grid.objects.filter(pk__in=revision.sources.values("grid")).order_by("code")
    names = ("id", "code", "path", "edition", "valid_from", "valid_to", "polygon", *FACTS)
    return [GridState(grid_id=row.pop("id"), **row) for row in rows.values(*names)]
