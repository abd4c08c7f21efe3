"""The layers of the map, each as a sheet of this process, made anew when the territory has changed.

A layer is read at its first tile; the polygons of grids are those that the locator keeps anyway.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, cast

import shapely
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from grids import locator_cache
from grids import territory as land
from grids.geometry import Area, label_point
from grids.models import Grid, MicroGrid, ProfessionalGrid, Region
from grids.tiles.cutting import Tile, areas_in, labels_in
from grids.tiles.encoding import layer_bytes
from grids.tiles.sheets import TOP_ZOOM, Sheet

logger = logging.getLogger(__name__)

AREAS, LABELS = "areas", "labels"
"""The two layers inside every tile: polygons, and one point for each polygon's label."""

LEVELS: Final = {level: rank for rank, level in enumerate(Region.Level.values)}
# Regions of this rank and the ranks above it appear from that zoom on.
FROM_ZOOM: Final = ((8, 3), (7, 2), (0, 1))


@dataclass(frozen=True, slots=True)
class Layer:
    """How a layer is read and from which zoom on it has areas and labels."""

    read: Callable[[], tuple[int, Sheet]]
    areas_from: int
    labels_from: int

    def most_rank(self, zoom: int) -> int:
        """What is drawn at that zoom."""
        return next(rank for least, rank in FROM_ZOOM if zoom >= least)


def tile_bytes(name: str, sheet: Sheet, tile: Tile) -> bytes:
    """The tile as it stands in the specification, not packed; empty where there is nothing."""
    layer, rank = LAYERS[name], LAYERS[name].most_rank(tile.z)
    parts = []
    if tile.z >= layer.areas_from:
        parts.append(layer_bytes(AREAS, areas_in(sheet, tile, rank), sheet.ids, sheet.columns))
    if tile.z >= layer.labels_from:
        parts.append(layer_bytes(LABELS, labels_in(sheet, tile, rank), sheet.ids, sheet.columns))
    return b"".join(parts)


def _regions() -> tuple[int, Sheet]:
    """Those with a boundary; a community without one has the outline of its grids."""
    territory = land.current()
    rows = Region.objects.filter(valid_to=None, boundary__isnull=False).order_by("code")
    found, areas = _readable(rows.annotate(shape=Cast("boundary", TextField())), "boundary")
    bare = {place.region_id for place in territory.grids.values()} - {row.pk for row in found}
    more, outlines = _outlined(bare) if bare else ([], [])
    facts, ranks = (lambda row: {"level": row.level}), (lambda row: LEVELS[row.level])
    return territory.number, _made([*found, *more], [*areas, *outlines], facts, ranks)


def _outlined(communities: Set[int]) -> tuple[list[Region], list[Area]]:
    """Those communities that have grids with polygons, and what their grids cover together."""
    snapshot, pieces = locator_cache.current(), dict[int, list[Area]]()
    for pk, area in snapshot.areas.items():
        if (community := snapshot.grids[pk].community_id) in communities:
            pieces.setdefault(community, []).append(area)
    found = list(Region.objects.filter(pk__in=list(pieces)).defer("boundary").order_by("code"))
    return found, [cast(Area, shapely.unary_union(pieces[row.pk])) for row in found]


def _grids() -> tuple[int, Sheet]:
    snapshot = locator_cache.current()
    rows = Grid.objects.filter(pk__in=list(snapshot.areas)).defer("polygon").order_by("code")
    found = list(rows)
    areas = [snapshot.areas[row.pk] for row in found]
    return snapshot.territory.number, _made(found, areas, lambda row: {"kind": row.kind}, None)


def _overlays() -> tuple[int, Sheet]:
    number = land.current().number
    rows = ProfessionalGrid.objects.filter(valid_to=None).order_by("system", "code")
    facts = rows.annotate(shape=Cast("polygon", TextField()))
    return number, _sheet(facts, lambda row: {"system": row.system}, deferred="polygon", by_code=False)


def _micro() -> tuple[int, Sheet]:
    number = land.current().number
    rows = MicroGrid.objects.filter(valid_to=None, polygon__isnull=False, grid__valid_to=None)
    facts = rows.select_related("grid").defer("grid__polygon").order_by("code")
    return number, _sheet(
        facts.annotate(shape=Cast("polygon", TextField())),
        lambda row: {"grid": row.grid.code},
        deferred="polygon",
        by_code=False,
    )


LAYERS: Final[Mapping[str, Layer]] = {
    "regions": Layer(_regions, areas_from=4, labels_from=8),
    "grids": Layer(_grids, areas_from=8, labels_from=13),
    "overlays": Layer(_overlays, areas_from=9, labels_from=13),
    "micro": Layer(_micro, areas_from=13, labels_from=15),
}


def _sheet(
    rows: QuerySet[Any],
    facts: Callable[[Any], Mapping[str, str]],
    *,
    deferred: str,
    by_code: bool = True,
) -> Sheet:
    """The sheet of rows with their geometry as text in `shape`; one that cannot be read is left out and told."""
    found, areas = _readable(rows, deferred)
    return _made(found, areas, facts, None, by_code)


def _readable(rows: QuerySet[Any], deferred: str) -> tuple[list[Any], list[Area]]:
    """Rows whose `shape` can be read, and their areas."""
    found = list(rows.defer(deferred))
    shapes = shapely.from_geojson([row.shape for row in found], on_invalid="ignore")
    usable = [(row, area) for row, area in zip(found, shapes, strict=True) if area is not None and area.area]
    if missing := len(found) - len(usable):
        logger.error("%d areas have no readable polygon and are left out of the map", missing)
    return [row for row, _ in usable], [area for _, area in usable]


def _made(
    rows: Sequence[Any],
    areas: Sequence[Area],
    facts: Callable[[Any], Mapping[str, str]],
    ranks: Callable[[Any], int] | None,
    by_code: bool = True,
) -> Sheet:
    """The number of a feature is its code where codes are numbers of their own, else its row's."""
    columns: dict[str, list[str | None]] = {
        "code": [row.code for row in rows],
        "name": [row.name for row in rows],
        "name_en": [row.name_en or None for row in rows],
    }
    for row in rows:
        for name, value in facts(row).items():
            columns.setdefault(name, []).append(value)
    return Sheet.of(
        areas,
        [int(row.code) if by_code else row.pk for row in rows],
        columns,
        [_middle(row, area) for row, area in zip(rows, areas, strict=True)],
        None if ranks is None else [ranks(row) for row in rows],
    )


def _middle(row: Any, area: Area) -> tuple[float, float]:
    lon, lat = getattr(row, "lon", None), getattr(row, "lat", None)
    return label_point(area) if lon is None or lat is None else (lon, lat)


class _Sheets:
    """The sheets of this process with the number of the territory that each was made from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, tuple[int, Sheet]] = {}

    def get(self, name: str) -> tuple[int, Sheet]:
        """The number and the sheet of now; one thread makes it, the others wait for it."""
        number, made = land.current().number, self._made.get(name)
        if made is not None and made[0] == number:
            return made
        with self._lock:
            made = self._made.get(name)
            if made is None or made[0] != land.current().number:
                made = self._made[name] = LAYERS[name].read()
            return made

    def forget(self) -> None:
        """Drop all sheets."""
        with self._lock:
            self._made.clear()


_sheets = _Sheets()
sheet_of = _sheets.get
forget = _sheets.forget

__all__ = ["LAYERS", "TOP_ZOOM", "Layer", "forget", "sheet_of", "tile_bytes"]
