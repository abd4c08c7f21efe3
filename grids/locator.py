"""Point -> grid in process, exact and immutable: a raster answers most points, a tree those near a border.

The plane is tiled into cells. A cell that no border touches lies wholly in one polygon or in none, so its
answer is a look-up in an array. Cells that a border touches defer to the exact geometry. A point on a shared
border belongs to the grid with the lowest code. Polygons in degrees, (lon, lat) in WGS-84.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from grids.geometry import Area, LocalPlane, metres_to
from grids.raster import MIXED, NOWHERE, Cells, Frame, rasterise

NO_GRID: Final = -1
CELLS_PER_POLYGON: Final = 400
CELLS_LEAST: Final = 1_000_000
CELLS_MOST: Final = 8_000_000

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Locator:
    """Answers which grid holds a point. Make one with `build`; safe to share between threads.

    `ids` and `areas` are in the order of the codes, so that the smallest position is the lowest code.
    """

    ids: Ints
    frame: Frame | None
    cells: memoryview
    tree: shapely.STRtree

    @classmethod
    def build(cls, codes: Sequence[str], ids: Sequence[int], polygons: Sequence[Area]) -> Self:
        """A locator of n grids; the three sequences run parallel. ValueError when their lengths differ.

        Ids are positive. Takes about a second for 20,000 polygons of 100 vertices.
        """
        if not len(codes) == len(ids) == len(polygons):
            raise ValueError("codes, ids and polygons differ in length")
        order = sorted(range(len(codes)), key=codes.__getitem__)
        areas = np.empty(len(order), dtype=object)
        areas[:] = [polygons[i] for i in order]
        ordered = np.array([ids[i] for i in order], dtype=np.int64)
        frame = Frame.around(areas, _cell_count(len(areas))) if len(areas) else None
        cells: Cells = rasterise(areas, frame) if frame else np.empty(0, dtype=np.int16)
        return cls(ordered, frame, memoryview(cells.data), shapely.STRtree(areas))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """(west, south, east, north) of all grids; None without grids."""
        return self.frame.bounds if self.frame else None

    def covers(self, lon: float, lat: float) -> bool:
        """Whether the point lies inside the bounds; inside a grid or not."""
        return self.frame is not None and self.frame.holds(lon, lat)

    def locate(self, lon: float, lat: float) -> int | None:
        """Id of the grid that holds the point, or None (also for NaN)."""
        frame = self.frame
        if frame is None or not frame.holds(lon, lat):
            return None
        position = self.cells[frame.cell_of(lon, lat)]
        if position == MIXED:
            position = min(self.tree.query(shapely.Point(lon, lat), predicate="intersects"), default=NOWHERE)
        return None if position == NOWHERE else int(self.ids[position])

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> Ints:
        """Ids of the grids that hold n points, as an array of n; NO_GRID (-1) where there is none."""
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        found = np.full(x.shape, NO_GRID, dtype=np.int64)
        if self.frame is None:
            return found
        inside = np.flatnonzero(self.frame.hold(x, y))
        cells = self.frame.cells_of(x[inside], y[inside])
        positions = np.asarray(self.cells)[cells].astype(np.int64)
        unclear = np.flatnonzero(positions == MIXED)
        unclear = unclear[
            np.argsort(cells[unclear])
        ]  # neighbours in turn: the same polygons stay in the cache
        near = inside[unclear]
        positions[unclear] = self._exact(x[near], y[near])
        known = positions != NOWHERE
        found[inside[known]] = self.ids[positions[known]]
        return found

    def _exact(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Ints:
        """Positions by geometry, NOWHERE where no polygon holds the point."""
        points, positions = self.tree.query(shapely.points(x, y), predicate="intersects")
        lowest = np.full(len(x), len(self.ids), dtype=np.int64)
        np.minimum.at(lowest, points, positions)
        lowest[lowest == len(self.ids)] = NOWHERE
        return lowest

    def touching(self, west: float, south: float, east: float, north: float) -> list[int]:
        """Ids of the grids that touch the box, in the order of their codes."""
        found = self.tree.query(shapely.box(west, south, east, north), predicate="intersects")
        return [int(pk) for pk in self.ids[np.sort(found)]]

    def nearest(self, lon: float, lat: float) -> tuple[int, float] | None:
        """Id of the nearest grid and the metres to it (0 inside); None without grids or for no point."""
        if not len(self.ids) or not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        plane = LocalPlane(lon, lat)
        first = self.tree.query_nearest(shapely.Point(lon, lat))
        best = min((metres_to(self.tree.geometries[i], lon, lat), int(i)) for i in first)
        # Degrees of longitude are shorter than those of latitude: another grid may be nearer in metres.
        for least, position in self._rivals(plane, best[0]):
            if least > best[0]:
                break
            best = min(best, (metres_to(self.tree.geometries[position], lon, lat), position))
        return int(self.ids[best[1]]), best[0]

    def _rivals(self, plane: LocalPlane, metres: float) -> Iterator[tuple[float, int]]:
        """(metres to its box, position) of each grid with a box within `metres` of the origin, nearest first."""
        reach = metres / np.array(plane.metres_per_degree) * 1.000_001
        window = shapely.box(
            plane.lon - reach[0], plane.lat - reach[1], plane.lon + reach[0], plane.lat + reach[1]
        )
        positions = self.tree.query(window)
        bounds = shapely.bounds(self.tree.geometries[positions])
        low, high = plane.metres(bounds[:, :2]), plane.metres(bounds[:, 2:])
        distances = np.hypot(*np.maximum(np.maximum(low, -high), 0.0).T) * 0.999_999
        for i in np.lexsort((positions, distances)):
            yield float(distances[i]), int(positions[i])


def _cell_count(polygons: int) -> int:
    return min(max(polygons * CELLS_PER_POLYGON, CELLS_LEAST), CELLS_MOST)
