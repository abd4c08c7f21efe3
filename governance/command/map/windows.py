"""What part of the map is asked for: a window in degrees, a zoom, an area drawn by hand. Nonsense is refused."""

import math
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.translation import gettext as _

from governance.foundation.errors import Invalid

MOST_CORNERS: Final = 60
MOST_ZOOM: Final = 22.0
PIXELS: Final = 512
"""The world is so many pixels wide at zoom 0."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """In degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def holds(self) -> Q:
        """The condition that a point lies in it."""
        return Q(lon__gte=self.west, lon__lte=self.east, lat__gte=self.south, lat__lte=self.north)


def window_of(text: str) -> Window:
    """`west,south,east,north`. Raises Invalid."""
    numbers = _numbers(text, 4)
    if numbers is None:
        raise Invalid(fields={"box": [_("A window is four numbers: west, south, east, north")]})
    west, south, east, north = numbers
    if west >= east or south >= north:
        raise Invalid(fields={"box": [_("The window has no extent")]})
    return Window(west=west, south=south, east=east, north=north)


def zoom_of(text: str) -> float:
    """A zoom level, held within what a map knows. Raises Invalid."""
    numbers = _numbers(text, 1)
    if numbers is None:
        raise Invalid(fields={"zoom": [_("A zoom is a number")]})
    return min(max(numbers[0], 0.0), MOST_ZOOM)


def _numbers(text: str, count: int) -> list[float] | None:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    return found if len(found) == count and all(math.isfinite(number) for number in found) else None


@dataclass(frozen=True, kw_only=True)
class Area:
    """A polygon drawn by hand: its corners as longitude and latitude."""

    corners: tuple[tuple[float, float], ...]

    @property
    def window(self) -> Window:
        """The box around it."""
        lons, lats = [lon for lon, _lat in self.corners], [lat for _lon, lat in self.corners]
        return Window(west=min(lons), south=min(lats), east=max(lons), north=max(lats))

    @property
    def holds(self) -> Any:
        """The condition that a point lies in it, as PostgreSQL's own polygons answer it."""
        text = "(" + ",".join(f"({lon!r},{lat!r})" for lon, lat in self.corners) + ")"
        shape = Func(Value(text), template="(%(expressions)s)::polygon")
        return Func(
            shape,
            Func(F("lon"), F("lat"), function="point"),
            arg_joiner=" @> ",
            template="(%(expressions)s)",
            output_field=BooleanField(),
        )


def area_of(text: str) -> Area | None:
    """`lon,lat;lon,lat;…`, at least three corners; None for no text. Raises Invalid."""
    if not text:
        return None
    corners = [_numbers(part, 2) for part in text.split(";")]
    known = [(pair[0], pair[1]) for pair in corners if pair is not None]
    if len(known) != len(corners) or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in known):
        raise Invalid(
            fields={"area": [_("An area is a row of points: longitude,latitude;longitude,latitude")]}
        )
    if not 3 <= len(set(known)) <= MOST_CORNERS:
        raise Invalid(
            fields={"area": [_("An area has three to %(n)d different corners") % {"n": MOST_CORNERS}]}
        )
    return Area(corners=tuple(known))
