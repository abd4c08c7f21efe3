"""The datums of `coordinates` for many points at once: the same formulas and the same exactness, in arrays.

(n, 2) arrays of degrees in the order (lon, lat) go in and come out; nothing here looks at ranges.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grids.coordinates import (
    BAIDU_ANGLE,
    BAIDU_SHIFT,
    CHINA_LAT,
    CHINA_LON,
    INVERSE_ITERATIONS,
    KRASOVSKY_AXIS,
    KRASOVSKY_ECCENTRICITY_2,
    CoordSystem,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
THIRD: Final = 2 / 3


def many_to_wgs84(points: Floats, system: CoordSystem) -> Floats:
    """The WGS-84 points of points that are given in `system`."""
    if system is CoordSystem.WGS84:
        return points
    found = _bd09_to_gcj02(points) if system is CoordSystem.BD09 else points
    return _inverse(found, _gcj02_offset)


def in_china(points: Floats) -> Flags:
    """Whether the GCJ-02 offset applies, for each point."""
    lon, lat = points[:, 0], points[:, 1]
    inside: Flags = (lon >= CHINA_LON[0]) & (lon <= CHINA_LON[1])
    inside &= (lat >= CHINA_LAT[0]) & (lat <= CHINA_LAT[1])
    return inside


def looks_swapped(points: Floats) -> Flags:
    """Points that lie outside China as given, but inside once longitude and latitude are exchanged."""
    swapped: Flags = ~in_china(points) & in_china(points[:, ::-1])
    return swapped


def _inverse(given: Floats, offset: Callable[[Floats], Floats]) -> Floats:
    """Fixed point of `p = given - offset(p)`."""
    found = given
    for _step in range(INVERSE_ITERATIONS):
        found = given - offset(found)
    return found


def _gcj02_offset(points: Floats) -> Floats:
    """Degrees to add to WGS-84 points to reach GCJ-02; nothing outside China."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    root, product, pi = np.sqrt(np.abs(x)), x * y, np.pi
    shared = (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)) * THIRD
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * product + 0.1 * root + shared
    east += (20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)) * THIRD
    east += (150 * np.sin(x / 12 * pi) + 300 * np.sin(x / 30 * pi)) * THIRD
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * product + 0.2 * root + shared
    north += (20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)) * THIRD
    north += (160 * np.sin(y / 12 * pi) + 320 * np.sin(y * pi / 30)) * THIRD
    phi = np.radians(points[:, 1])
    flattening = 1 - KRASOVSKY_ECCENTRICITY_2 * np.sin(phi) ** 2
    prime_vertical = KRASOVSKY_AXIS / np.sqrt(flattening)
    meridional = prime_vertical * (1 - KRASOVSKY_ECCENTRICITY_2) / flattening
    degrees = np.degrees(np.column_stack([east / (prime_vertical * np.cos(phi)), north / meridional]))
    return np.where(in_china(points)[:, None], degrees, 0.0)


def _bd09_offset(points: Floats) -> Floats:
    """Degrees to add to GCJ-02 points to reach BD-09; nothing outside China."""
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_ANGLE)
    moved = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + np.array(BAIDU_SHIFT)
    return np.where(in_china(points)[:, None], moved - points, 0.0)


def _bd09_to_gcj02(points: Floats) -> Floats:
    """As the inverse of GCJ-02, for what lies in China before and after the shift."""
    start = points - np.array(BAIDU_SHIFT)
    inside = in_china(start)
    found: Floats = start
    for _step in range(INVERSE_ITERATIONS):
        found = points - _bd09_offset(found)
    moved: Floats = np.where(inside[:, None], found, points)
    return moved
