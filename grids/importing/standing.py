"""What stands in grids that an import has drawn or redrawn: address points are placed anew."""

import json
from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from governance.foundation.prepared import fetch_all
from grids.geometry import stored_area
from grids.locator import NO_GRID, Locator
from grids.models import Building, Grid, Region


def place_buildings(grids: Iterable[Grid]) -> int:
    """Give the address points of the communities of these grids the grid that holds them now; how many moved."""
    communities = {grid.community_id for grid in grids}
    points = Building.objects.select_for_update(of=("self",)).filter(
        Q(community__in=communities) | Q(grid__community__in=communities)
    )
    rows = list(points.order_by("pk").values_list("pk", "lon", "lat", "grid_id", "community_id"))
    if not rows:
        return 0
    inside = Grid.objects.filter(community__in=communities, valid_to=None).order_by("code")
    present = {pk: (community, path) for pk, community, path in inside.values_list("pk", *PLACED)}
    borders = list(inside.values_list("code", "pk", "polygon"))
    locator = Locator.build(
        [code for code, _pk, _polygon in borders],
        [pk for _code, pk, _polygon in borders],
        [stored_area(polygon) for _code, _pk, polygon in borders],
    )
    # Communities are read without their boundaries: those weigh more than all the rest together.
    paths = dict(Region.objects.filter(pk__in={row[4] for row in rows}).values_list("pk", "path"))
    found = locator.locate_many([row[1] for row in rows], [row[2] for row in rows]).tolist()
    moved = []
    for (pk, _lon, _lat, before, community), after in zip(rows, found, strict=True):
        grid_id = None if after == NO_GRID else after
        if grid_id != before:
            community_id, path = present[grid_id] if grid_id else (community, paths[community])
            moved.append({"id": pk, "grid_id": grid_id, "community_id": community_id, "path": path})
    for first in range(0, len(moved), BATCH):
        fetch_all(_PLACE, [json.dumps(moved[first : first + BATCH])])
    return len(moved)


BATCH: Final = 5_000
PLACED: Final = ("community_id", "path")
_PLACE = """
UPDATE grids_building b SET grid_id = v.grid_id, community_id = v.community_id, path = v.path
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, grid_id bigint, community_id bigint, path text)
 WHERE b.id = v.id
"""
