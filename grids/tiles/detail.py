"""How near one must be to see a vertex: from which zoom on each is drawn, alike on both sides of a border.

A winding border has more vertices than the screen has pixels. From the nearest zoom outwards, what lies within a
third of a pixel of the line between its neighbours is left out, and what remains is thinned again at the next zoom.
Whether a vertex goes depends on nothing but itself and its two neighbours, which both areas have in common; where
three areas meet the neighbours differ, and the vertex stays. So no gap opens, and no seam between tiles.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FIRST_ZOOM: Final = 4
LAST_ZOOM: Final = 15
"""Outside these zooms nothing more is left out."""
PIXEL_BITS: Final = 19
"""A pixel is 2**19 units of the world at zoom 0: 512 of them across a world of 2**28."""
TOLERANCE: Final = 0.35
"""Pixels at the zoom of the tile, which is drawn at up to twice its size."""
ROUNDS: Final = 2
"""Of thinning at each zoom; the zooms further out go on where they end."""
SHORTEST: Final = 3
"""Vertices that a ring keeps at least."""

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]


def details(points: Small, lengths: Ints) -> NDArray[np.uint8]:
    """The zoom from which each of the `points` is drawn; ring r has `lengths[r]` of them, and is not closed."""
    found = np.zeros(len(points), dtype=np.uint8)
    left, fixed = np.arange(len(points)), _junctions(points, lengths)
    order = _shuffled(points)
    for zoom in range(LAST_ZOOM, FIRST_ZOOM - 1, -1):
        for _round in range(ROUNDS):
            if not len(left):
                return found
            drop = _superfluous(points[left], lengths, fixed[left], order[left], _units(zoom))
            starts = np.cumsum(lengths) - lengths
            is_short = lengths - np.add.reduceat(drop, starts, dtype=np.int64) < SHORTEST
            drop &= ~np.repeat(is_short, lengths)
            if not drop.any():
                break
            found[left[drop]] = zoom + 1
            left, lengths = left[~drop], lengths - np.add.reduceat(drop, starts, dtype=np.int64)
    return found


def _units(zoom: int) -> float:
    """The tolerance in units of the world."""
    return TOLERANCE * float(1 << (PIXEL_BITS - zoom))


def _neighbours(lengths: Ints) -> tuple[Ints, Ints]:
    """The positions of the vertices before and after each one in its ring."""
    ends = np.cumsum(lengths)
    positions = np.arange(int(ends[-1]) if len(ends) else 0)
    before, after = positions - 1, positions + 1
    before[ends - lengths], after[ends - 1] = ends - 1, ends - lengths
    return before, after


def _keys(points: Small) -> Ints:
    """Each vertex as one number."""
    return np.ascontiguousarray(points).view(np.int64)[:, 0]


def _shuffled(points: Small) -> Ints:
    """A number for each vertex that depends on its place alone and leaps from one to the next."""
    mixed = _keys(points).view(np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15)
    return (mixed >> np.uint64(32)).astype(np.int64)


def _junctions(points: Small, lengths: Ints) -> Flags:
    """Vertices that do not have the same two neighbours wherever they occur."""
    keys, (before, after) = _keys(points), _neighbours(lengths)
    low, high = np.minimum(keys[before], keys[after]), np.maximum(keys[before], keys[after])
    order = np.argsort(keys, kind="stable")
    keys, low, high = keys[order], low[order], high[order]
    is_same = keys[1:] == keys[:-1]
    differs = is_same & ((low[1:] != low[:-1]) | (high[1:] != high[:-1]))
    groups = np.concatenate([[0], np.cumsum(~is_same)]) if len(keys) else np.zeros(0, dtype=np.int64)
    is_odd = np.zeros(len(keys), dtype=bool)
    is_odd[groups[1:][differs]] = True
    found = np.empty(len(keys), dtype=bool)
    found[order] = is_odd[groups]
    return found


def _superfluous(points: Small, lengths: Ints, fixed: Flags, order: Ints, tolerance: float) -> Flags:
    """Vertices near the line between their neighbours, no two of them beside each other."""
    before, after = _neighbours(lengths)
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    wide, high = x[after] - x[before], y[after] - y[before]
    right, down = x - x[before], y - y[before]
    span, along = wide * wide + high * high, wide * right + high * down
    aside = wide * down - high * right
    is_near = ~fixed & (along > 0) & (along < span) & (aside * aside <= tolerance * tolerance * span)
    rank = np.where(is_near, order, np.iinfo(np.int64).max)
    found: Flags = is_near & (rank < rank[before]) & (rank < rank[after])
    return found
