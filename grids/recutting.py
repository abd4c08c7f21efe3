"""Cutting grids anew: split by a line, merge, settle borders so that neighbours share every vertex. Pure.

Areas in WGS-84 degrees on a lattice of 1e-7 degrees (a centimetre); lengths are given in metres.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from governance.foundation.errors import Unprocessable
from grids.checks.plan import Floats, Points
from grids.geometry import DIGITS, Area, LocalPlane, reading_order

LATTICE: Final = 10.0**-DIGITS
REACH_SHARE: Final = 0.12
"""How much of an area's size a line may fall short of the border on either end."""
LEAST_PIECE_M2: Final = 100.0
TOUCH_M: Final = 1.0
SERIALS: Final = range(1, 1000)


class CannotCut(Unprocessable):
    """The areas cannot be cut or joined like this; the detail says why."""

    code = "cannot_cut"


def split(area: Area, line: Sequence[Sequence[float]]) -> list[Area]:
    """The parts of an area on the sides of a line of (lon, lat), in reading order.

    The line may end a little before the border (it is drawn on straight) or run beyond it. CannotCut otherwise.
    """
    cut = _line(line)
    plane = LocalPlane(*_centre(area))
    flat, drawn = plane.flat(area), plane.flat(cut)
    if not flat.intersects(drawn):
        raise CannotCut(_("The line does not touch the grid"))
    parts = _cut(flat, drawn)
    if len(parts) < 2:
        parts = _cut(flat, _drawn_on(drawn, REACH_SHARE * float(np.sqrt(flat.area))))
    if len(parts) < 2:
        raise CannotCut(
            _("The line does not cut the grid in two: draw it from one side of the border to another")
        )
    if min(part.area for part in parts) < LEAST_PIECE_M2:
        raise CannotCut(
            _("The line cuts off a piece of less than %(limit)d m²: move it away from the border")
            % {"limit": LEAST_PIECE_M2}
        )
    pieces = [_on_lattice(shapely.transform(part, plane.degrees)) for part in parts]
    centres = shapely.get_coordinates(shapely.centroid(pieces))
    return [pieces[position] for position in reading_order(centres)]


def _line(positions: Sequence[Sequence[float]]) -> LineString:
    try:
        points = np.array([[float(lon), float(lat)] for lon, lat in positions], dtype=np.float64)
    except (TypeError, ValueError):
        raise CannotCut(_("The line is not a row of longitudes and latitudes")) from None
    if len(points) < 2 or not np.isfinite(points).all() or not np.ptp(points, axis=0).any():
        raise CannotCut(_("The line needs two points at least"))
    return LineString(points)


def _cut(area: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry]:
    """The faces of an area that a line leaves; ends of the line inside the area cut nothing."""
    noded = shapely.union(area.boundary, line)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    kept = faces[shapely.contains(area, shapely.point_on_surface(faces))]
    return list(kept)


def _drawn_on(line: BaseGeometry, metres: float) -> BaseGeometry:
    """The line with both ends drawn on straight."""
    points = shapely.get_coordinates(line)
    ends = []
    for end, before in ((points[0], points[1]), (points[-1], points[-2])):
        direction = end - before
        length = float(np.hypot(*direction)) or 1.0
        ends.append(end + direction / length * metres)
    return LineString([ends[0], *points, ends[1]])


def merge(areas: Sequence[Area]) -> Area:
    """Several areas as one. CannotCut when they do not hang together along a border."""
    if len(areas) < 2:
        raise CannotCut(_("Choose two grids at least to merge"))
    plane = LocalPlane(*_centre(areas[0]))
    flat = [plane.flat(area) for area in areas]
    joined = shapely.union_all(flat)
    if _is_apart(joined):
        # Borders that were drawn twice leave slivers between them: close those, and nothing wider.
        closed = joined.buffer(TOUCH_M / 2, join_style="mitre").buffer(-TOUCH_M / 2, join_style="mitre")
        joined = shapely.union(joined, closed)
    if _is_apart(joined):
        raise CannotCut(_("Grids can be merged only when they share a border"))
    return _on_lattice(shapely.transform(_without_slits(joined), plane.degrees))


def _is_apart(flat: BaseGeometry) -> bool:
    """More than one piece; pieces that meet in a corner only count as apart."""
    parts = shapely.get_parts(flat)
    return len(parts[shapely.area(parts) > 1.0]) > 1


def _without_slits(flat: BaseGeometry) -> BaseGeometry:
    """Without holes and crumbs that only two drawings of one border have left."""
    largest = max(shapely.get_parts(flat), key=lambda part: part.area)
    rings = [
        ring
        for ring in largest.interiors
        if 2 * shapely.Polygon(ring).area >= TOUCH_M * max(ring.length, 1e-9)
    ]
    return shapely.Polygon(largest.exterior, rings)


