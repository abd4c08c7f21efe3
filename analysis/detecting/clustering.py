"""Hot spots: where grids and their neighbours together have more than their share, by Getis-Ord Gi*. Pure.

The number of a grid and its nearest neighbours is compared with what as many ordinary grids have: mean and scatter are
those of all grids with the far outliers cut, so that a very hot grid does not hide itself. Numbers are skewed, so the
tail is that of a negative binomial with this mean and variance. Every grid is a test; q says how many of the rest would
be chance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.detecting.expecting import Model, fitted
from analysis.detecting.tails import adjusted, tail

NEIGHBOURS: Final = 4
METRES: Final = 111_320.0


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A grid with its neighbours. `peak`: of them the grid with the most tickets; `z`: standard deviations above."""

    centre: int
    members: Sequence[int]
    peak: int
    observed: int
    expected: float
    z: float
    p: float
    q: float


def neighbours(points: Mapping[int, tuple[float, float]], metres: float) -> dict[int, list[int]]:
    """Of each point (lon, lat) the nearest others within that distance, at most four."""
    cell = metres / METRES
    boxes: dict[tuple[int, int], list[int]] = {}
    for key, (lon, lat) in points.items():
        boxes.setdefault((int(lon // cell), int(lat // cell)), []).append(key)
    found = {}
    for key, (lon, lat) in points.items():
        wide = math.cos(math.radians(lat))
        reach = math.ceil(1 / max(0.1, wide))
        column, row = int(lon // cell), int(lat // cell)
        near = []
        for x in range(column - reach, column + reach + 1):
            for y in range(row - 1, row + 2):
                for other in boxes.get((x, y), ()):
                    away = math.hypot((points[other][0] - lon) * wide, points[other][1] - lat)
                    if other != key and away <= cell:
                        near.append((away, other))
        found[key] = [other for _away, other in sorted(near)[:NEIGHBOURS]]
    return found


def spots(
    counts: Mapping[int, int],
    near: Mapping[int, Sequence[int]],
    *,
    false_share: float,
    least: int,
    times: float,
) -> list[Spot]:
    """The hot spots among all grids of `near`, the hottest first; no grid belongs to two."""
    size = len(near)
    total = sum(counts.get(key, 0) for key in near)
    if size < 10 or not total:
        return []
    usual = fitted([counts.get(key, 0) for key in near], [1.0] * size)
    judged = [_judged(key, counts, near[key], usual) for key in near]
    ranked = adjusted([spot.p for spot in judged], size)
    hot = [
        replace(spot, q=q)
        for spot, q in zip(judged, ranked, strict=True)
        if q <= false_share and spot.observed >= least and spot.observed >= times * spot.expected
    ]
    taken: set[int] = set()
    found = []
    for spot in sorted(hot, key=lambda spot: (spot.p, -spot.z, spot.centre)):
        if taken.isdisjoint(spot.members):
            taken.update(spot.members)
            found.append(spot)
    return found


def _judged(key: int, counts: Mapping[int, int], near: Sequence[int], usual: Model) -> Spot:
    members = [key, *near]
    observed, expected = sum(counts.get(one, 0) for one in members), usual.level * len(members)
    spread = len(members) * (usual.level + usual.dispersion * usual.level**2)
    return Spot(
        centre=key,
        members=members,
        peak=max(members, key=lambda one: (counts.get(one, 0), -one)),
        observed=observed,
        expected=expected,
        z=(observed - expected) / math.sqrt(spread),
        p=tail(observed, expected, usual.dispersion / len(members)),
        q=1.0,
    )
