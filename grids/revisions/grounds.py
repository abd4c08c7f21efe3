"""A grid that goes to another community takes its ground along: the boundaries on both sides follow."""

from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from grids.geometry import Area, label_point, to_geojson
from grids.models import Grid, Region
from grids.revisions.effect import Effect


def move_grounds(effect: Effect) -> dict[str, Any]:
    """Change the boundaries of all regions that lose or win ground; gives the former ones by code.

    Regions without a boundary stay without one.
    """
    former: dict[str, Any] = {}
    for old, new in _transferred(effect):
        ground = shape(new.polygon)
        losing = _above(old.community, but=new.community.path)
        winning = _above(new.community, but=old.community.path)
        for region, is_loss in [(item, True) for item in losing] + [(item, False) for item in winning]:
            if not region.boundary:
                continue
            area = shape(region.boundary)
            former.setdefault(region.code, region.boundary)
            _redraw(region, shapely.difference(area, ground) if is_loss else shapely.union(area, ground))
    return former


def _transferred(effect: Effect) -> list[tuple[Grid, Grid]]:
    """(old, new) where the new grid lies in another community and takes over from the old one."""
    olds = {grid.pk: grid for grid in (*effect.ended, *effect.continued)}
    pairs = [(olds[pk], grid) for pk, grid in effect.heirs.items()]
    named = {row.code: row.heir_of_id for row in effect.revision.results.all()}
    return [
        (old, new)
        for old, new in pairs
        if old.community_id != new.community_id and named.get(new.code) == old.pk
    ]


def _above(community: Region, *, but: str) -> list[Region]:
    """The community and the regions above it that do not hold the place `but`."""
    parts = community.path.rstrip("/").split("/")
    paths = ["/".join(parts[: index + 1]) + "/" for index in range(len(parts))]
    apart = [path for path in paths if not but.startswith(path)]
    rows = Region.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(path__in=apart, valid_to=None).order_by("pk"))


def _redraw(region: Region, area: BaseGeometry) -> None:
    found = _surfaces(area)
    region.boundary = to_geojson(found)
    region.lon, region.lat = label_point(found)
    region.save(update_fields=["boundary", "lon", "lat"])


def _surfaces(area: BaseGeometry) -> Area:
    parts = [part for part in shapely.get_parts(area) if isinstance(part, Polygon) and part.area]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
