"""The ground that a map is drawn on: our own vector tiles, the window that is shown first, the grid drawn strongest."""

from dataclasses import dataclass
from functools import lru_cache

import shapely
from django.urls import reverse

from governance.accounts.models import User
from grids import locator_cache
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.places import common

DECIMALS = 5
KEPT = 512


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`tiles` has {layer}, {z}, {x} and {y} to be filled in; `box` is west, south, east, north, or empty."""

    tiles: str
    box: str
    chosen: str = ""


def tiles_url() -> str:
    """The address of tiles of the territory of now."""
    address = reverse("grids:tile", args=[territory().number, "layer", 0, 0, 0])
    return address.replace("/layer/0/0/0.", "/{layer}/{z}/{x}/{y}.")


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
