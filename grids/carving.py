"""Drawing a new grid: what it takes from the others and from ground that no grid covers, and what is left. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from grids.geometry import DIGITS, Area, LocalPlane, label_point
from grids.recutting import LEAST_PIECE_M2, CannotCut

CRUMB_M2: Final = 1.0


@dataclass(frozen=True, slots=True)
class Carved:
    """`area` is what was taken. Along the given areas: the part of each that was taken, None where it was not touched,
    and its rest, None for one that was taken whole.
    """

    area: Area
    parts: Sequence[Area | None]
    rests: Sequence[Area | None]


def carve(areas: Sequence[Area], drawn: Area, free: BaseGeometry | None = None) -> Carved:
    """Take the drawn area out of all areas that it touches, and what it covers of the `free` ground with it.

    What lies outside of both is left out. CannotCut.
    """
    if not drawn.is_valid:
        raise CannotCut(_("The line crosses itself: draw around the area once"))
    plane = LocalPlane(*label_point(drawn))
    flat, knife = [plane.flat(area) for area in areas], plane.flat(drawn)
    open_to = flat if free is None or free.is_empty else [*flat, plane.flat(free)]
    taken = _surfaces(shapely.intersection(shapely.union_all(open_to), knife))
    if taken is None or taken.area < LEAST_PIECE_M2:
        raise CannotCut(
            _(
                "The area drawn lies neither on grids of this plan nor on ground of its communities that no grid covers"
            )
        )
    parts = [_surfaces(shapely.intersection(item, knife)) for item in flat]
    rests = [
        area if part is None else _back(_surfaces(shapely.difference(item, knife)), plane)
        for area, item, part in zip(areas, flat, parts, strict=True)
    ]
    whole = _back(taken, plane)
    assert whole is not None
    return Carved(whole, [_back(part, plane) for part in parts], rests)


def _surfaces(geometry: BaseGeometry) -> Area | None:
    """The polygons of a geometry without crumbs; None when nothing is left."""
    parts = [
        part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and part.area > CRUMB_M2
    ]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _back(area: Area | None, plane: LocalPlane) -> Area | None:
    """In degrees, to the centimetre."""
    if area is None:
        return None
    found = shapely.transform(area, lambda metres: np.round(plane.degrees(metres), DIGITS))
    settled = found if found.is_valid else _surfaces(shapely.make_valid(found))
    assert isinstance(settled, Polygon | MultiPolygon)
    return settled
