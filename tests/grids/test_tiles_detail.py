"""Which vertices are drawn from which zoom on: near enough to the truth, alike on both sides, never too few."""

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon, box

from benchmarks.point_to_grid import winding_mesh
from grids.tiles.detail import FIRST_ZOOM, LAST_ZOOM, PIXEL_BITS, SHORTEST, details
from grids.tiles.sheets import FlatRings, flat_rings, world


def rings_of(*areas: Polygon) -> FlatRings:
    """The rings of areas in degrees, in units of the world."""
    flat = shapely.transform(
        np.array(areas, dtype=object), lambda xy: world(xy[:, 0], xy[:, 1]).astype(float)
    )
    return flat_rings(shapely.orient_polygons(flat))


def split(rings: FlatRings, values: NDArray[np.generic]) -> list[NDArray[np.generic]]:
    """The values of each ring."""
    return np.split(values, np.cumsum(rings.lengths)[:-1])


def test_what_is_drawn_stays_within_a_pixel_of_the_truth() -> None:
    rings = rings_of(*winding_mesh(3, 3, seed=5))
    found = details(rings.points, rings.lengths)
    counts = []
    for zoom in range(LAST_ZOOM, FIRST_ZOOM - 1, -1):
        counts.append(int((found <= zoom).sum()))
        for points, kept in zip(split(rings, rings.points), split(rings, found <= zoom), strict=True):
            drawn = points[kept]
            assert len(drawn) >= SHORTEST
            away = shapely.hausdorff_distance(shapely.LinearRing(points), shapely.LinearRing(drawn))
            assert away <= 1 << (PIXEL_BITS - zoom)
    assert counts == sorted(counts, reverse=True)
    assert counts[0] < len(rings.points) < 30 * counts[5], "far fewer from afar"


def test_a_border_is_thinned_alike_on_both_sides() -> None:
    rings = rings_of(*winding_mesh(4, 4, seed=2))
    found = details(rings.points, rings.lengths)
    from_zoom: dict[tuple[int, int], set[int]] = {}
    for point, zoom in zip(rings.points.tolist(), found.tolist(), strict=True):
        from_zoom.setdefault((point[0], point[1]), set()).add(zoom)
    twice = [zooms for zooms in from_zoom.values() if len(zooms) > 1]
    assert len(from_zoom) < len(rings.points), "neighbours share vertices"
    assert twice == []


def test_where_three_meet_the_vertex_stays() -> None:
    step = 0.01
    west, east, north = (
        box(118.5, 31.1, 118.5 + step, 31.1 + step),
        box(118.5 + step, 31.1, 118.5 + 2 * step, 31.1 + step),
        Polygon([(118.5 + x * step, 31.1 + y * step) for x, y in ((0, 1), (1, 1), (2, 1), (2, 2), (0, 2))]),
    )
    rings = rings_of(west, east, north)
    found = details(rings.points, rings.lengths)
    meeting = tuple(world([118.5 + step], [31.1 + step])[0].tolist())
    there = [
        zoom
        for point, zoom in zip(rings.points.tolist(), found.tolist(), strict=True)
        if tuple(point) == meeting
    ]
    assert there == [0, 0, 0], "on a straight line, but three areas meet"


@pytest.mark.parametrize("radius", [1e-6, 1e-4, 1e-2])
def test_a_ring_keeps_three_vertices(radius: float) -> None:
    rings = rings_of(Point(118.5, 31.1).buffer(radius, quad_segs=32))
    found = details(rings.points, rings.lengths)
    assert int((found <= FIRST_ZOOM).sum()) >= min(SHORTEST, len(found))


def test_vertices_on_a_straight_line_are_for_near_zooms_only() -> None:
    line = [(118.5 + part / 100, 31.1) for part in range(11)]
    rings = rings_of(Polygon([*line, (118.6, 31.2), (118.5, 31.2)]))
    found = details(rings.points, rings.lengths)
    assert sorted(found.tolist())[:4] == [0, 0, 0, 0], "the corners"
    assert (found > 0).sum() == 9
    assert found.max() == LAST_ZOOM + 1


def test_nothing_at_all() -> None:
    assert details(np.zeros((0, 2), dtype=np.int32), np.zeros(0, dtype=np.int64)).tolist() == []
