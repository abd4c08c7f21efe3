"""Areas on the map: GeoJSON in and out, validation, and sizes in metres by a local projection.

Polygons are in WGS-84 degrees, (lon, lat); nothing here touches the database.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

Area = Polygon | MultiPolygon
Floats = NDArray[np.float64]

WGS84_AXIS: Final = 6_378_137.0
WGS84_ECCENTRICITY_2: Final = 0.006_694_379_990_14
DIGITS: Final = 7  # a centimetre
POLYGONAL: Final = ("Polygon", "MultiPolygon")
MALFORMED: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError)


class InvalidArea(ValueError):
    """Not a usable area. `reason`: not_geojson, not_polygon, empty, out_of_range or self_crossing."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """Metres east and north of (lon, lat), good to 0.1 % within some 50 km.

    Equirectangular with the two curvature radii of the WGS-84 ellipsoid at that latitude.
    """

    lon: float
    lat: float

    @property
    def metres_per_degree(self) -> tuple[float, float]:
        """Metres in one degree of longitude and of latitude here."""
        phi = math.radians(self.lat)
        flattening = 1 - WGS84_ECCENTRICITY_2 * math.sin(phi) ** 2
        prime_vertical = WGS84_AXIS / math.sqrt(flattening)
        meridional = prime_vertical * (1 - WGS84_ECCENTRICITY_2) / flattening
        return math.radians(1) * prime_vertical * math.cos(phi), math.radians(1) * meridional

    def metres(self, degrees: Floats) -> Floats:
        """(n, 2) degrees to (n, 2) metres."""
        metres: Floats = (degrees - np.array([self.lon, self.lat])) * np.array(self.metres_per_degree)
        return metres

    def degrees(self, metres: Floats) -> Floats:
        """(n, 2) metres to (n, 2) degrees."""
        degrees: Floats = metres / np.array(self.metres_per_degree) + np.array([self.lon, self.lat])
        return degrees

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry in metres."""
        return shapely.transform(geometry, self.metres)


def parse_area(geojson: Mapping[str, Any] | str | bytes) -> Area:
    """The polygon or multipolygon of a GeoJSON geometry, object or text; InvalidArea when it is none.

    Heights are dropped, open rings are closed, the winding of rings does not matter.
    """
    try:
        document = dict(json.loads(geojson) if isinstance(geojson, str | bytes) else geojson)
        with np.errstate(invalid="ignore"):  # NaN is refused below, with a reason
            area = shapely.force_2d(shape(document)) if document.get("type") in POLYGONAL else None
    except MALFORMED as error:
        raise InvalidArea("not_geojson", f"not a GeoJSON geometry: {error}") from error
    if area is None:
        raise InvalidArea("not_polygon", f"expected a Polygon or MultiPolygon, got {document.get('type')!r}")
    return checked_area(area)


def stored_area(geojson: Any) -> Area:
    """The area of a geometry that was checked when it was stored."""
    area = shape(geojson)
    assert isinstance(area, Polygon | MultiPolygon)
    return area


def checked_area(area: BaseGeometry) -> Area:
    """The area itself when it is usable, else InvalidArea."""
    if not isinstance(area, Polygon | MultiPolygon):
        raise InvalidArea("not_polygon", f"expected a polygon, got {area.geom_type}")
    if area.is_empty:
        raise InvalidArea("empty", "the polygon has no surface")
    positions = shapely.get_coordinates(area)
    if not (np.isfinite(positions).all() and (np.abs(positions) <= (180.0, 90.0)).all()):
        raise InvalidArea("out_of_range", "the polygon has positions that are not a longitude and a latitude")
    if not shapely.convex_hull(area).area:  # the area itself may be zero in a figure of eight
        raise InvalidArea("empty", "the polygon has no surface")
    if not area.is_valid:
        raise InvalidArea("self_crossing", shapely.is_valid_reason(area))
    return area


def to_geojson(area: Area) -> dict[str, Any]:
    """The GeoJSON geometry with positions to the centimetre, outer rings counter-clockwise (RFC 7946)."""
    document = shapely.orient_polygons(area).__geo_interface__
    return {"type": document["type"], "coordinates": _rounded(document["coordinates"])}


def _rounded(item: Any) -> Any:
    return round(item, DIGITS) if isinstance(item, float) else [_rounded(part) for part in item]


def area_m2(area: Area) -> float:
    """Surface in square metres."""
    return float(LocalPlane(*label_point(area)).flat(area).area)


def label_point(area: Area) -> tuple[float, float]:
    """The centroid where it lies inside the area, otherwise a point that does: (lon, lat)."""
    centre = area.centroid
    point = centre if area.intersects(centre) else area.representative_point()
    return point.x, point.y


def metres_to(area: BaseGeometry, lon: float, lat: float) -> float:
    """Distance in metres from a point to the nearest part of the area; 0 inside and on the border."""
    return float(LocalPlane(lon, lat).flat(area).distance(shapely.Point(0.0, 0.0)))


def overlapping_pairs(
    areas: Sequence[Area], tolerance_m2: float = 1.0, *, among: int | None = None
) -> list[tuple[int, int, float]]:
    """(i, j, shared square metres) for every i < j that share more than `tolerance_m2`, in order.

    `among`: only pairs whose first is one of that many at the beginning.
    """
    if len(areas) < 2:
        return []
    array = np.array(areas, dtype=object)
    i, j = shapely.STRtree(array).query(array[:among], predicate="intersects")
    order = np.lexsort((j, i))
    i, j = i[order], j[order]
    i, j = i[i < j], j[i < j]
    # Neighbours that only touch are most of the pairs, and telling them costs less than cutting them.
    shapely.prepare(array)
    apart = shapely.touches(array[i], array[j])
    i, j = i[~apart], j[~apart]
    found = (
        (int(a), int(b), _surface(shapely.intersection(array[a], array[b])))
        for a, b in zip(i, j, strict=True)
    )
    return [(a, b, surface) for a, b, surface in found if surface > tolerance_m2]


def _surface(geometry: BaseGeometry) -> float:
    """Square metres of any geometry, 0 for points and lines."""
    return 0.0 if geometry.is_empty else float(LocalPlane(*geometry.centroid.coords[0]).flat(geometry).area)


def reading_order(points: Floats) -> NDArray[np.intp]:
    """Indices of (n, 2) points numbered west to east, north to south (Xi'an DB6101/T 3185-2024).

    The points fall into as many rows, of nearly equal size, as the shape of their extent suggests; rows are
    read from the north, each from the west.
    """
    width, height = np.maximum(np.ptp(points, axis=0), 1e-12)
    rows = int(np.clip(round(math.sqrt(len(points) * height / width)), 1, len(points)))
    from_north = np.argsort(-points[:, 1], kind="stable")
    return np.concatenate(
        [row[np.argsort(points[row, 0], kind="stable")] for row in np.array_split(from_north, rows)]
    )
