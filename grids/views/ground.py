"""The ground that a map is drawn on: our own vector tiles, the window that is shown first, the grid drawn strongest."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any, Final

import shapely
from django.db.models import Count, Max, Min
from django.urls import reverse

from governance.accounts.models import User
from grids import locator_cache
from grids import scope as scopes
from grids.models import Grid
from grids.territory import current as territory
from grids.tiles.store import edition
from grids.views.places import common

DECIMALS = 5
KEPT = 512
FIRST_ZOOM: Final = 8.0
"""The lowest zoom at which there are tiles of grids."""
LAST_ZOOM: Final = 13.0
GRID_PIXELS: Final = 16
"""As wide as half of the grids are at least where they are drawn; from further away their communities are."""
WORLD_PIXELS: Final = 512
"""The width of the world at zoom 0."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`tiles` has {layer}, {z}, {x} and {y} to be filled in; `box` is west, south, east, north, or empty."""

    tiles: str
    box: str
    chosen: str = ""


def tiles_url() -> str:
    """The address of tiles of the edition of now."""
    address = reverse("grids:tile", args=[edition(), "layer", 0, 0, 0])
    return address.replace("/layer/0/0/0.", "/{layer}/{z}/{x}/{y}.")


def grids_from() -> float:
    """The zoom from which grids are drawn one by one, kept for each state of the territory."""
    return _grids_from(territory().number)


@lru_cache(maxsize=8)
def _grids_from(_number: int) -> float:
    rows = Grid.objects.filter(valid_to=None, lon__isnull=False, lat__isnull=False).order_by()
    boxes = rows.values("community").annotate(Count("id"), Min("lon"), Max("lon"), Min("lat"), Max("lat"))
    sides = [side for box in boxes if (side := _side(box))]
    if not sides:
        return FIRST_ZOOM
    zoom = math.log2(GRID_PIXELS / (WORLD_PIXELS * median(sides)))
    return min(max(math.ceil(zoom * 10) / 10, FIRST_ZOOM), LAST_ZOOM)


def _side(box: Mapping[str, Any]) -> float:
    """From one grid of a community to the next, in widths of the world; 0 where it cannot be told.

    n middles that lie over a window like a net have √n - 1 gaps along its side.
    """
    count = int(box["id__count"])
    wide: float = (box["lon__max"] - box["lon__min"]) / 360
    high: float = (box["lat__max"] - box["lat__min"]) / 360 / math.cos(math.radians(box["lat__min"]))
    if wide > 0 and high > 0 and count > 3:
        return math.sqrt(wide * high) / (math.sqrt(count) - 1)
    return max(wide, high) / max(1, count - 1)


def ground_of(path: str = "") -> Ground:
    """The ground of a place, of the whole city without one. A grid is drawn strongest."""
    place = territory().by_path.get(path)
    chosen = place.code if place is not None and place.level == "grid" else ""
    return Ground(tiles=tiles_url(), box=box_of(path), chosen=chosen)


def area_of(user: User | None) -> str:
    """The smallest place that holds all that a person covers; the whole city for none."""
    scope, land = scopes.of(user), territory()
    areas = (area for unit in sorted(scope.unit_ids) for area in land.areas.get(unit, ()))
    return common(scope.paths or tuple(areas))


def box_of(path: str) -> str:
    """The window around all grids of a place, kept for each state of the territory."""
    return _box(locator_cache.current().territory.number, path)


@lru_cache(maxsize=KEPT)
def _box(_number: int, path: str) -> str:
    snapshot = locator_cache.current()
    grids = snapshot.territory.grids
    areas = [area for pk, area in snapshot.areas.items() if pk in grids and grids[pk].path.startswith(path)]
    if not areas:
        return ""
    return ",".join(f"{value:.{DECIMALS}f}" for value in shapely.total_bounds(areas))