def settle(
    areas: Sequence[Area], fixed: Sequence[BaseGeometry], ground: BaseGeometry, sliver_m: float
) -> list[Area]:
    """The areas, moved by at most `sliver_m` metres so that they meet one another, their fixed neighbours and
    the edge of the ground vertex by vertex; overlaps and gaps narrower than that are closed.

    Wider ones stay as they are drawn: the check tells them. Same order.
    """
    if not areas:
        return []
    plane = LocalPlane(*_centre(areas[0]))
    flat = list(shapely.transform(_array(areas), plane.metres))
    firm = [plane.flat(item) for item in fixed if not item.is_empty]
    level = plane.flat(ground)
    targets = [item.boundary for item in firm] + ([level.boundary] if not level.is_empty else [])
    anchors = shapely.union_all(targets) if targets else LineString()
    for position, area in enumerate(flat):
        near = shapely.intersection(anchors, area.buffer(2 * sliver_m))
        flat[position] = _whole(shapely.snap(area, near, sliver_m), area)
        anchors = shapely.union(anchors, flat[position].boundary)
    settled = _faces(flat, firm, level, sliver_m)
    return [_on_lattice(shapely.transform(area, plane.degrees)) for area in settled]


def _faces(
    flat: list[BaseGeometry], firm: list[BaseGeometry], level: BaseGeometry, sliver_m: float
) -> list[BaseGeometry]:
    """Every face between the borders given to one area: its own, or for slivers the one it borders on most."""
    rings = [item.boundary for item in (*flat, *firm)] + ([level.boundary] if not level.is_empty else [])
    noded = shapely.unary_union(rings, grid_size=0.001)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside = shapely.point_on_surface(faces)
    owners: list[set[int]] = [set() for _face in faces]
    for face, owner in zip(*shapely.STRtree(flat).query(inside, predicate="within"), strict=True):
        owners[face].add(int(owner))
    taken = np.zeros(len(faces), dtype=bool)
    if firm:
        taken[shapely.STRtree(firm).query(inside, predicate="within")[0]] = True
    kept = np.ones(len(faces), dtype=bool) if level.is_empty else shapely.contains(level, inside)
    thin = 2 * shapely.area(faces) < sliver_m * np.maximum(shapely.length(faces), 1e-9)
    share: list[list[BaseGeometry]] = [[] for _area in flat]
    for position, face in enumerate(faces):
        is_sliver = bool(thin[position])
        chosen = owners[position]
        if is_sliver and (taken[position] or not kept[position]):
            continue  # belongs to a neighbour, or lies outside
        if is_sliver and len(chosen) != 1:
            chosen = _beside(face, flat, chosen or set(range(len(flat))))
        for owner in chosen:
            share[owner].append(face)
    return [
        _whole(shapely.union_all(own), area) if own else area for own, area in zip(share, flat, strict=True)
    ]


def _beside(face: BaseGeometry, flat: list[BaseGeometry], among: Iterable[int]) -> set[int]:
    """The area that shares the longest border with a sliver; none when it touches none."""
    around = face.buffer(0.01)
    shared = {owner: shapely.intersection(flat[owner].boundary, around).length for owner in among}
    best = max(shared, key=lambda owner: shared[owner])
    return {best} if shared[best] > 0.05 else set()


def _whole(geometry: BaseGeometry, otherwise: BaseGeometry) -> BaseGeometry:
    """The surfaces of a geometry; the former area when nothing usable is left."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > 0]
    if not parts:
        return otherwise
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def next_codes(community: str, used: Iterable[str], count: int = 1) -> list[str]:
    """The lowest codes of a community that nobody has or had. CannotCut when there are none left."""
    spent = set(used)
    free = [code for serial in SERIALS if (code := f"{community}{serial:03d}") not in spent]
    if len(free) < count:
        raise CannotCut(_("The community has no free code left"))
    return free[:count]


def shared_households(total: int, pieces: Sequence[Area], points: Points) -> list[int]:
    """The households of an area shared among its pieces: by the buildings inside, else by surface.

    The shares are whole numbers and add up to `total`.
    """
    weights = np.zeros(len(pieces))
    if len(points):
        found, owners = shapely.STRtree(pieces).query(
            shapely.points(points.lons, points.lats), predicate="intersects"
        )
        first = np.unique(found, return_index=True)[1]
        np.add.at(weights, owners[first], points.households[found[first]].astype(float))
    if not weights.any():
        plane = LocalPlane(*_centre(pieces[0]))
        weights = shapely.area(shapely.transform(_array(pieces), plane.metres))
    exact = total * weights / weights.sum()
    shares = np.floor(exact).astype(int)
    rest = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return [int(share) for share in shares]


def _array(areas: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    array: NDArray[np.object_] = np.empty(len(areas), dtype=object)
    array[:] = list(areas)
    return array


def _centre(area: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = area.bounds
    return (west + east) / 2, (south + north) / 2


def _on_lattice(area: BaseGeometry) -> Area:
    """The area with every position on the lattice; valid after it."""

    def rounded(positions: Floats) -> Floats:
        return np.round(positions, DIGITS)

    settled = shapely.transform(area, rounded)
    found = _whole(settled if settled.is_valid else shapely.set_precision(area, LATTICE), area)
    assert isinstance(found, shapely.Polygon | shapely.MultiPolygon)
    return found
