"""The locator against brute force: random points, borders, holes, parts, overlaps, nothing at all."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
import shapely

from benchmarks.point_to_grid import winding_mesh
from grids.geometry import Area, metres_to
from grids.locator import NO_GRID, Locator


def build(polygons: Sequence[Area], first_id: int = 100) -> Locator:
    """Codes count up with the ids."""
    ids = list(range(first_id, first_id + len(polygons)))
    return Locator.build([f"{i:015d}" for i in ids], ids, polygons)


def brute_force(polygons: Sequence[Area], points: np.ndarray, first_id: int = 100) -> list[int]:
    """The first polygon that intersects each point, by testing them all."""
    found = []
    for lon, lat in points:
        hits = np.flatnonzero(shapely.intersects_xy(np.array(polygons, dtype=object), lon, lat))
        found.append(first_id + int(hits[0]) if len(hits) else NO_GRID)
    return found


def assert_exact(polygons: Sequence[Area], points: np.ndarray) -> None:
    """Array and single look-ups both equal brute force."""
    locator = build(polygons)
    expected = brute_force(polygons, points)
    assert locator.locate_many(points[:, 0], points[:, 1]).tolist() == expected
    single = [locator.locate(lon, lat) for lon, lat in points.tolist()]
    assert [NO_GRID if found is None else found for found in single] == expected


def scattered(polygons: Sequence[Area], count: int, seed: int) -> np.ndarray:
    """Random points in and a little around the bounds."""
    west, south, east, north = shapely.total_bounds(np.array(polygons, dtype=object))
    margin_x, margin_y = (east - west) / 10, (north - south) / 10
    rng = np.random.default_rng(seed)
    return rng.uniform((west - margin_x, south - margin_y), (east + margin_x, north + margin_y), (count, 2))


MESH = winding_mesh(12, 9, seed=5)


def test_random_points_in_a_winding_mesh() -> None:
    assert_exact(MESH, scattered(MESH, 3_000, seed=1))


def test_points_on_shared_borders_go_to_the_lowest_code() -> None:
    corners = np.unique(shapely.get_coordinates(MESH), axis=0)
    halves = np.concatenate(
        [(ring[1:] + ring[:-1]) / 2 for ring in (shapely.get_coordinates(cell) for cell in MESH[::7])]
    )
    assert_exact(MESH, corners)
    assert_exact(MESH, halves)


def test_codes_decide_not_the_order_of_arrival() -> None:
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    locator = Locator.build(["990101001001002", "990101001001001"], [7, 8], [left, right])
    assert (locator.locate(0.5, 0.5), locator.locate(1.5, 0.5), locator.locate(1.0, 0.5)) == (7, 8, 8)


def test_the_outer_bounds_belong_to_the_grid() -> None:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0], [1.0, 0.25]])
    assert_exact([shapely.box(0, 0, 1, 1)], corners)
    assert_exact([shapely.box(0, 0, 1, 1)], np.nextafter(corners, 2.0))
    assert_exact([shapely.box(0, 0, 1, 1)], np.nextafter(corners, -2.0))


def test_holes_parts_islands_and_overlaps() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(2, 2, 8, 8).exterior])
    parts = shapely.MultiPolygon([shapely.box(3, 3, 4, 7), shapely.box(6, 3, 7, 7)])
    far = shapely.box(20, 3, 20.001, 3.001)
    over = shapely.Point(9, 9).buffer(3)
    thin = shapely.Polygon([(11, 0), (19, 0.0001), (11, 0.0002)])
    polygons = [ring, parts, far, over, thin]
    assert_exact(polygons, scattered(polygons, 4_000, seed=2))
    assert_exact(polygons, shapely.get_coordinates(polygons))
    inside_thin = np.stack([np.linspace(11, 19, 200), np.full(200, 0.0001)], axis=1)
    assert_exact(polygons, inside_thin)


def test_big_cells_of_straight_polygons() -> None:
    rng = np.random.default_rng(8)
    triangles = [shapely.Polygon(rng.uniform(0, 1, (3, 2))) for _ in range(40)]
    assert_exact(triangles, scattered(triangles, 2_000, seed=3))


def test_without_grids_there_is_no_answer() -> None:
    locator = build([])
    assert locator.locate(118.5, 31.2) is None
    assert locator.nearest(118.5, 31.2) is None
    assert locator.locate_many([118.5, 118.6], [31.2, 31.3]).tolist() == [NO_GRID, NO_GRID]
    assert locator.bounds is None
    assert not locator.covers(118.5, 31.2)
    assert len(locator) == 0


def test_what_is_no_point_lies_nowhere() -> None:
    locator = build(MESH)
    for lon, lat in ((math.nan, 31.1), (118.5, math.nan), (math.inf, 31.1), (118.5, -math.inf)):
        assert locator.locate(lon, lat) is None
        assert locator.nearest(lon, lat) is None
        assert locator.locate_many([lon], [lat]).tolist() == [NO_GRID]
    assert locator.locate_many([], []).tolist() == []


def test_bounds_and_length() -> None:
    locator = build(MESH)
    assert locator.bounds == pytest.approx(tuple(shapely.total_bounds(MESH)))
    assert locator.covers(*shapely.get_coordinates(MESH[0])[0])
    assert not locator.covers(0.0, 0.0)
    assert len(locator) == len(MESH)


def test_sequences_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        Locator.build(["990101001001001"], [1, 2], [MESH[0]])


def test_the_nearest_grid_is_nearest_in_metres_not_in_degrees() -> None:
    rng = np.random.default_rng(4)
    islands = [shapely.box(x, y, x + 0.01, y + 0.01) for x, y in rng.uniform((118, 60), (119, 61), (60, 2))]
    locator = build(islands)
    for lon, lat in rng.uniform((117.8, 59.8), (119.2, 61.2), (200, 2)).tolist():
        distances = [metres_to(island, lon, lat) for island in islands]
        expected = int(np.argmin(distances))
        assert locator.nearest(lon, lat) == (100 + expected, pytest.approx(distances[expected]))


def test_inside_a_grid_the_nearest_is_that_grid() -> None:
    locator = build(MESH)
    point = MESH[40].representative_point()
    assert locator.nearest(point.x, point.y) == (140, 0.0)


@pytest.mark.parametrize("count", [1, 33_000])
def test_the_positions_fit_the_raster_whatever_the_count(count: int) -> None:
    columns = 200
    x, y = np.arange(count) % columns, np.arange(count) // columns
    boxes = shapely.box(x, y, x + 1, y + 1)
    locator = build(list(boxes))
    assert locator.locate_many(x + 0.5, y + 0.5).tolist() == list(range(100, 100 + count))


@pytest.mark.parametrize("point", [(118.53, 35.0), (110.0, 31.1), (0.0, 90.0), (-60.0, -33.0)])
def test_far_away_the_nearest_is_still_exact(point: tuple[float, float]) -> None:
    distances = [metres_to(cell, *point) for cell in MESH]
    expected = int(np.argmin(distances))
    assert build(MESH).nearest(*point) == (100 + expected, pytest.approx(distances[expected]))
