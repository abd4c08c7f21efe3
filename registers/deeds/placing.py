"""Where a point lies: its grid, or the community of the nearest grid when it lies just outside all of them."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Unprocessable
from grids import locator_cache
from grids.coordinates import InvalidPoint, checked
from grids.models import GridAssignment
from grids.territory import current as territory

FARTHEST_METRES = 5_000


@dataclass(frozen=True, kw_only=True)
class Placement:
    """`grid_path` is empty outside every grid; `path` is then the community's."""

    grid_id: int | None
    community_id: int
    grid_path: str
    path: str


def placed(lon: float, lat: float) -> Placement:
    """The place of a WGS-84 point. Raises Unprocessable for no point, or one far from every grid."""
    try:
        checked(lon, lat)
    except InvalidPoint as error:
        raise Unprocessable(
            fields={"lon": [_("This is not a point on the map: please mark it again")]}
        ) from error
    hit = locator_cache.locate(lon, lat)
    if hit is not None:
        return Placement(grid_id=hit.id, community_id=hit.community_id, grid_path=hit.path, path=hit.path)
    near = locator_cache.nearest_grid(lon, lat)
    if near is None or near.metres > FARTHEST_METRES:
        raise Unprocessable(fields={"lon": [_("This point is far from every grid: please mark it again")]})
    community = territory().regions[near.community_id]
    return Placement(grid_id=None, community_id=community.id, grid_path="", path=community.path)


def worker_of(grid_id: int | None) -> int | None:
    """Who is responsible in a grid unless somebody else is named: its patroller, else its leader."""
    if grid_id is None:
        return None
    rows = GridAssignment.objects.filter(Q(ends_on=None), post__grid_id=grid_id)
    found = dict(rows.order_by("-id").values_list("post__kind", "user_id"))
    return found.get("grid_patroller", found.get("grid_leader"))
