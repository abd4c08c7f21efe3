"""Cutting one area out of several grids: what an exclusive grid takes, and what is left of the others. Pure."""

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
    """`area` is what was taken; `rests` runs along the given areas, None for one that was taken whole."""

    area: Area
    rests: Sequence[Area | None]


def carve(areas: Sequence[Area], drawn: Area) -> Carved:
    """Take the drawn area out of all areas that it touches; what lies outside all of them is left out. CannotCut."""
    if not drawn.is_valid:
        raise CannotCut(_("The line crosses itself: draw around the area once"))
    plane = LocalPlane(*label_point(drawn))
    flat, knife = [plane.flat(area) for area in areas], plane.flat(drawn)
    taken = _surfaces(shapely.intersection(shapely.union_all(flat), knife))
    if taken is None or taken.area < LEAST_PIECE_M2:
        raise CannotCut(_("The area drawn does not lie on grids of this plan"))
    rests = [
        area if not item.intersects(knife) else _back(_surfaces(shapely.difference(item, knife)), plane)
        for area, item in zip(areas, flat, strict=True)
    ]
    whole = _back(taken, plane)
    assert whole is not None
    return Carved(whole, rests)


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
