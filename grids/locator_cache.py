"""The process's locator of the grids in force: replaced whole when grids change, in this process or another.

It follows `territory.current()`, which looks at `GridVersion` at most once a second, so a look-up costs no
statement of its own. Only the polygons of rows that have changed are read again.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import shapely
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from grids import territory
from grids.geometry import Area
from grids.locator import Locator
from grids.models import Grid
from grids.territory import Territory

logger = logging.getLogger(__name__)

BATCH: Final = 1_000
# A row version is new for every write, also for one that is rolled back and repeated.
ROW_VERSION: Final = RawSQL("grids_grid.xmin::text || grids_grid.ctid::text", [], output_field=TextField())


@dataclass(frozen=True, slots=True)
class GridHit:
    """The grid for a point; `metres` is 0 when the point lies inside it."""

    id: int
    code: str
    name: str
    path: str
    community_id: int
    metres: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The locator with what is known of its grids, as of one state of the territory."""

    territory: Territory
    locator: Locator
    grids: dict[int, GridHit]
    versions: dict[int, str] = field(default_factory=dict)
    areas: dict[int, Area] = field(default_factory=dict)


def locate(lon: float, lat: float) -> GridHit | None:
    """The grid in force that holds the WGS-84 point, the lowest code on a border; None outside all grids."""
    snapshot = current()
    found = snapshot.locator.locate(lon, lat)
    return None if found is None else snapshot.grids[found]


def nearest_grid(lon: float, lat: float) -> GridHit | None:
    """The grid in force nearest to the WGS-84 point, with the metres to it; None when there is no grid."""
    snapshot = current()
    found = snapshot.locator.nearest(lon, lat)
    if found is None:
        return None
    hit = snapshot.grids[found[0]]
    return GridHit(hit.id, hit.code, hit.name, hit.path, hit.community_id, found[1])


def load(now: Territory, before: Snapshot | None = None) -> Snapshot:
    """A snapshot of the grids in force; what has not changed since `before` is taken over from it."""
    rows = Grid.objects.filter(valid_to=None).annotate(row_version=ROW_VERSION).order_by("code")
    found = list(rows.values_list("id", "code", "name", "path", "community_id", "row_version"))
    versions = {pk: version for pk, *_, version in found}
    hits = {pk: GridHit(pk, code, name, path, community) for pk, code, name, path, community, _ in found}
    if before is not None and versions == before.versions:
        return Snapshot(now, before.locator, hits, versions, before.areas)
    kept = before.areas if before is not None else {}
    same = {pk for pk in kept if before is not None and before.versions.get(pk) == versions.get(pk)}
    areas = {pk: kept[pk] for pk in same} | _read_areas([pk for pk in versions if pk not in same])
    ids = [pk for pk in versions if pk in areas]
    locator = Locator.build([hits[pk].code for pk in ids], ids, [areas[pk] for pk in ids])
    return Snapshot(now, locator, hits, versions, areas)


def _read_areas(ids: Sequence[int]) -> dict[int, Area]:
    """The polygons of the grids; one that cannot be read is left out and reported."""
    areas: dict[int, Area] = {}
    for some in _batches(ids):
        rows = Grid.objects.filter(pk__in=some).values_list("id", Cast("polygon", TextField()))
        found = dict(rows)
        polygons = shapely.from_geojson(list(found.values()), on_invalid="ignore")
        areas |= {
            pk: area for pk, area in zip(found, polygons, strict=True) if area is not None and area.area
        }
    if missing := len(ids) - len(areas):
        logger.error("%d grids have no readable polygon and are left out of the locator", missing)
    return areas


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


class _Current:
    """The snapshot in use. One thread renews it while the others go on with the old one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def get(self) -> Snapshot:
        """The snapshot for the present territory, or the one before while another thread renews it."""
        now, snapshot = territory.current(), self._snapshot
        if snapshot is not None and snapshot.territory is now:
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            assert snapshot is not None
            return snapshot
        try:
            latest = self._snapshot
            if latest is None or latest.territory is not now:
                latest = self._snapshot = load(now, latest)
            return latest
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Drop the snapshot; the next look-up reads everything again."""
        with self._lock:
            self._snapshot = None


_current = _Current()
current = _current.get
forget = _current.forget
