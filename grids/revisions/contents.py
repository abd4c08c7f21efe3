"""What stands in grids when their borders move: address points and micro grids are placed anew."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import shapely
from django.db.models import Q

from grids.geometry import label_point, stored_area
from grids.models import Building, Grid, MicroGrid
from grids.revisions.effect import Effect

MICRO_SERIALS = range(1, 100)


def place_buildings(effect: Effect) -> int:
    """Give each address point of the grids and communities concerned the grid that holds it now.

    A point in no grid of the revision keeps its grid, unless that has ended: then it has none.
    """
    touched = [*effect.ended, *effect.continued]
    communities = {grid.community_id for grid in (*touched, *effect.begun)}
    rows = list(
        Building.objects.select_for_update(of=("self",))
        .filter(Q(grid__in=touched) | Q(grid=None, community__in=communities))
        .select_related("community")
        .defer("community__boundary")
        .order_by("pk")
    )
    after = sorted(effect.grids.values(), key=lambda grid: grid.code)
    if not rows or not after:
        return 0
    places = shapely.points([row.lon for row in rows], [row.lat for row in rows])
    found, areas = shapely.STRtree([stored_area(grid.polygon) for grid in after]).query(
        places, predicate="intersects"
    )
    lowest = np.full(len(rows), len(after))
    np.minimum.at(lowest, found, areas)
    changed = [row for row, position in zip(rows, lowest, strict=True) if _move(row, after, int(position))]
    Building.objects.bulk_update(changed, ["grid", "community", "path"], batch_size=1000)
    return len(changed)


def _move(row: Building, after: list[Grid], position: int) -> bool:
    """Whether the address point has another place now."""
    was = (row.grid_id, row.community_id, row.path)
    if position < len(after):
        grid = after[position]
        row.grid, row.community, row.path = grid, grid.community, grid.path
    elif row.grid_id is not None:
        row.grid, row.path = None, row.community.path
    return (row.grid_id, row.community_id, row.path) != was


def place_micro_grids(effect: Effect, *, day: date) -> int:
    """Let micro grids follow the ground they stand on, with a code of their new grid; the old row stays."""
    touched = [*effect.ended, *effect.continued]
    rows = MicroGrid.objects.select_for_update(of=("self",)).filter(grid__in=touched, valid_to=None)
    moved = []
    for row in rows.order_by("code"):
        point = label_point(stored_area(row.polygon)) if row.polygon else (None, None)
        grid = effect.relocate(row.grid_id, *point)
        if grid.pk != row.grid_id:
            moved.append((row, grid))
    if not moved:
        return 0
    used = set(
        MicroGrid.objects.filter(grid__in={grid.pk for _row, grid in moved}).values_list("code", flat=True)
    )
    for row, grid in moved:
        code = _next_code(grid, used)
        used.add(code)
        if row.valid_from < day:
            MicroGrid.objects.filter(pk=row.pk).update(valid_to=day - timedelta(days=1))
            row.pk, row.valid_from = None, day
            row._state.adding = True
        row.grid, row.code = grid, code
        row.save()
    return len(moved)


def _next_code(grid: Grid, used: Iterable[str]) -> str:
    """The lowest code of a micro grid of this grid that nobody has or had; the last one when all are spent."""
    spent = set(used)
    codes = [f"{grid.code}{serial:02d}" for serial in MICRO_SERIALS]
    return next((code for code in codes if code not in spent), codes[-1])
