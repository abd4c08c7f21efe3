"""GeoJSON in and out, what is refused, sizes in metres, overlaps and the order of numbering."""

import json
from typing import Any

import numpy as np
import pytest
import shapely

from grids.geometry import (
    InvalidArea,
    LocalPlane,
    area_m2,
    label_point,
    metres_to,
    overlapping_pairs,
    parse_area,
    reading_order,
    to_geojson,
)

RING = [[118.5, 31.1], [118.6, 31.1], [118.6, 31.2], [118.5, 31.2], [118.5, 31.1]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def test_geojson_comes_back_as_it_went() -> None:
    area = parse_area(SQUARE)
    assert to_geojson(area) == SQUARE
    assert parse_area(json.dumps(SQUARE)) == area


def test_heights_are_dropped_and_clockwise_rings_turned() -> None:
    ring = [[*position, 12.0] for position in reversed(RING)]
    back = to_geojson(parse_area({"type": "Polygon", "coordinates": [ring]}))
    assert back["coordinates"][0][1] == [118.6, 31.1]


def test_positions_are_written_to_the_centimetre() -> None:
    area = shapely.Polygon([(118.123456789, 31.0), (118.2, 31.0), (118.2, 31.1)])
    assert [118.1234568, 31.0] in to_geojson(area)["coordinates"][0]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{", "not_geojson"),
        ([1, 2], "not_geojson"),
        ({"type": "Polygon"}, "not_geojson"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "not_geojson"),
        ({"type": "Polygon", "coordinates": [[[118.5, 31.1], [118.6, 31.2]]]}, "not_geojson"),
        ({"type": "Point", "coordinates": [118.5, 31.1]}, "not_polygon"),
        ({}, "not_polygon"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [3, 3], [1, 1]]]}, "empty"),
        ({"type": "Polygon", "coordinates": [[[118, 31], [190, 31], [118, 32], [118, 31]]]}, "out_of_range"),
        (
            {"type": "Polygon", "coordinates": [[[118, 31], [float("nan"), 31], [118, 32], [118, 31]]]},
            "out_of_range",
        ),
        ({"type": "Polygon", "coordinates": [[[0, 0], [3, 2], [3, 0], [0, 1], [0, 0]]]}, "self_crossing"),
    ],
)
def test_what_is_no_area_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(InvalidArea) as caught:
        parse_area(document)
    assert caught.value.reason == reason


def test_surfaces_are_in_square_metres() -> None:
    plane = LocalPlane(118.7, 31.2)
    square = np.array([[0.0, 0.0], [1_000.0, 0.0], [1_000.0, 1_000.0], [0.0, 1_000.0]])
    assert area_m2(shapely.Polygon(plane.degrees(square))) == pytest.approx(1e6, rel=1e-3)
    assert plane.metres(plane.degrees(square)) == pytest.approx(square, abs=1e-6)
    assert plane.metres_per_degree == pytest.approx((95_306, 110_870), rel=1e-3)


def test_the_distance_to_an_area_is_zero_inside() -> None:
    area = parse_area(SQUARE)
    assert metres_to(area, 118.55, 31.15) == 0
    assert metres_to(area, 118.6, 31.15) == 0
    assert metres_to(area, 118.55, 31.0) == pytest.approx(11_087, rel=1e-3)


def test_the_label_of_a_horseshoe_lies_inside() -> None:
    horseshoe = shapely.Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])
    assert horseshoe.contains(shapely.Point(label_point(horseshoe)))
    assert label_point(shapely.box(0, 0, 2, 2)) == (1.0, 1.0)


def test_overlaps_are_found_and_shared_borders_are_none() -> None:
    boxes = [shapely.box(118.0 + i / 100, 31.0, 118.0 + (i + 1) / 100, 31.01) for i in range(3)]
    assert overlapping_pairs(boxes) == []
    intruder = shapely.box(118.005, 31.0, 118.01, 31.01)
    [(first, second, surface)] = overlapping_pairs([*boxes, intruder])
    assert (first, second) == (0, 3)
    assert surface == pytest.approx(area_m2(intruder), rel=1e-6)


def test_numbering_goes_west_to_east_and_north_to_south() -> None:
    west_to_east = [(x + 0.01 * y, y + 0.02 * x) for y in (2.0, 1.0, 0.0) for x in range(4)]
    shuffled = np.random.default_rng(3).permutation(len(west_to_east))
    order = reading_order(np.array(west_to_east)[shuffled])
    assert shuffled[order].tolist() == list(range(len(west_to_east)))
    assert reading_order(np.array([[1.0, 1.0]])).tolist() == [0]
