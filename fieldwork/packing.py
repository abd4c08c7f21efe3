"""Points of a track as bytes: differences of time (seconds) and place (1/100,000 degree, about a metre), as varints.

Some four bytes a point. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from grids.coordinates import metres_between

SCALE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Point:
    """Where somebody was, and when. WGS-84."""

    at: datetime
    lon: float
    lat: float


def pack(points: Sequence[Point]) -> bytes:
    """The points in their order."""
    out = bytearray()
    before = (0, 0, 0)
    for point in points:
        now = (int(point.at.timestamp()), round(point.lon * SCALE), round(point.lat * SCALE))
        for new, old in zip(now, before, strict=True):
            _put(out, new - old)
        before = now
    return bytes(out)


def unpack(data: bytes) -> list[Point]:
    """The points again. Raises ValueError for bytes that end in the middle of one."""
    found: list[Point] = []
    seconds = lon = lat = 0
    numbers = _numbers(data)
    for step in numbers:
        seconds, lon, lat = seconds + step, lon + next(numbers), lat + next(numbers)
        found.append(Point(datetime.fromtimestamp(seconds, UTC), lon / SCALE, lat / SCALE))
    return found


def length(points: Iterable[Point]) -> float:
    """Metres along the points."""
    metres, before = 0.0, None
    for point in points:
        if before is not None:
            metres += metres_between(before.lon, before.lat, point.lon, point.lat)
        before = point
    return metres


def _put(out: bytearray, number: int) -> None:
    rest = (number << 1) ^ (number >> 63)
    while rest > 0x7F:
        out.append((rest & 0x7F) | 0x80)
        rest >>= 7
    out.append(rest)


def _numbers(data: bytes) -> Iterator[int]:
    rest = shift = count = 0
    for byte in data:
        rest |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield (rest >> 1) ^ -(rest & 1)
            rest, shift, count = 0, 0, count + 1
    if shift or count % 3:
        raise ValueError("the bytes end in the middle of a point")
