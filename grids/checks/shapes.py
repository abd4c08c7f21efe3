"""The checks of shape: one piece, inside the community, no overlap, no gap, every address in one grid. Pure.

One community at a time, in metres of a local plane; work on many areas at once is left to shapely's arrays.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.checks.plan import Plan, Plot
from grids.checks.report import Finding, Kind, Severity
from grids.geometry import LocalPlane

Geometries = NDArray[Any]
PLACE: Final = re.compile(r"\[(-?[\d.eE+-]+) (-?[\d.eE+-]+)")
TOUCHING_M: Final = 0.05


@dataclass(frozen=True, eq=False)
class Table:
    """A community laid out in metres: its own grids first, then those of neighbours that touch."""

    plan: Plan
    code: str
    name: str
    plane: LocalPlane
    plots: list[Plot]
    own_count: int
    flat: Geometries
    ground: BaseGeometry

    @classmethod
    def lay(cls, plan: Plan, code: str, ground: BaseGeometry) -> "Table":
        plots = [plot for plot in plan.plots if plot.community == code]
        rest = [plot for plot in (*plan.plots, *plan.others) if plot.community != code]
        bounds = shapely.total_bounds([ground, *(plot.area for plot in plots)])
        if not np.isfinite(bounds).all():
            bounds = np.zeros(4)
        plane = LocalPlane(float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2)
        near = [plot for plot in rest if shapely.box(*bounds).intersects(shapely.box(*plot.area.bounds))]
        areas: Geometries = np.empty(len(plots) + len(near), dtype=object)
        areas[:] = [plot.area for plot in (*plots, *near)]
        flat = shapely.transform(areas, plane.metres)
        broken = ~shapely.is_valid(flat)
        if broken.any():
            flat[broken] = shapely.make_valid(flat[broken])
        level = plane.flat(ground)
        level = level if level.is_valid else shapely.make_valid(level)
        shapely.prepare(level)
        return cls(plan, code, plan.grounds[code].name, plane, [*plots, *near], len(plots), flat, level)

    def degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """A piece back on the earth."""
        return shapely.transform(geometry, self.plane.degrees)

    def solid(self, geometry: BaseGeometry) -> shapely.MultiPolygon:
        """The polygons of a geometry that are no slivers; one that is long and thin is not a piece."""
        parts = shapely.get_parts(geometry)
        parts = parts[shapely.get_type_id(parts) == 3]
        areas, lengths = shapely.area(parts), shapely.length(parts)
        wide = 2 * areas >= self.plan.standard.sliver_m * np.maximum(lengths, 1e-9)
        return shapely.MultiPolygon(list(parts[wide & (areas > 0.01)]))

    def finding(self, kind: Kind, *plots: Plot, **more: Any) -> Finding:
        facts = {"names": names_of(plots), "community": self.name} | more.pop("facts", {})
        codes = tuple(plot.code for plot in plots)
        return Finding(kind=kind, codes=codes, community=self.code, facts=facts, **more)


def names_of(plots: tuple[Plot, ...] | list[Plot]) -> str:
    """The names of grids, each with its serial; with the whole code where they lie in several communities."""
    digits = 3 if len({plot.community for plot in plots}) < 2 else 15
    return "、".join(f"{plot.name}({plot.code[-digits:]})" for plot in plots)


def shapes(table: Table) -> Iterator[Finding]:
    """Every finding about shape in one community."""
    yield from crossings(table)
    yield from pieces(table)
    yield from outside(table)
    yield from overlaps(table)
    yield from gaps(table)
    yield from addresses(table)


def crossings(table: Table) -> Iterator[Finding]:
    """Borders that cross themselves, with the place."""
    for plot in table.plots[: table.own_count]:
        if not plot.area.is_valid:
            yield table.finding(Kind.SELF_CROSSING, plot, geometry=crossing_of(plot.area))


def crossing_of(area: BaseGeometry) -> shapely.Point:
    """Where a border crosses itself."""
    found = PLACE.search(shapely.is_valid_reason(area))
    return shapely.Point(float(found[1]), float(found[2])) if found else shapely.Point(area.centroid)


def pieces(table: Table) -> Iterator[Finding]:
    """Grids that are not in one piece; shown are the smaller ones."""
    many = np.flatnonzero(shapely.get_num_geometries(table.flat[: table.own_count]) > 1)
    for position in many:
        solid = table.solid(table.flat[position])
        parts = sorted(solid.geoms, key=lambda part: part.area)
        if len(parts) > 1 and table.plots[position].area.is_valid:
            lesser = table.degrees(shapely.MultiPolygon(parts[:-1]))
            yield table.finding(
                Kind.NOT_CONTIGUOUS,
                table.plots[position],
                measure=len(parts),
                unit="pieces",
                geometry=lesser,
            )


def outside(table: Table) -> Iterator[Finding]:
    """What lies outside the community."""
    own = table.flat[: table.own_count]
    beyond = np.flatnonzero(~shapely.covers(table.ground, own))
    for position, rest in zip(beyond, shapely.difference(own[beyond], table.ground), strict=True):
        solid = table.solid(rest)
        if solid.area > table.plan.standard.outside_m2:
            yield table.finding(
                Kind.OUTSIDE_COMMUNITY,
                table.plots[position],
                measure=solid.area,
                unit="m2",
                geometry=table.degrees(solid),
            )


def overlaps(table: Table) -> Iterator[Finding]:
    """Two grids on the same ground; a pair with a neighbour's community is told once, from the lower code."""
    if not table.own_count:
        return
    left, right = shapely.STRtree(table.flat).query(table.flat[: table.own_count], predicate="intersects")
    keep = left < right
    left, right = left[keep], right[keep]
    shared = shapely.intersection(table.flat[left], table.flat[right])
    rough = shapely.area(shared) > table.plan.standard.overlap_m2
    for first, second, ground in zip(left[rough], right[rough], shared[rough], strict=True):
        solid, pair = table.solid(ground), [table.plots[first], table.plots[second]]
        is_far = second >= table.own_count
        told_there = is_far and pair[1].community in table.plan.grounds and pair[1].community < table.code
        if solid.area > table.plan.standard.overlap_m2 and not told_there:
            yield table.finding(
                Kind.OVERLAP, *pair, measure=solid.area, unit="m2", geometry=table.degrees(solid)
            )


