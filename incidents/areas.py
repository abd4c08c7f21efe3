"""Places drawn by hand on a map: a window in degrees, an area of corners. Nonsense is refused with a sentence."""

import math
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.translation import gettext as _

from governance.foundation.errors import Invalid

MOST_CORNERS: Final = 60
LONGEST: Final = 2_500
"""Characters of an area as text."""


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

    @property
    def corners(self) -> str:
        """The same as an area."""
        west, south, east, north = (
            f"{value:.5f}" for value in (self.west, self.south, self.east, self.north)
        )
        return f"{west},{south};{east},{south};{east},{north};{west},{north}"


def numbers_of(text: str, count: int) -> list[float] | None:
    """So many finite numbers with commas between them; None for anything else."""
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

    def drawn(self, rows: Any) -> Any:
        """Those of the rows that lie in it: of the box around it first, along the index."""
        return rows.filter(self.window.holds).filter(self.holds)

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
    corners = [numbers_of(part, 2) for part in text.split(";")]
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
