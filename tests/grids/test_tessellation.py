"""The demo city: counts, no gap and no overlap, shared vertices, numbering, codes, names, determinism."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import shapely

from grids.geometry import area_m2, parse_area, reading_order
from grids.tessellation import DemoCity, ExclusiveType, build_city

DIGITS = {"city": 4, "district": 6, "town": 9, "community": 12}


@pytest.fixture(scope="module")
def city() -> DemoCity:
    return build_city(0)


def test_there_is_exactly_what_was_asked_for(city: DemoCity) -> None:
    assert Counter(region.level for region in city.regions) == {
        "city": 1,
        "district": 2,
        "town": 8,
        "community": 60,
    }
    assert len(city.grids) == 600
    per_community = Counter(grid.community_code for grid in city.grids)
    assert len(per_community) == 60
    assert all(7 <= count <= 13 for count in per_community.values())
    assert len(set(per_community.values())) > 3


def test_grids_neither_gap_nor_overlap(city: DemoCity) -> None:
    polygons = [grid.polygon for grid in city.grids]
    assert all(shapely.is_valid(polygons))
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.union_all(polygons)
    assert isinstance(whole, shapely.Polygon)
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(polygon.area for polygon in polygons), rel=1e-12)


def test_every_border_is_shared_vertex_by_vertex(city: DemoCity) -> None:
    sides: Counter[tuple[tuple[float, float], ...]] = Counter()
    for grid in city.grids:
        sides.update(tuple(sorted(side)) for side in pairwise(grid.polygon.exterior.coords))
    outline = city.at_level("city")[0].polygon.exterior
    lonely = {side for side, count in sides.items() if count == 1}
    assert set(sides.values()) == {1, 2}
    assert lonely == {tuple(sorted(side)) for side in pairwise(outline.coords)}


def test_regions_are_the_exact_unions_of_their_children(city: DemoCity) -> None:
    for region in city.regions:
        if region.level == "community":
            children = [grid.polygon for grid in city.grids if grid.community_code == region.code]
        else:
            children = [child.polygon for child in city.regions if child.parent_code == region.code]
        assert isinstance(region.polygon, shapely.Polygon)
        assert region.polygon.equals(shapely.union_all(children)), region.code


def test_codes_follow_the_division_rule(city: DemoCity) -> None:
    regions = {region.code: region for region in city.regions}
    assert len(regions) == len(city.regions)
    assert next(iter(regions)) == "990100000000"
    for code, region in regions.items():
        assert len(code) == 12
        significant = DIGITS[region.level]
        assert set(code[significant:]) <= {"0"}
        if region.level != "city":
            parent = regions[region.parent_code]
            assert code.startswith(region.parent_code[: DIGITS[parent.level]])
    for town in city.at_level("town"):
        assert town.code[6] == ("0" if town.is_urban else "1")
        assert town.name.endswith("街道" if town.is_urban else "镇")
    for community in city.at_level("community"):
        assert community.code[9] == ("0" if community.is_urban else "2")
        assert community.name.endswith("社区" if community.is_urban else "村")


def test_grids_count_up_west_to_east_and_north_to_south(city: DemoCity) -> None:
    for community in city.at_level("community"):
        grids = [grid for grid in city.grids if grid.community_code == community.code]
        assert [grid.code for grid in grids] == [f"{community.code}{n:03d}" for n in range(1, len(grids) + 1)]
        order = reading_order(np.array([grid.centre for grid in grids]))
        assert order.tolist() == list(range(len(grids)))


def test_the_shape_of_a_grid_is_winding_but_compact(city: DemoCity) -> None:
    polygons = [grid.polygon for grid in city.grids]
    vertices = shapely.get_num_coordinates(polygons)
    assert vertices.min() >= 25
    assert vertices.max() <= 80
    assert 30 <= vertices.mean() <= 60
    compactness = 4 * np.pi * shapely.area(polygons) / shapely.length(polygons) ** 2
    assert np.median(compactness) > 0.6
    assert compactness.min() > 0.2


def test_town_is_dense_and_country_is_wide(city: DemoCity) -> None:
    urban = [area_m2(grid.polygon) for grid in city.grids if grid.is_urban]
    rural = [area_m2(grid.polygon) for grid in city.grids if not grid.is_urban]
    assert np.median(rural) > 3 * np.median(urban)
    assert min(urban) > 20_000
    west, south, east, north = city.at_level("city")[0].polygon.bounds
    assert 118.5 <= west < east <= 118.9
    assert 31.1 <= south < north <= 31.45


def test_names_are_given_once(city: DemoCity) -> None:
    for things in (city.regions, city.grids):
        assert len({thing.name for thing in things}) == len(things)
        assert len({thing.name_en for thing in things}) == len(things)
    assert all(grid.name.endswith("网格") for grid in city.grids)
    assert all(grid.name_en.isprintable() and grid.name_en[0].isupper() for grid in city.grids)
    for community in city.at_level("community"):
        assert 4 <= len({street.zh for street in community.streets}) == len(community.streets)


def test_households_and_exclusive_grids(city: DemoCity) -> None:
    ordinary = [grid for grid in city.grids if grid.kind == "comprehensive"]
    exclusive = [grid for grid in city.grids if grid.kind == "exclusive"]
    assert all(300 <= grid.household_count <= 700 for grid in ordinary)
    assert np.mean([grid.household_count for grid in ordinary]) == pytest.approx(500, abs=10)
    assert {grid.exclusive_type for grid in exclusive} == set(ExclusiveType)
    assert 20 <= len(exclusive) <= 90
    assert all(grid.household_count < 100 for grid in exclusive)
    assert not any(grid.exclusive_type for grid in ordinary)


def test_geojson_keeps_every_digit(city: DemoCity) -> None:
    for grid in city.grids[::50]:
        assert shapely.equals_exact(
            shapely.normalize(parse_area(grid.geojson)), shapely.normalize(grid.polygon)
        )
        assert grid.polygon.contains(shapely.Point(grid.centre))


def test_the_same_seed_is_the_same_city_and_another_is_not(city: DemoCity) -> None:
    assert build_city(0) == city
    other = build_city(7)
    assert other.grids[0].polygon != city.grids[0].polygon
    assert len(other.grids) == 600
