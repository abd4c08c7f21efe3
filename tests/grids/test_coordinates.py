"""Datums: published values, exact inverses, what is refused; distances."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.coordinates import (
    CoordSystem,
    InvalidPoint,
    checked,
    from_wgs84,
    in_china,
    looks_swapped,
    many_metres_between,
    metres_between,
    system_of,
    to_wgs84,
)

TIANANMEN = (116.404, 39.915)
CHINESE_LONS = st.floats(73.0, 137.0, allow_nan=False)
CHINESE_LATS = st.floats(1.0, 55.0, allow_nan=False)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        pytest.param((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597), id="Shanghai"),
        pytest.param((113.912316, 22.543847), (113.9171764808363, 22.540796131694766), id="Shenzhen"),
        pytest.param((116.377817, 39.911954), (116.38404722455657, 39.91334545536069), id="Beijing"),
        pytest.param(TIANANMEN, (116.41024449916938, 39.91640428150164), id="Tiananmen"),
    ],
)
def test_gcj02_has_the_published_values(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert from_wgs84(*wgs, CoordSystem.GCJ02) == pytest.approx(gcj, abs=1e-9)
    assert metres_between(*to_wgs84(*gcj, "gcj02"), *wgs) < 1e-3


def test_bd09_has_the_published_value() -> None:
    assert from_wgs84(*TIANANMEN, "bd09") == pytest.approx((116.41662724378733, 39.922699552216216), abs=1e-9)


@pytest.mark.parametrize("system", list(CoordSystem))
@settings(max_examples=300, deadline=None, derandomize=True)
@given(lon=CHINESE_LONS, lat=CHINESE_LATS)
def test_there_and_back_is_the_same_point(system: CoordSystem, lon: float, lat: float) -> None:
    back = to_wgs84(*from_wgs84(lon, lat, system), system)
    assert metres_between(lon, lat, *back) < 1e-6


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lon=CHINESE_LONS, lat=CHINESE_LATS)
def test_the_offset_is_some_hundred_metres(lon: float, lat: float) -> None:
    assert 1 < metres_between(lon, lat, *from_wgs84(lon, lat, "gcj02")) < 1_500


@pytest.mark.parametrize("point", [(-0.1276, 51.5072), (151.2, -33.9), (2.35, 48.86), (-70.6, -33.4)])
@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_nothing_is_shifted_outside_china(point: tuple[float, float], system: str) -> None:
    assert from_wgs84(*point, system) == point
    assert to_wgs84(*point, system) == point


def test_wgs84_passes_unchanged() -> None:
    assert to_wgs84(*TIANANMEN) == TIANANMEN
    assert from_wgs84(*TIANANMEN, "wgs84") == TIANANMEN


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (math.nan, 31.0, "not_a_number"),
        (118.0, math.inf, "not_a_number"),
        ("east", 31.0, "not_a_number"),
        (None, 31.0, "not_a_number"),
        (10**400, 31.0, "not_a_number"),
        (181.0, 31.0, "out_of_range"),
        (118.0, -90.5, "out_of_range"),
        (31.2, 118.7, "swapped"),
    ],
)
@pytest.mark.parametrize("convert", [to_wgs84, from_wgs84])
def test_a_point_that_is_none_is_refused(convert, lon: float, lat: float, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidPoint) as caught:
        convert(lon, lat, CoordSystem.GCJ02)
    assert caught.value.reason == reason


def test_an_unknown_system_is_refused_and_case_does_not_matter() -> None:
    assert system_of("GCJ02") is CoordSystem.GCJ02
    with pytest.raises(InvalidPoint) as caught:
        to_wgs84(118.7, 31.2, "cgcs2000")
    assert caught.value.reason == "unknown_system"


def test_exchanged_coordinates_are_suspected() -> None:
    assert looks_swapped(31.2, 118.7)
    assert looks_swapped(39.9, 80.0)
    assert not looks_swapped(118.7, 31.2)
    assert not looks_swapped(-0.1, 51.5)
    assert checked("118.7", 31) == (118.7, 31.0)
    assert in_china(118.7, 31.2)


def test_distances_are_in_metres() -> None:
    degree = metres_between(118.0, 31.0, 118.0, 32.0)
    assert degree == pytest.approx(111_195, abs=1)
    assert metres_between(118.0, 31.0, 118.0, 31.0) == 0
    assert metres_between(0.0, 0.0, 180.0, 0.0) == pytest.approx(math.pi * 6_371_008.8)


def test_distances_to_many_points_equal_the_single_ones() -> None:
    lons, lats = [118.1, 118.7, -70.0], [31.0, 31.4, -33.0]
    single = [metres_between(118.5, 31.2, lon, lat) for lon, lat in zip(lons, lats, strict=True)]
    assert many_metres_between(118.5, 31.2, lons, lats) == pytest.approx(single)
