"""The raster under the locator: for each cell the one polygon that covers it, NOWHERE, or MIXED at a border.

Built from the edges alone, in array arithmetic: every cell that an edge touches is MIXED; for the others the
centre decides, by counting the edges that cross the centre line of its row to the west (even-odd rule, so
holes and parts need no special care).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

NOWHERE: Final = -1
MIXED: Final = -2
SLACK: Final = 1e-6  # of a cell: far above the rounding of coordinates, far below a cell
CHUNK: Final = 1_000  # polygons at a time, which bounds the working memory

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class Frame:
    """The tiling of a bounding box into rows of cells, from the south-west corner."""

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    per_lon: float
    per_lat: float

    @classmethod
    def around(cls, areas: NDArray[np.object_], cells: int) -> Self:
        """A frame of about `cells` cells, square in degrees, around all areas."""
        west, south, east, north = (float(side) for side in shapely.total_bounds(areas))
        width, height = max(east - west, 1e-9), max(north - south, 1e-9)
        per_degree = (cells / (width * height)) ** 0.5
        columns, rows = (int(np.clip(side * per_degree, 1, cells)) for side in (width, height))
        return cls(west, south, east, north, columns, rows, columns / width, rows / height)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north)."""
        return self.west, self.south, self.east, self.north

    def holds(self, lon: float, lat: float) -> bool:
        """Whether the point lies in the box; False for NaN."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def hold(self, lons: Floats, lats: Floats) -> NDArray[np.bool_]:
        """`holds` for arrays."""
        return (self.west <= lons) & (lons <= self.east) & (self.south <= lats) & (lats <= self.north)

    def cell_of(self, lon: float, lat: float) -> int:
        """Index of the cell that has the point, which the frame must hold."""
        column, row = int((lon - self.west) * self.per_lon), int((lat - self.south) * self.per_lat)
        return min(row, self.rows - 1) * self.columns + min(column, self.columns - 1)

    def cells_of(self, lons: Floats, lats: Floats) -> Ints:
        """`cell_of` for arrays."""
        columns = ((lons - self.west) * self.per_lon).astype(np.int64)
        rows = ((lats - self.south) * self.per_lat).astype(np.int64)
        cells: Ints = np.minimum(rows, self.rows - 1) * self.columns + np.minimum(columns, self.columns - 1)
        return cells


@dataclass(frozen=True, slots=True)
class Edges:
    """n directed edges in units of cells: owner position, start (u, v), end (u, v)."""

    owner: Ints
    u0: Floats
    v0: Floats
    u1: Floats
    v1: Floats


def rasterise(areas: NDArray[np.object_], frame: Frame) -> Cells:
    """An array of rows x columns cells, flat; where polygons overlap, the lowest position wins."""
    kind = np.int16 if len(areas) < np.iinfo(np.int16).max else np.int32
    cells: Cells = np.full(frame.rows * frame.columns, NOWHERE, dtype=kind)
    mixed = np.zeros(len(cells), dtype=np.bool_)
    for edges in _edges_in_chunks(areas, frame):
        _fill(cells, edges, frame)
        _mark(mixed, edges, frame)
    cells[mixed] = MIXED
    return cells


def _edges_in_chunks(areas: NDArray[np.object_], frame: Frame) -> Iterator[Edges]:
    """Edges of all rings, highest positions first, so that lower ones are painted over them."""
    for start in reversed(range(0, len(areas), CHUNK)):
        parts, of_part = shapely.get_parts(areas[start : start + CHUNK], return_index=True)
        rings, of_ring = shapely.get_rings(parts, return_index=True)
        positions, ring = shapely.get_coordinates(rings, return_index=True)
        u = (positions[:, 0] - frame.west) * frame.per_lon
        v = (positions[:, 1] - frame.south) * frame.per_lat
        head = np.flatnonzero(ring[:-1] == ring[1:])
        owner = start + of_part[of_ring[ring[head]]]
        yield Edges(owner, u[head], v[head], u[head + 1], v[head + 1])


def _fill(cells: Cells, edges: Edges, frame: Frame) -> None:
    """Paint the owner into the cells whose centres lie inside it."""
    low = np.ceil(np.minimum(edges.v0, edges.v1) - 0.5).astype(np.int64)
    high = np.ceil(np.maximum(edges.v0, edges.v1) - 0.5).astype(np.int64)
    edge, row = _expanded(low, high - low)
    slope = (edges.u1 - edges.u0)[edge] / (edges.v1 - edges.v0)[edge]
    crossing = edges.u0[edge] + (row + 0.5 - edges.v0[edge]) * slope
    owner = edges.owner[edge]
    order = np.lexsort((crossing, row, -owner))
    into, out = order[0::2], order[1::2]
    first = np.clip(np.ceil(crossing[into] - 0.5), 0, frame.columns).astype(np.int64)
    last = np.clip(np.ceil(crossing[out] - 0.5), 0, frame.columns).astype(np.int64)
    span, column = _expanded(first, last - first)
    cells[row[into][span] * frame.columns + column] = owner[into][span]


def _mark(mixed: NDArray[np.bool_], edges: Edges, frame: Frame) -> None:
    """Mark every cell that an edge touches: cut edges to cell length and mark the boxes of the pieces."""
    du, dv = edges.u1 - edges.u0, edges.v1 - edges.v0
    pieces = np.maximum(np.ceil(np.maximum(np.abs(du), np.abs(dv))), 1).astype(np.int64)
    edge, piece = _expanded(np.zeros_like(pieces), pieces)
    start, stop = piece / pieces[edge], (piece + 1) / pieces[edge]
    u_low, u_high = _cell_range(edges.u0[edge], du[edge], start, stop, frame.columns)
    v_low, v_high = _cell_range(edges.v0[edge], dv[edge], start, stop, frame.rows)
    for column in (u_low, (u_low + u_high) // 2, u_high):
        for row in (v_low, (v_low + v_high) // 2, v_high):
            mixed[row * frame.columns + column] = True


def _cell_range(base: Floats, step: Floats, start: Floats, stop: Floats, count: int) -> tuple[Ints, Ints]:
    """First and last index (at most two apart) of the cells along one axis that a piece may touch."""
    a, b = base + step * start, base + step * stop
    low = np.floor(np.minimum(a, b) - SLACK).astype(np.int64)
    high = np.floor(np.maximum(a, b) + SLACK).astype(np.int64)
    return np.clip(low, 0, count - 1), np.clip(high, 0, count - 1)


def _expanded(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """For each i with counts[i] > 0 the pairs (i, first[i]), (i, first[i] + 1) ... of length counts[i]."""
    counts = np.maximum(counts, 0)
    item = np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(counts)
    value = np.arange(len(item)) - np.repeat(ends - counts, counts) + np.repeat(first, counts)
    return item, value
