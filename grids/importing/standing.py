"""What stands in grids that an import has drawn or redrawn: address points are placed anew."""

from collections.abc import Iterable

from django.db.models import Q

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
        row.grid = grid
        row.community = grid.community if grid else row.community
        row.path = grid.path if grid else row.community.path
        moved.append(row)
    Building.objects.bulk_update(moved, ["grid", "community", "path"], batch_size=1_000)
    return len(moved)
