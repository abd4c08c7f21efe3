"""Cutting land into a hierarchy of areas along winding lines, so that neighbours share their borders exactly.

An area is halved again and again across its longer side, by a street or stream that leaves the wanted share
of the households on each side. Lines wind in proportion to the size of the grids beside them: little in town,
more outside.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.tessellation.land import Floats, Land

Plan = Sequence["Plan"] | None  # the children of an area; None for a grid

STEPS_PER_SIDE: Final = 8.0
TRIALS: Final = 80
CHOICES: Final = 4
COMPACT_ENOUGH: Final = 0.62
SWINGS: Final = ((5.3, 0.25), (9.7, 0.55), (21.0, 1.0), (43.0, 1.6))  # length in steps, weight
SNAP: Final = 1e-7  # degrees, a centimetre


def leaf_count(plan: Plan) -> int:
    """How many grids a plan has."""
    return 1 if plan is None else sum(leaf_count(child) for child in plan)


def cut_land(land: Land, plan: Plan, rng: np.random.Generator) -> list[shapely.Polygon]:
    """The grids of the plan in its depth-first order, in metres. RuntimeError where no clean cut exists."""
    assert plan is not None
    return list(_divide(land, land.outline, land.households, list(plan), rng))


def _divide(
    land: Land, area: shapely.Polygon, people: Floats, plans: list[Plan], rng: np.random.Generator
) -> Iterator[shapely.Polygon]:
    if len(plans) == 1:
        if plans[0] is None:
            yield area
        else:
            yield from _divide(land, area, people, list(plans[0]), rng)
        return
    weights = np.cumsum([leaf_count(plan) for plan in plans])
    middle = int(np.argmin(np.abs(weights[:-1] - weights[-1] / 2))) + 1
    share = float(weights[middle - 1] / weights[-1])
    (near, near_people), (far, far_people) = _cut(land, area, people, share, rng)
    yield from _divide(land, near, near_people, plans[:middle], rng)
    yield from _divide(land, far, far_people, plans[middle:], rng)


Part = tuple[shapely.Polygon, Floats]


def _cut(
    land: Land, area: shapely.Polygon, people: Floats, share: float, rng: np.random.Generator
) -> tuple[Part, Part]:
    """The most compact of a few clean cuts that leave `share` of the people on the first side."""
    axis = _long_axis(area)
    best: tuple[Part, Part] | None = None
    best_score, found = -1.0, 0
    for trial in range(TRIALS):
        angle = axis + rng.normal(0, 0.12 + 0.02 * trial)
        parts = _try_cut(land, area, people, share, angle, rng)
        if parts is None:
            continue
        score = min(_compactness(part) for part, _ in parts)
        found += 1
        if score > best_score:
            best, best_score = parts, score
        if best_score >= COMPACT_ENOUGH or found >= CHOICES:
            break
    if best is None:
        raise RuntimeError("no line cuts this area into two clean parts")
    return best


def _try_cut(
    land: Land, area: shapely.Polygon, people: Floats, share: float, angle: float, rng: np.random.Generator
) -> tuple[Part, Part] | None:
    """Cut across the direction `angle`; None when the line leaves more than two parts."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    ring, placed = shapely.get_coordinates(area) @ turn, people @ turn
    position = float(np.quantile(placed[:, 0], share))
    across = _marks(land, turn, position, float(ring[:, 1].min()), float(ring[:, 1].max()))
    sides = land.grid_side(np.stack([np.full(len(across), position), across], axis=1) @ turn.T)
    swing = _swing(sides, rng)
    beyond = placed[:, 0] - np.interp(placed[:, 1], across, swing)
    position = float(np.quantile(beyond, share))
    line = shapely.LineString(np.stack([position + swing, across], axis=1) @ turn.T)
    faces = _faces(area, line)
    if len(faces) != 2:
        return None
    probe = shapely.get_coordinates([face.representative_point() for face in faces]) @ turn
    first_is_near = probe[0, 0] - np.interp(probe[0, 1], across, swing) < position
    near, far = faces if first_is_near else faces[::-1]
    return (near, people[beyond < position]), (far, people[beyond >= position])


def _marks(land: Land, turn: Floats, position: float, low: float, high: float) -> Floats:
    """Places along the cut, as dense as the grids beside it are small, reaching past both ends."""
    margin = (high - low) * 0.02 + 1.0
    probes = np.linspace(low - margin, high + margin, 65)
    sides = land.grid_side(np.stack([np.full(65, position), probes], axis=1) @ turn.T)
    rate = STEPS_PER_SIDE / sides
    steps = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(probes))])
    count = max(math.ceil(steps[-1]), 4)
    marks: Floats = np.interp(np.linspace(0, steps[-1], count + 1), steps, probes)
    return marks


def _swing(sides: Floats, rng: np.random.Generator) -> Floats:
    """Metres by which the line leaves its straight course at each mark."""
    steps = np.arange(len(sides))
    swing = np.zeros(len(sides))
    for length, weight in SWINGS:
        swing += weight * rng.uniform(0.4, 1.0) * np.sin(2 * math.pi * (steps / length + rng.uniform()))
    winding = np.interp(sides, (300.0, 1_500.0), (0.03, 0.105))
    bent: Floats = swing * winding * sides
    return bent


def _faces(area: shapely.Polygon, line: shapely.LineString) -> list[shapely.Polygon]:
    """The parts of the area on both sides of the line, with the border points that the line adds."""
    noded = shapely.union(area.exterior, line)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    shapely.prepare(area)
    return [face for face in faces if area.contains(face.representative_point())]


def _long_axis(area: shapely.Polygon) -> float:
    """Direction of the longer side of the tightest rectangle, radians."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(area))
    sides = np.diff(corners[:3], axis=0)
    east, north = sides[int(np.argmax((sides**2).sum(axis=1)))]
    return math.atan2(north, east)


def _compactness(area: shapely.Polygon) -> float:
    """1 for a disc, towards 0 for slivers and sprawling shapes."""
    return float(4 * math.pi * area.area / area.length**2)


def shared_vertex_by_vertex(areas: Sequence[shapely.Polygon]) -> list[shapely.Polygon]:
    """The areas (degrees) on a lattice of 1e-7 degrees, each with its neighbours' corners on its own border.

    Same order. RuntimeError when the lattice is too coarse for an area.
    """
    lines = shapely.unary_union(shapely.boundary(np.array(areas, dtype=object)), grid_size=SNAP)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    faces = shapely.transform(faces, lambda positions: np.round(positions, 7))
    inside = shapely.point_on_surface(faces)
    found, owners = shapely.STRtree(areas).query(inside, predicate="within")
    if len(faces) != len(areas) or len(set(owners.tolist())) != len(areas):
        raise RuntimeError(f"{len(areas)} areas became {len(faces)} on the lattice")
    ordered: NDArray[np.object_] = np.empty(len(areas), dtype=object)
    ordered[owners] = faces[found]
    return list(ordered)
