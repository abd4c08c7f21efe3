"""Points on the earth: three Chinese datums, their exact inverses, validation and distances.

Everything is stored as WGS-84; a sender declares the datum of its points and they are converted once, at the
edge. Angles are degrees, order is always (lon, lat), distances are metres. Sources: the published formulas of
GCJ-02 (on the Krasovsky 1940 ellipsoid) and of BD-09.
"""

import math
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Point = tuple[float, float]
Floats = NDArray[np.float64]

EARTH_RADIUS_METRES: Final = 6_371_008.8
KRASOVSKY_AXIS: Final = 6_378_245.0
KRASOVSKY_ECCENTRICITY_2: Final = 0.006_693_421_622_965_943_23
BAIDU_ANGLE: Final = math.pi * 3000.0 / 180.0
BAIDU_SHIFT: Final = (0.0065, 0.006)
CHINA_LON: Final = (72.004, 137.8347)
CHINA_LAT: Final = (0.8293, 55.8271)
INVERSE_ITERATIONS: Final = 6  # five miss 1e-6 m on the meridian of 105 degrees, where the offset has a cusp


class CoordSystem(StrEnum):
    """The datum in which a sender gives its points."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class InvalidPoint(ValueError):
    """Not a point on the earth. `reason`: `not_a_number`, `out_of_range`, `swapped` or `unknown_system`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def to_wgs84(lon: float, lat: float, system: CoordSystem | str = CoordSystem.WGS84) -> Point:
    """The WGS-84 point of a point given in `system`; InvalidPoint when it is none or the system is unknown.

    The inverse of GCJ-02 is iterated (error below 1e-6 m), since a single step errs by up to 4 m.
    """
    lon, lat = checked(lon, lat)
    known = system_of(system)
    if known is CoordSystem.BD09:
        lon, lat = _bd09_to_gcj02(lon, lat)
    return (lon, lat) if known is CoordSystem.WGS84 else _gcj02_to_wgs84(lon, lat)


def from_wgs84(lon: float, lat: float, system: CoordSystem | str) -> Point:
    """The point in `system` of a WGS-84 point; errors as in `to_wgs84`."""
    lon, lat = checked(lon, lat)
    known = system_of(system)
    if known is CoordSystem.WGS84:
        return lon, lat
    lon, lat = _wgs84_to_gcj02(lon, lat)
    return (lon, lat) if known is CoordSystem.GCJ02 else _gcj02_to_bd09(lon, lat)


def system_of(name: CoordSystem | str) -> CoordSystem:
    """The datum called `name`, without regard to case; InvalidPoint(`unknown_system`) otherwise."""
    try:
        return CoordSystem(str(name).lower())
    except ValueError:
        raise InvalidPoint("unknown_system", f"unknown coordinate system: {name!r}") from None


def checked(lon: float, lat: float) -> Point:
    """The point as two finite floats inside the ranges of longitude and latitude, else InvalidPoint.

    A latitude beyond 90 degrees that would make a Chinese point when exchanged is reported as `swapped`.
    """
    try:
        x, y = float(lon), float(lat)
    except (TypeError, ValueError, OverflowError):
        raise InvalidPoint("not_a_number", "longitude and latitude must be numbers") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise InvalidPoint("not_a_number", "longitude and latitude must be finite numbers")
    if abs(x) > 180 or abs(y) > 90:
        if looks_swapped(x, y):
            raise InvalidPoint("swapped", f"longitude and latitude seem to be exchanged: {x}, {y}")
        raise InvalidPoint("out_of_range", f"not a longitude and a latitude: {x}, {y}")
    return x, y


def looks_swapped(lon: float, lat: float) -> bool:
    """Whether the point lies outside China as given but inside once longitude and latitude are exchanged."""
    return not in_china(lon, lat) and in_china(lat, lon)


def in_china(lon: float, lat: float) -> bool:
    """Whether the GCJ-02 offset applies: the conventional rectangle around China."""
    return CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance of two WGS-84 points on the mean sphere (within 0.5 % of the ellipsoid)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lon = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    haversine = math.sin(half_lat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(haversine)))


def many_metres_between(lon: float, lat: float, lons: ArrayLike, lats: ArrayLike) -> Floats:
    """Distances in metres from one point to n points, as an array of n; the formula of `metres_between`."""
    phi1, phi2 = math.radians(lat), np.radians(np.asarray(lats, dtype=np.float64))
    half_lat = (phi2 - phi1) / 2
    half_lon = np.radians(np.asarray(lons, dtype=np.float64) - lon) / 2
    haversine = np.sin(half_lat) ** 2 + math.cos(phi1) * np.cos(phi2) * np.sin(half_lon) ** 2
    distances: Floats = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(haversine)))
    return distances


def _gcj02_offset(lon: float, lat: float) -> Point:
    """Degrees to add to a WGS-84 point to reach GCJ-02; nothing outside China."""
    if not in_china(lon, lat):
        return 0.0, 0.0
    x, y = lon - 105.0, lat - 35.0
    root, product, pi = math.sqrt(abs(x)), x * y, math.pi
    shared = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * product + 0.1 * root + shared
    east += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * product + 0.2 * root + shared
    north += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    phi = math.radians(lat)
    flattening = 1 - KRASOVSKY_ECCENTRICITY_2 * math.sin(phi) ** 2
    prime_vertical = KRASOVSKY_AXIS / math.sqrt(flattening)
    meridional = prime_vertical * (1 - KRASOVSKY_ECCENTRICITY_2) / flattening
    return math.degrees(east / (prime_vertical * math.cos(phi))), math.degrees(north / meridional)


def _wgs84_to_gcj02(lon: float, lat: float) -> Point:
    east, north = _gcj02_offset(lon, lat)
    return lon + east, lat + north


def _gcj02_to_wgs84(lon: float, lat: float) -> Point:
    """Fixed point of `p = given - offset(p)`; each step shrinks the error about a hundredfold."""
    x, y = lon, lat
    for _ in range(INVERSE_ITERATIONS):
        east, north = _gcj02_offset(x, y)
        x, y = lon - east, lat - north
    return x, y


def _gcj02_to_bd09(lon: float, lat: float) -> Point:
    east, north = _bd09_offset(lon, lat)
    return lon + east, lat + north


def _bd09_offset(lon: float, lat: float) -> Point:
    """Degrees to add to a GCJ-02 point to reach BD-09; nothing outside China."""
    if not in_china(lon, lat):
        return 0.0, 0.0
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * BAIDU_ANGLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BAIDU_ANGLE)
    x, y = radius * math.cos(angle) + BAIDU_SHIFT[0], radius * math.sin(angle) + BAIDU_SHIFT[1]
    return x - lon, y - lat


def _bd09_to_gcj02(lon: float, lat: float) -> Point:
    """As `_gcj02_to_wgs84`: the published one-step inverse is not exact."""
    x, y = lon - BAIDU_SHIFT[0], lat - BAIDU_SHIFT[1]
    if not in_china(lon, lat):
        return lon, lat
    for _ in range(INVERSE_ITERATIONS):
        east, north = _bd09_offset(x, y)
        x, y = lon - east, lat - north
    return x, y
