"""What a check looks at: grids as they are or shall be, the communities they divide, the address points. Pure.

Areas are WGS-84 degrees, (lon, lat). A plan holds *all* grids of its communities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
HOUSEHOLDS: Final = (300, 800)


@dataclass(frozen=True, slots=True)
class Standard:
    """Tolerances in square metres of a piece; pieces narrower than `sliver_m` metres are no pieces."""

    household_min: int = HOUSEHOLDS[0]
    household_max: int = HOUSEHOLDS[1]
    gap_m2: float = 100.0
    overlap_m2: float = 25.0
    outside_m2: float = 100.0
    sliver_m: float = 0.5


@dataclass(frozen=True, slots=True)
class Plot:
    """A grid as it is or shall be. `is_own`: it belongs to the revision that is checked."""

    code: str
    name: str
    community: str
    area: BaseGeometry
    households: int = 0
    is_exclusive: bool = False
    heir_of: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """A community. `area` None: no boundary is known, so the ground covered before stands for it."""

    code: str
    name: str
    area: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Address points of the communities, as parallel arrays of n."""

    lons: Floats
    lats: Floats
    names: Sequence[str]
    communities: Sequence[str]
    households: NDArray[np.int64]

    @classmethod
    def none(cls) -> "Points":
        """No address points."""
        return cls(np.empty(0), np.empty(0), (), (), np.empty(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.names)

    def households_in(self, ground: BaseGeometry) -> int:
        """The households of the address points on that ground, in degrees."""
        shapely.prepare(ground)
        return int(self.households[shapely.intersects_xy(ground, self.lons, self.lats)].sum())


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`others`: grids of neighbouring communities that touch; `sources`: the grids that the plan replaces;
    `spent_codes`: codes that no new grid may take.
    """

    grounds: Mapping[str, Ground]
    plots: Sequence[Plot]
    others: Sequence[Plot] = ()
    sources: Sequence[Plot] = ()
    points: Points = field(default_factory=Points.none)
    standard: Standard = field(default_factory=Standard)
    spent_codes: frozenset[str] = frozenset()

    @property
    def is_revision(self) -> bool:
        return any(plot.is_own for plot in self.plots) or bool(self.sources)


def ground_before(plan: Plan, code: str) -> BaseGeometry:
    """The community as it is: its boundary, else what its grids covered."""
    known = plan.grounds[code].area
    if known is not None:
        return known
    covered = [plot.area for plot in plan.sources if plot.community == code]
    covered += [plot.area for plot in plan.plots if plot.community == code and not plot.is_own]
    return shapely.union_all(covered) if covered else shapely.Polygon()


def transfers(plan: Plan) -> list[tuple[str, str, BaseGeometry]]:
    """(from, to, ground) of every result that takes over a source of another community."""
    sources = {plot.code: plot for plot in plan.sources}
    moved = []
    for plot in plan.plots:
        heir = sources.get(plot.heir_of)
        if plot.is_own and heir is not None and heir.community != plot.community:
            given = [item.area for item in plan.sources if item.community == heir.community]
            moved.append(
                (heir.community, plot.community, shapely.intersection(plot.area, shapely.union_all(given)))
            )
    return moved


def grounds_after(plan: Plan) -> dict[str, BaseGeometry]:
    """Each community as it will be: a grid that goes to another community takes its ground along."""
    after = {code: ground_before(plan, code) for code in plan.grounds}
    for giver, taker, ground in transfers(plan):
        if taker in after:
            after[taker] = shapely.union(after[taker], ground)
        if giver in after:
            after[giver] = shapely.difference(after[giver], ground)
    return after