def gaps(table: Table) -> Iterator[Finding]:
    """Ground of the community in no grid, piece by piece, with the grids that border on it."""
    own = table.flat[: table.own_count]
    open_ground = shapely.difference(table.ground, shapely.union_all(own))
    solid = [part for part in table.solid(open_ground).geoms if part.area > table.plan.standard.gap_m2]
    if not solid:
        return
    tree = shapely.STRtree(own)
    before = [table.plane.flat(plot.area) for plot in table.plan.sources]
    for part in solid:
        near = sorted(tree.query(part, predicate="dwithin", distance=TOUCHING_M))
        beside = [table.plots[position] for position in near]
        was_covered = any(shapely.intersection(part, area).area > 1.0 for area in before)
        is_ours = was_covered or any(plot.is_own for plot in beside)
        severity = Severity.ERROR if is_ours or not table.plan.is_revision else Severity.WARNING
        yield table.finding(
            Kind.GAP,
            *beside,
            severity=severity,
            measure=part.area,
            unit="m2",
            geometry=table.degrees(part),
        )


def addresses(table: Table) -> Iterator[Finding]:
    """Address points in no grid, or in two."""
    points = table.plan.points
    here = np.array([code == table.code for code in points.communities], dtype=bool)
    if not here.any():
        return
    wanted = np.flatnonzero(here)
    spots = table.plane.metres(np.column_stack([points.lons[wanted], points.lats[wanted]]))
    places: Geometries = shapely.points(spots)  # type: ignore[assignment]  # of n rows: an array
    tree = shapely.STRtree(table.flat)
    touched, _areas = tree.query(places, predicate="intersects")
    for position in np.setdiff1d(np.arange(len(wanted)), touched):
        is_here = bool(table.ground.intersects(places[position])) and _was_housed(table, places[position])
        yield table.finding(
            Kind.ADDRESS_NOWHERE,
            case="" if table.ground.intersects(places[position]) else "far",
            severity=Severity.ERROR if is_here else Severity.WARNING,
            facts={"place": points.names[wanted[position]]},
            geometry=table.degrees(places[position]),
        )
    inside, areas = tree.query(places, predicate="within")
    for position in np.flatnonzero(np.bincount(inside, minlength=len(wanted)) > 1):
        among = [table.plots[area] for area in sorted(areas[inside == position])]
        yield table.finding(
            Kind.ADDRESS_TWICE,
            *among,
            facts={"place": points.names[wanted[position]]},
            geometry=table.degrees(places[position]),
        )


def _was_housed(table: Table, place: BaseGeometry) -> bool:
    """Whether a revision is answerable for the point: a grid that it replaces held it."""
    if not table.plan.is_revision:
        return True
    return any(table.plane.flat(plot.area).intersects(place) for plot in table.plan.sources)
