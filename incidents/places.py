"""Where a report lies: from a point, a grid or a region to the frozen place of the ticket."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text, Unprocessable
from grids import locator_cache
from grids.coordinates import CoordSystem, InvalidPoint, to_wgs84
from grids.territory import Place, Territory, latest
from grids.territory import current as territory
from incidents.successors import place_now


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What the reporter knows: a point with the system it was measured in, or the code of a region or grid."""

    lon: float | None = None
    lat: float | None = None
    coord_system: str = CoordSystem.WGS84.value
    accuracy: float | None = None
    region_code: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Located:
    """The place as the ticket keeps it. `lon`, `lat` are WGS-84."""

    place: Place
    lon: float | None
    lat: float | None
    is_outside: bool


BAD_POINTS: dict[str, Text] = {
    "not_a_number": _("This is not a possible position"),
    "out_of_range": _("This is not a possible position"),
    "swapped": _("Longitude and latitude seem to be swapped"),
    "unknown_system": _("Unknown coordinate system: use wgs84, gcj02 or bd09"),
}
FAR_METRES = 50_000.0


def locate(spot: Spot) -> Located:
    """Find the place. A point outside every grid belongs to the nearest one's community, and is marked.

    Raises Unprocessable for an impossible point, one far away from the city (usually a wrong or swapped
    coordinate system) and an unknown code.
    """
    if spot.lon is not None and spot.lat is not None:
        return _by_point(spot.lon, spot.lat, spot.coord_system)
    if spot.region_code:
        place = _by_code(spot.region_code)
        return Located(place=place, lon=None, lat=None, is_outside=False)
    if spot.text.strip():
        return Located(place=_root(territory()), lon=None, lat=None, is_outside=False)
    raise Unprocessable(fields={"place": [_("Give a point, a region or the words of the place")]})


def _by_point(raw_lon: float, raw_lat: float, system: str) -> Located:
    try:
        lon, lat = to_wgs84(raw_lon, raw_lat, system)
    except InvalidPoint as error:
        raise Unprocessable(fields={"point": [BAD_POINTS[error.reason]]}, code="bad_point") from error
    snapshot = locator_cache.current()
    land = snapshot.territory  # of the same moment as the borders, also while a revision takes effect
    found = snapshot.locator.locate(lon, lat)
    if found is not None:
        return Located(place=_grid(land, found), lon=lon, lat=lat, is_outside=False)
    near = snapshot.locator.nearest(lon, lat)
    if near is None:
        return Located(place=_root(land), lon=lon, lat=lat, is_outside=True)
    grid_id, metres = near
    if metres > FAR_METRES:
        raise Unprocessable(
            fields={
                "point": [
                    _("This position is far outside the city; check the coordinate system and the order")
                ]
            },
            code="point_far_away",
        )
    community = land.regions[_grid(land, grid_id).region_id]
    return Located(place=community, lon=lon, lat=lat, is_outside=True)


def _grid(land: Territory, grid_id: int) -> Place:
    """The grid of that id; borders that were read a moment after the names may know one more."""
    return land.grids.get(grid_id) or latest().grids[grid_id]


def _by_code(code: str) -> Place:
    found = place_now(code)
    if found is None:
        raise Unprocessable(fields={"region_code": [_("Unknown region or grid")]}, code="unknown_region")
    return found


def _root(land: Territory) -> Place:
    found = next((place for place in land.by_path.values() if place.level == "city"), None)
    if found is None:
        raise Unprocessable(_("No region has been loaded yet"), code="no_territory")
    return found
