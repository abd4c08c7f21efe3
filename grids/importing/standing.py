"""What stands in grids that an import has drawn or redrawn: address points are placed anew."""

import json
from collections.abc import Iterable

from django.db.models import Q

from governance.foundation.prepared import fetch_all
from grids.geometry import parse_area
from grids.locator import NO_GRID, Locator
from grids.models import Building, Grid


def place_buildings(grids: Iterable[Grid]) -> int:
    """Give the address points of the communities of these grids the grid that holds them now; how many moved."""
    communities = {grid.community_id for grid in grids}
    rows = list(
        Building.objects.select_for_update(of=("self",))
        .filter(Q(community__in=communities) | Q(grid__community__in=communities))
        .select_related("community")
        .order_by("pk")
    )
    if not rows:
        return 0
    present = {
        grid.pk: grid
        for grid in Grid.objects.filter(community__in=communities, valid_to=None).select_related("community")
    }
    locator = Locator.build(
        [grid.code for grid in present.values()],
        list(present),
        [parse_area(grid.polygon) for grid in present.values()],
    )
    found = locator.locate_many([row.lon for row in rows], [row.lat for row in rows])
    moved = []
    for row, pk in zip(rows, found.tolist(), strict=True):
        grid = None if pk == NO_GRID else present[pk]
        if (grid.pk if grid else None) == row.grid_id:
            continue
        community = grid.community if grid else row.community
        path = grid.path if grid else community.path
        moved.append({"id": row.pk, "grid_id": grid and grid.pk, "community_id": community.pk, "path": path})
    for first in range(0, len(moved), BATCH):
        fetch_all(_PLACE, [json.dumps(moved[first : first + BATCH])])
    return len(moved)


BATCH = 5_000
_PLACE = """
UPDATE grids_building b SET grid_id = v.grid_id, community_id = v.community_id, path = v.path
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, grid_id bigint, community_id bigint, path text)
 WHERE b.id = v.id
"""
