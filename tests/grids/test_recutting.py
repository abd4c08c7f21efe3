"""Cutting grids: areas add up, nothing overlaps, neighbours share their vertices, a bad line says why."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from grids.checks import Points
from grids.geometry import LocalPlane, area_m2
from grids.naming import chinese, new_name
from grids.recutting import CannotCut, merge, next_codes, settle, shared_households, split

LON, LAT = 118.5, 31.1
PLANE = LocalPlane(LON, LAT)


def earth(geometry):
    """Metres east and north of the origin as degrees, on the lattice of a centimetre."""
    return shapely.transform(geometry, lambda points: np.round(PLANE.degrees(points), 7))


def metres(geometry):
    return PLANE.flat(geometry)


SQUARE = earth(box(0, 0, 1000, 1000))


@st.composite
def blobs(draw, corners=14):
    """A star-shaped polygon around (500, 500), up to 500 m out."""
    radii = draw(st.lists(st.floats(150, 500), min_size=corners, max_size=corners))
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = [(500 + r * np.cos(a), 500 + r * np.sin(a)) for r, a in zip(radii, angles, strict=True)]
    return earth(Polygon(ring))


def nothing_lost(before, parts, slack=2.0) -> None:
    flat = [metres(part) for part in parts]
    whole = metres(before)
    assert sum(part.area for part in flat) == pytest.approx(whole.area, abs=slack)
    assert shapely.union_all(flat).symmetric_difference(whole).area < slack
    for i, part in enumerate(flat):
        for other in flat[:i]:
            assert part.intersection(other).area < slack


class TestSplit:
    def test_in_reading_order_from_the_north(self) -> None:
        north, south = split(SQUARE, earth(LineString([(-50, 500), (1050, 500)])).coords[:])
        assert metres(north).centroid.y > metres(south).centroid.y
        west, east = split(SQUARE, earth(LineString([(500, -50), (500, 1050)])).coords[:])
        assert metres(west).centroid.x < metres(east).centroid.x

    @pytest.mark.parametrize("short", [0, 20, 100])
    def test_a_line_may_be_short_or_long(self, short: float) -> None:
        for end in (short, -short):
            parts = split(SQUARE, earth(LineString([(400, end), (600, 1000 - end)])).coords[:])
            assert len(parts) == 2
            nothing_lost(SQUARE, parts)

    def test_a_winding_line_can_cut_more_than_once(self) -> None:
        line = earth(LineString([(-10, 300), (300, 1100), (600, 300), (1100, 300)]))
        parts = split(SQUARE, line.coords[:])
        assert len(parts) == 3
        nothing_lost(SQUARE, parts)

    def test_a_hole_stays_a_hole(self) -> None:
        ring = earth(box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600)))
        parts = split(ring, earth(LineString([(500, -10), (500, 1010)])).coords[:])
        assert len(parts) == 2
        nothing_lost(ring, parts)

    @pytest.mark.parametrize(
        "line",
        [
            [(2000, 0), (2000, 1000)],
            [(300, 500), (400, 500)],
            [(500, 500), (500, 500)],
            [(500, 500)],
            [],
            [(0, 5), (5, 0)],
            [(float("nan"), 0), (1, 1)],
        ],
    )
    def test_why_a_line_does_not_cut(self, line: list) -> None:
        with pytest.raises(CannotCut) as caught:
            split(SQUARE, [PLANE.degrees(np.array(point)) for point in line])
        assert str(caught.value.detail)

    def test_words_are_no_line(self) -> None:
        with pytest.raises(CannotCut):
            split(SQUARE, [["a", "b"], ["c", "d"]])

    @settings(max_examples=60, deadline=None)
    @given(blobs(), st.floats(0, np.pi), st.floats(-60, 60))
    def test_any_area_by_any_line(self, area, angle: float, offset: float) -> None:
        middle = np.array([500, 500]) + offset * np.array([-np.sin(angle), np.cos(angle)])
        reach = 700 * np.array([np.cos(angle), np.sin(angle)])
        line = LineString([middle - reach, middle + reach])
        try:
            parts = split(area, earth(line).coords[:])
        except CannotCut:
            return
        assert len(parts) >= 2
        nothing_lost(area, parts)
        assert all(part.is_valid for part in parts)
        again = merge(parts)
        assert metres(again).symmetric_difference(metres(area)).area < 5


class TestMerge:
    def test_neighbours(self) -> None:
        whole = merge([SQUARE, earth(box(1000, 0, 2000, 1000))])
        assert metres(whole).area == pytest.approx(2_000_000, rel=1e-5)
        assert isinstance(whole, Polygon)
        assert len(whole.exterior.coords) <= 7

    def test_a_border_that_was_drawn_twice_leaves_no_slit(self) -> None:
        whole = merge([SQUARE, earth(box(1000.4, 0, 2000, 1000))])
        assert isinstance(whole, Polygon)
        assert len(whole.interiors) == 0

    @pytest.mark.parametrize(
        "others",
        [[], [earth(box(1500, 0, 2000, 1000))], [earth(box(1000, 1000, 2000, 2000))]],
    )
    def test_what_does_not_hang_together(self, others: list) -> None:
        with pytest.raises(CannotCut):
            merge([SQUARE, *others])

    def test_around_a_courtyard(self) -> None:
        left = earth(box(0, 0, 500, 1000).difference(box(400, 400, 500, 600)))
        right = earth(box(500, 0, 1000, 1000).difference(box(500, 400, 600, 600)))
        assert len(merge([left, right]).interiors) == 1


GROUND = earth(box(0, 0, 2000, 1000))


class TestSettle:
    def test_slivers_are_closed_and_vertices_shared(self) -> None:
        left = earth(Polygon([(0, 0), (1000.2, 0), (999.8, 500), (1000.1, 1000), (0.2, 999.9)]))
        fixed = earth(box(1000, 0, 2000, 1000))
        (settled,) = settle([left], [fixed], GROUND, 0.5)
        flat = metres(settled)
        assert flat.intersection(metres(fixed)).area < 1
        assert metres(GROUND).difference(flat.union(metres(fixed))).area < 1
        assert {(1000, 0), (1000, 1000), (0, 1000)} <= {(round(x), round(y)) for x, y in flat.exterior.coords}

    def test_two_results_meet(self) -> None:
        left = earth(Polygon([(0, 0), (1000, 0), (1000.3, 400), (999.9, 1000), (0, 1000)]))
        right = earth(Polygon([(1000, 0), (2000, 0), (2000, 1000), (1000.2, 1000), (999.8, 700)]))
        settled = settle([left, right], [], GROUND, 0.5)
        nothing_lost(GROUND, settled, slack=3)
        first, second = (set(area.exterior.coords) for area in settled)
        border = metres(settled[0]).intersection(metres(settled[1]))
        assert border.length == pytest.approx(1000, abs=3)
        assert len(first & second) >= 3

    def test_what_is_wide_stays_for_the_check(self) -> None:
        left = earth(box(0, 0, 980, 1000))
        fixed = earth(box(1000, 0, 2000, 1000))
        (settled,) = settle([left], [fixed], GROUND, 0.5)
        assert metres(settled).area == pytest.approx(980_000, rel=1e-4)
        over = earth(box(0, 0, 1100, 1000))
        (settled,) = settle([over], [fixed], GROUND, 0.5)
        assert metres(settled).area == pytest.approx(1_100_000, rel=1e-4)

    def test_without_a_ground_or_neighbours(self) -> None:
        (settled,) = settle([SQUARE], [], Polygon(), 0.5)
        assert metres(settled).area == pytest.approx(1_000_000, rel=1e-5)
        assert settle([], [], Polygon(), 0.5) == []

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.floats(-0.2, 0.2), min_size=16, max_size=16))
    def test_any_trembling_of_a_few_decimetres_is_calmed(self, shifts: list[float]) -> None:
        ys = np.linspace(0, 1000, 8)
        left_edge = [(1000 + s, y) for s, y in zip(shifts[:8], ys, strict=True)]
        right_edge = [(1000 + s, y) for s, y in zip(shifts[8:], ys, strict=True)]
        left = earth(Polygon([(0, 1000), (0, 0), *left_edge]))
        right = earth(Polygon([*right_edge, (2000, 1000), (2000, 0)]))
        settled = settle([left, right], [], GROUND, 0.5)
        nothing_lost(GROUND, settled, slack=3)
        assert all(area.is_valid and isinstance(area, Polygon) for area in settled)


class TestShares:
    def test_by_buildings_else_by_surface(self) -> None:
        west, east = split(SQUARE, earth(LineString([(250, -10), (250, 1010)])).coords[:])
        assert shared_households(400, [west, east], Points.none()) == [100, 300]
        spots = [earth(Point(x, 500)) for x in (100, 900, 900, 5000)]
        points = Points(
            np.array([spot.x for spot in spots]),
            np.array([spot.y for spot in spots]),
            ["楼"] * 4,
            ["1"] * 4,
            np.array([30, 5, 5, 900]),
        )
        assert shared_households(400, [west, east], points) == [300, 100]

    @given(st.integers(0, 5000), st.lists(st.floats(10, 900), min_size=1, max_size=5))
    def test_nobody_is_lost(self, total: int, widths: list[float]) -> None:
        pieces = [earth(box(i * 1000, 0, i * 1000 + width, 1000)) for i, width in enumerate(widths)]
        shares = shared_households(total, pieces, Points.none())
        assert sum(shares) == total
        assert min(shares) >= 0

    def test_codes_that_nobody_had(self) -> None:
        assert next_codes("990101001001", ["990101001001001", "990101001001003"], 2) == [
            "990101001001002",
            "990101001001004",
        ]
        with pytest.raises(CannotCut):
            next_codes("990101001001", [f"990101001001{n:03d}" for n in range(1, 1000)])

    def test_names_go_on_counting(self) -> None:
        assert new_name("第1网格", "990101001001012", {"第1网格"}) == "第12网格"
        assert new_name("书院第三网格", "990101001001012", set()) == "书院第十二网格"
        assert new_name("东苑片区", "990101001001012", {"东苑片区", "东苑片区(二)"}) == "东苑片区(三)"
        assert new_name("第1网格", "990101001001012", {"第12网格"}) == "第1网格(二)"
        assert [chinese(n) for n in (1, 10, 20, 101, 110, 999)] == [
            "一", "十", "二十", "一百零一", "一百一十", "九百九十九",
        ]  # fmt: skip


def test_a_multipolygon_can_be_split() -> None:
    two = MultiPolygon([SQUARE, earth(box(3000, 0, 3500, 500))])
    parts = split(two, earth(LineString([(500, -10), (500, 1010)])).coords[:])
    assert sum(area_m2(part) for part in parts) == pytest.approx(area_m2(two), rel=1e-4)
