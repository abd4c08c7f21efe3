"""Taking one tile out of a sheet: candidates by box, rounding to the zoom's grid, clipping of what crosses the edge."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.tiles.encoding import Kind, Shapes
from grids.tiles.sheets import TILE_BITS, TOP_ZOOM, Flags, Ints, Sheet, Small, flat_rings

BUFFER: Final = 64  # units beyond the edge, so that a line along it is not cut in half
ROUNDED_BITS: Final = 2  # below the top zoom vertices lie on every fourth unit: half a pixel


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the web's scheme: zoom 0 is the world, y counts from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether there is such a tile, no deeper than the sheets go."""
        return 0 <= self.z <= TOP_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def shift(self) -> int:
        """Bits of a world unit that a unit of this tile does not have."""
        return TOP_ZOOM - self.z

    @property
    def corner(self) -> Ints:
        """Its north-west corner in world units."""
        return np.array([self.x, self.y], dtype=np.int64) << (TILE_BITS + self.shift)

    def window(self, buffer: int = BUFFER) -> tuple[int, int, int, int]:
        """West, north, east, south in world units, the buffer included."""
        west, north = self.corner.tolist()
        more, side = buffer << self.shift, 1 << (TILE_BITS + self.shift)
        return west - more, north - more, west + side + more, north + side + more


def areas_in(sheet: Sheet, tile: Tile, most_rank: int | None = None) -> Shapes:
    """The areas that reach into the tile; those whose rank is greater than `most_rank` are left out."""
    west, north, east, south = tile.window()
    box = sheet.boxes
    touches = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= south) & (box[:, 3] >= north)
    if most_rank is not None:
        touches &= sheet.ranks <= most_rank
    inside = touches & (box[:, 0] >= west) & (box[:, 2] <= east) & (box[:, 1] >= north) & (box[:, 3] <= south)
    whole = _rings_of(sheet, inside, tile.z)
    cut = _clipped(sheet, touches & ~inside, tile)
    return _rounded(_joined(whole, cut), tile)


def labels_in(sheet: Sheet, tile: Tile, most_rank: int | None = None) -> Shapes:
    """The label points in the tile itself: each lies in one tile only."""
    west, north, east, south = tile.window(0)
    x, y = sheet.labels[:, 0], sheet.labels[:, 1]
    here = (x >= west) & (x < east) & (y >= north) & (y < south)
    if most_rank is not None:
        here &= sheet.ranks <= most_rank
    found = np.flatnonzero(here)
    points = (sheet.labels[found] - tile.corner) >> tile.shift
    return Shapes(Kind.POINT, points, np.arange(len(found) + 1), found)


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """Rings in world units, not closed; `lengths` vertices each, of the feature `owners`, `is_outer` or a hole."""

    points: Small
    lengths: Ints
    owners: Ints
    is_outer: Flags


def _pairs(points: Small) -> Ints:
    """The vertices as one number each: they are compared and picked twice as fast."""
    return points.view(np.int64)[:, 0]


def _picked(points: Small, flags: Flags) -> Small:
    return _pairs(points)[flags].view(np.int32).reshape(-1, 2)


def _rings_of(sheet: Sheet, chosen: Flags, zoom: int) -> _Rings:
    """The rings of the chosen features, with the vertices that can be seen at that zoom."""
    taken = chosen[sheet.owners]
    drawn = np.repeat(taken, sheet.lengths) & (sheet.details <= zoom)
    starts = (np.cumsum(sheet.lengths) - sheet.lengths)[taken]
    lengths = np.add.reduceat(drawn, starts, dtype=np.int64) if len(starts) else starts
    return _Rings(_picked(sheet.points, drawn), lengths, sheet.owners[taken], sheet.is_outer[taken])


