"""What stands around a revision: its communities with all their grids, touching ones, address points, codes.

From it come the plan that is checked and the map of the editor.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from grids import locator_cache
from grids.checks import Ground, Plan, Plot, Points, Report, check
from grids.models import Building, Grid, GridRevision, Region, RevisionGrid
from grids.revisions.drafting import DraftGrid, planned
from grids.standard import standard_on
from grids.states import OPEN

LEAD_IN = 0.0005
"""How far (degrees, some 50 m) a grid of another community may stand off and still be shown beside."""


@dataclass(frozen=True, eq=False)
class Setting:
    """Communities and grids are by code, each with its community read; `spent` are codes nobody may take."""

    communities: Mapping[str, Region]
    sources: Mapping[str, Grid]
    neighbours: Sequence[Grid]
    others: Sequence[Grid]
    buildings: Sequence[Building]
    spent: frozenset[str]

    @property
    def points(self) -> Points:
        """The address points as arrays."""
        rows, codes = self.buildings, {region.pk: code for code, region in self.communities.items()}
        return Points(
            np.array([row.lon for row in rows], dtype=np.float64),
            np.array([row.lat for row in rows], dtype=np.float64),
            [row.name for row in rows],
            [codes[row.community_id] for row in rows],
            np.array([row.household_count for row in rows], dtype=np.int64),
        )

    def plan(self, results: Iterable[DraftGrid], *, on: date) -> Plan:
        """The plan that these results make, by the standard of a day."""
        return Plan(
            grounds={code: ground_of(region) for code, region in self.communities.items()},
            plots=[*(draft.plot() for draft in results), *map(plot_of, self.neighbours)],
            others=[plot_of(grid) for grid in self.others],
            sources=[plot_of(grid) for grid in self.sources.values()],
            points=self.points,
            standard=standard_on(on),
            spent_codes=self.spent,
        )


def ground_of(region: Region) -> Ground:
    """A community as the check sees it."""
    area: BaseGeometry | None = shape(region.boundary) if region.boundary else None
    if area is not None and not area.is_valid:
        area = shapely.make_valid(area)
    return Ground(region.code, region.name, area)


def plot_of(grid: Grid) -> Plot:
    """A grid in force as the check sees it; with its community read."""
    return Plot(
        code=grid.code,
        name=grid.name,
        community=grid.community.code,
        area=shape(grid.polygon),
        households=grid.household_count,
        is_exclusive=grid.kind == Grid.Kind.EXCLUSIVE,
    )


def setting_of(revision: GridRevision, results: Iterable[DraftGrid]) -> Setting:
    """Everything around a revision with these results. Unprocessable for a community that is not known."""
    taken = (
        revision.sources.select_related("grid__community")
        .defer("grid__community__boundary")
        .order_by("grid__code")
    )
    return setting_around([row.grid for row in taken], results, but=revision.pk)


def setting_around(
    sources: Sequence[Grid], results: Iterable[DraftGrid], *, but: int | None = None
) -> Setting:
    """As `setting_of`; `but` is the revision whose own planned codes are not spent."""
    drafts = list(results)
    wanted = {grid.community.code for grid in sources} | {draft.community for draft in drafts}
    communities = {
        row.code: row
        for row in Region.objects.filter(
            code__in=wanted, level=Region.Level.COMMUNITY, valid_to=None
        ).order_by("code")
    }
    if unknown := sorted(wanted - communities.keys()):
        raise Unprocessable(
            fields={"results": [_("There is no community %(code)s") % {"code": code} for code in unknown]}
        )
    ids = [grid.pk for grid in sources]
    here = [row.pk for row in communities.values()]
    rows = Grid.objects.filter(valid_to=None).select_related("community").defer("community__boundary")
    rows = rows.order_by("code")  # a boundary is read once for each community, not with each of its grids
    neighbours = list(rows.filter(community__in=here).exclude(pk__in=ids))
    around = _around([*(shape(g.polygon) for g in (*sources, *neighbours)), *(d.area for d in drafts)])
    others = list(rows.filter(pk__in=around).exclude(community__in=here).exclude(pk__in=ids))
    buildings = Building.objects.filter(is_active=True, community__in=here)
    return Setting(
        communities=communities,
        sources={grid.code: grid for grid in sources},
        neighbours=neighbours,
        others=others,
        buildings=list(buildings.order_by("code")),
        spent=spent_codes(here, but=but),
    )


def _around(areas: Sequence[Any]) -> list[int]:
    """Ids of grids in force whose box comes near one of these areas."""
    if not areas:
        return []
    locator = locator_cache.current().locator
    west, south, east, north = shapely.total_bounds(areas)
    if not np.isfinite([west, south, east, north]).all():
        return []
    window = shapely.box(west - LEAD_IN, south - LEAD_IN, east + LEAD_IN, north + LEAD_IN)
    return [int(locator.ids[position]) for position in locator.tree.query(window)]


def spent_codes(communities: Collection[int], *, but: int | None = None) -> frozenset[str]:
    """The codes of all grids that these communities have or had, and of those that other revisions plan."""
    used = Grid.objects.filter(community__in=communities).values_list("code", flat=True)
    planning = RevisionGrid.objects.filter(community__in=communities, revision__state__in=OPEN)
    return frozenset(used) | frozenset(planning.exclude(revision=but).values_list("code", flat=True))


def results_of(revision: GridRevision) -> list[DraftGrid]:
    """The stored results, by code."""
    rows = revision.results.select_related("community", "heir_of").order_by("code")
    rows = rows.defer("community__boundary", "heir_of__polygon")
    return [planned(row) for row in rows]


def check_revision(
    revision: GridRevision, results: Sequence[DraftGrid] | None = None, *, at: datetime
) -> Report:
    """The check of a revision as it is stored, or with other results."""
    drafts = results_of(revision) if results is None else results
    return check(setting_of(revision, drafts).plan(drafts, on=local(at).date()))
