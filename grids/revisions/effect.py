"""What a revision has done, for those who follow it with posts, tickets, books and overlays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from grids.models import Grid, GridRevision, GridSuccession


@dataclass(frozen=True, eq=False)
class Effect:
    """`ended` are in force no longer, `begun` are new, `continued` kept their code and changed.

    `is_new` is False when the revision had taken effect before: there is nothing to follow again.
    """

    revision: GridRevision
    ended: tuple[Grid, ...]
    begun: tuple[Grid, ...]
    continued: tuple[Grid, ...]
    successions: tuple[GridSuccession, ...]
    is_new: bool = True

    @cached_property
    def heirs(self) -> dict[int, Grid]:
        """The grid that takes over from each old one, by the old one's id."""
        return {row.old_id: self.grids[row.new_id] for row in self.successions if row.is_heir}

    @cached_property
    def grids(self) -> dict[int, Grid]:
        """All grids that are in force after it, by id."""
        return {grid.pk: grid for grid in (*self.begun, *self.continued)}

    @property
    def ended_ids(self) -> tuple[int, ...]:
        """The ids of the grids that ended."""
        return tuple(grid.pk for grid in self.ended)

    def heir(self, old_grid_id: int) -> Grid:
        """The main successor of a grid of the revision: the one that was named, else the one with most of it."""
        return self.heirs[old_grid_id]

    def successors(self, old_grid_id: int) -> list[tuple[Grid, float]]:
        """(grid, share of the old area), the largest share first."""
        rows = sorted(
            (row for row in self.successions if row.old_id == old_grid_id), key=lambda row: -row.share
        )
        return [(self.grids[row.new_id], row.share) for row in rows]

    def relocate(self, old_grid_id: int, lon: float | None, lat: float | None) -> Grid:
        """The successor that holds the point; the heir when none of them does or there is no point."""
        if lon is not None and lat is not None:
            point = shapely.Point(lon, lat)
            for grid, _share in sorted(self.successors(old_grid_id), key=lambda item: item[0].code):
                if self._area(grid).intersects(point):
                    return grid
        return self.heir(old_grid_id)

    @cached_property
    def _areas(self) -> dict[int, BaseGeometry]:
        return {}

    def _area(self, grid: Grid) -> BaseGeometry:
        if grid.pk not in self._areas:
            area = shape(grid.polygon)
            shapely.prepare(area)
            self._areas[grid.pk] = area
        return self._areas[grid.pk]


def effect_of(revision: GridRevision) -> Effect:
    """The effect of a revision that took effect before, read back from its successions."""
    rows = list(
        GridSuccession.objects.filter(revision=revision)
        .select_related("old__community", "new__community")
        .defer("old__community__boundary", "new__community__boundary")
        .order_by("old__code", "-share")
    )
    olds: dict[int, Grid] = {row.old_id: row.old for row in rows}
    news: dict[int, Grid] = {row.new_id: row.new for row in rows}
    return Effect(
        revision=revision,
        ended=_by_code([grid for pk, grid in olds.items() if pk not in news]),
        begun=_by_code([grid for pk, grid in news.items() if pk not in olds]),
        continued=_by_code([grid for pk, grid in news.items() if pk in olds]),
        successions=tuple(rows),
        is_new=False,
    )


def _by_code(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    return tuple(sorted(grids, key=lambda grid: grid.code))