def _clipped(sheet: Sheet, chosen: Flags, tile: Tile) -> _Rings:
    """The rings of the chosen features cut to the tile's window."""
    rings, window = _rings_of(sheet, chosen, tile.z), tile.window()
    if not len(rings.lengths):
        return rings
    polygons = _polygons(rings)
    # Whole units may let a ring touch or cross itself; of such a one GEOS would give the whole window.
    is_crossed = ~shapely.is_valid(polygons)
    if is_crossed.any():
        polygons[is_crossed] = shapely.make_valid(
            polygons[is_crossed], method="structure", keep_collapsed=False
        )
    found, source = shapely.get_parts(shapely.clip_by_rect(polygons, *window), return_index=True)
    keep = shapely.get_type_id(found) == shapely.GeometryType.POLYGON
    cut = flat_rings(shapely.orient_polygons(found[keep]))
    owners = rings.owners[rings.is_outer][source[keep]]
    return _Rings(cut.points, cut.lengths, owners[cut.pieces], cut.is_outer)


def _polygons(rings: _Rings) -> NDArray[np.object_]:
    """One polygon for each outer ring, with the holes that follow it."""
    starts = np.cumsum(rings.lengths) - rings.lengths
    closed = np.insert(rings.points.astype(np.float64), starts + rings.lengths, rings.points[starts], axis=0)
    ring_of = np.repeat(np.arange(len(starts)), rings.lengths + 1)
    lines = np.asarray(shapely.linearrings(closed, indices=ring_of))
    outers = lines[rings.is_outer]
    polygons: NDArray[np.object_] = np.asarray(shapely.polygons(outers))
    piece_of = np.cumsum(rings.is_outer) - 1
    for piece in np.unique(piece_of[~rings.is_outer]).tolist():
        polygons[piece] = shapely.polygons(outers[piece], lines[(piece_of == piece) & ~rings.is_outer])
    return polygons


def _joined(some: _Rings, more: _Rings) -> _Rings:
    """Both; no feature has rings in both."""
    if not len(more.lengths):
        return some
    return _Rings(
        np.concatenate((some.points, more.points)),
        np.concatenate((some.lengths, more.lengths)),
        np.concatenate((some.owners, more.owners)),
        np.concatenate((some.is_outer, more.is_outer)),
    )


def _rounded(rings: _Rings, tile: Tile) -> Shapes:
    """On the zoom's grid and in tile units, without vertices and rings that have vanished."""
    bits = ROUNDED_BITS if tile.z < TOP_ZOOM else 0
    shift = tile.shift + bits
    # Tiles of every zoom begin on the grid, so whole steps of it can be counted from the corner.
    points = rings.points - tile.corner.astype(np.int32)
    if shift:
        points += 1 << (shift - 1)
        points >>= shift
    points, lengths = _without_repeats(points, rings.lengths)
    keep = _is_surface(points, lengths, rings.is_outer)
    if not keep.all():
        points = _picked(points, np.repeat(keep, lengths))
    starts = np.concatenate([[0], np.cumsum(lengths[keep])])
    return Shapes(Kind.POLYGON, points.astype(np.int64) << bits, starts, rings.owners[keep])


def _without_repeats(points: Small, lengths: Ints) -> tuple[Small, Ints]:
    """Without vertices that have become equal to the one before them in their ring."""
    if not len(points):
        return points, lengths
    pairs, ends = _pairs(points), np.cumsum(lengths)
    differs = np.empty(len(pairs), dtype=bool)
    np.not_equal(pairs[1:], pairs[:-1], out=differs[1:])
    differs[ends - lengths] = pairs[ends - lengths] != pairs[ends - 1]
    return _picked(points, differs), np.add.reduceat(differs, ends - lengths, dtype=np.int64)


def _is_surface(points: Small, lengths: Ints, is_outer: Flags) -> Flags:
    """Which rings still enclose something and turn the way they did; a hole goes with its outer ring."""
    area = np.zeros(len(lengths), dtype=np.int64)
    there = np.flatnonzero(lengths)
    if len(there):
        starts = np.cumsum(lengths[there]) - lengths[there]
        x, y = points[:, 0].astype(np.int64), points[:, 1].astype(np.int64)
        cross = np.empty(len(points), dtype=np.int64)
        cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
        lasts = starts + lengths[there] - 1
        cross[lasts] = x[lasts] * y[starts] - x[starts] * y[lasts]
        area[there] = np.add.reduceat(cross, starts)
    alive = np.where(is_outer, area > 0, area < 0)
    outer_of = np.maximum.accumulate(np.where(is_outer, np.arange(len(alive)), 0))
    keep: Flags = alive & alive[outer_of] if len(alive) else alive
    return keep
