"""Which areas of two partitions share ground, and how much of each. Pure: areas in, shares out.

Shares compare surfaces inside one polygon, so square degrees will do: the scale is the same on both sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from grids.geometry import Area


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What makes a pair worth a person's look: one of the two shares is enough."""

    share: float = 0.1
    grid_share: float = 0.5

    def admit(self, share: float, grid_share: float) -> bool:
        return share >= self.share or grid_share >= self.grid_share


@dataclass(frozen=True, slots=True)
class Match:
    """Area `first` of the one partition and area `second` of the other share ground.

    `share` is the common part of the first, `grid_share` that of the second; both between 0 and 1.
    """

    first: int
    second: int
    share: float
    grid_share: float


def match(firsts: Sequence[Area], seconds: Sequence[Area], wanted: Thresholds) -> list[Match]:
    """Every pair that the thresholds admit, by `first`, the largest share before the others."""
    if not firsts or not seconds:
        return []
    upper, lower = np.array(firsts, dtype=object), np.array(seconds, dtype=object)
    i, j = shapely.STRtree(lower).query(upper, predicate="intersects")
    common = shapely.area(shapely.intersection(upper[i], lower[j]))
    shares = np.clip(common / shapely.area(upper)[i], 0.0, 1.0)
    grid_shares = np.clip(common / shapely.area(lower)[j], 0.0, 1.0)
    kept = np.flatnonzero((shares >= wanted.share) | (grid_shares >= wanted.grid_share))
    found = [
        Match(int(i[n]), int(j[n]), round(float(shares[n]), 6), round(float(grid_shares[n]), 6)) for n in kept
    ]
    return sorted(found, key=lambda item: (item.first, -item.share, item.second))


def most_of(areas: Sequence[Area], holders: Sequence[Area]) -> list[int | None]:
    """For each area the position of the holder that has most of it; None where no holder touches it."""
    found: list[int | None] = [None] * len(areas)
    for item in match(areas, holders, Thresholds(share=1e-9, grid_share=2.0)):
        if found[item.first] is None:
            found[item.first] = item.second
    return found
