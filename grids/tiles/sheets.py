"""A sheet: everything of one layer as flat arrays of whole numbers in the plane of the web's maps.

The world is a square of 2**28 units (Web Mercator, y down): 4,096 units across a tile of zoom 16, about 13 cm in our
latitudes. A vertex that two areas share is the same pair of numbers in both, so what zoom levels round away is rounded
alike on both sides of a border and no gap opens.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from grids.geometry import Area
from grids.tiles.attributes import Column, Columns, Value
from grids.tiles.detail import details

TOP_ZOOM: Final = 16
TILE_BITS: Final = 12
WORLD: Final = 1 << (TOP_ZOOM + TILE_BITS)
MAX_LAT: Final = 85.051_128_779_806_59

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]


def world(lons: ArrayLike, lats: ArrayLike) -> Small:
    """(n, 2) whole units of n positions in degrees."""
    lat = np.radians(np.clip(np.asarray(lats, dtype=np.float64), -MAX_LAT, MAX_LAT))
    x = np.asarray(lons, dtype=np.float64) / 360.0 + 0.5
    y = 0.5 - np.arctanh(np.sin(lat)) / math.tau
    units = np.rint(np.stack([x, y], axis=-1) * WORLD)
    return np.clip(units, 0, WORLD - 1).astype(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class FlatRings:
    """Rings of polygons, not closed: `lengths` vertices each, of the polygon `pieces`, `is_outer` or a hole."""

    points: Small
    lengths: Ints
    pieces: Ints
    is_outer: Flags


def flat_rings(polygons: NDArray[np.object_]) -> FlatRings:
    """All rings of n polygons in whole units, each outer ring before its holes."""
    rings, pieces = shapely.get_rings(polygons, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    counts = np.bincount(ring_of, minlength=len(rings))
    is_kept = np.ones(len(points), dtype=bool)
    is_kept[np.cumsum(counts) - 1] = False
    is_outer = np.ones(len(rings), dtype=bool)
    is_outer[1:] = pieces[1:] != pieces[:-1]
    return FlatRings(np.rint(points[is_kept]).astype(np.int32), counts - 1, pieces, is_outer)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """n features: their rings, label points, numbers and attributes.

    Ring r has `lengths[r]` of the `points`, each drawn from the zoom `details` on; an outer ring has a positive area,
    its holes follow it; `owners[r]` is the feature's position. `boxes` are west, north, east, south of the features,
    `ranks` what a zoom asks for (`layers`).
    """

    ids: Sequence[int]
    columns: Columns
    points: Small
    details: NDArray[np.uint8]
    lengths: Ints
    owners: Ints
    is_outer: Flags
    boxes: Small
    labels: Small
    ranks: Small

    @classmethod
    def of(
        cls,
        areas: Sequence[Area],
        ids: Sequence[int],
        columns: Mapping[str, Sequence[Value]],
        labels: Sequence[tuple[float, float]],
        ranks: Sequence[int] | None = None,
    ) -> Self:
        """The sheet of n areas in degrees; the other sequences run along them. Labels are (lon, lat)."""
        plain = np.empty(len(areas), dtype=object)
        plain[:] = list(areas)
        flat = shapely.transform(plain, _plane)
        pieces, owners = shapely.get_parts(shapely.orient_polygons(flat), return_index=True)
        rings = flat_rings(pieces)
        places = np.array(labels, dtype=np.float64).reshape(-1, 2)
        return cls(
            ids=ids,
            columns={name: Column.of(values) for name, values in columns.items()},
            points=rings.points,
            details=details(rings.points, rings.lengths),
            lengths=rings.lengths,
            owners=owners[rings.pieces],
            is_outer=rings.is_outer,
            boxes=shapely.bounds(flat).astype(np.int32).reshape(-1, 4),
            labels=world(places[:, 0], places[:, 1]),
            ranks=np.zeros(len(areas), dtype=np.int32) if ranks is None else np.array(ranks, dtype=np.int32),
        )

    def __len__(self) -> int:
        return len(self.boxes)


def _plane(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return world(degrees[:, 0], degrees[:, 1]).astype(np.float64)
