"""Every kind of finding, with its exact piece; what forbids and what is only said; and how fast it is."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from django.utils import translation
from shapely.geometry import Polygon, box

from governance.foundation.clock import now
from grids.checks import Ground, Plan, Plot, Points, Severity, Standard, check, grounds_after, worded
from grids.checks.report import SENTENCES, TITLES, Kind
from grids.geometry import LocalPlane, area_m2, parse_area
from grids.tessellation.cuts import shared_vertex_by_vertex
from tests.timing import processor_seconds

PLANE = LocalPlane(118.5, 31.1)
HOME, NEXT = "990101001001", "990101001002"


def earth(geometry):
    """Metres east and north of the origin as degrees, on the lattice of a centimetre."""
    return shapely.transform(geometry, lambda points: np.round(PLANE.degrees(points), 7))


def plot(serial: int, area, community: str = HOME, **facts) -> Plot:
    usual = {"name": f"第{serial}网格", "households": 500}
    return Plot(code=f"{community}{serial:03d}", community=community, area=earth(area), **usual | facts)


def plan(*plots: Plot, ground=None, **more) -> Plan:
    area = earth(ground if ground is not None else box(0, 0, 2000, 1000))
    return Plan(grounds={HOME: Ground(HOME, "书院社区", area)}, plots=plots, **more)


WEST, EAST = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)


def found(given: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.kind.value, tuple(code[-3:] for code in item.codes)) for item in check(given).findings]


class TestShapes:
    def test_nothing_is_wrong(self) -> None:
        report = check(plan(plot(1, WEST), plot(2, EAST)))
        assert (report.findings, report.is_sound, report.households_total) == ([], True, 1000)

    def test_outside(self) -> None:
        report = check(plan(plot(1, WEST), plot(2, box(1000, 0, 2010, 1000))))
        (item,) = report.errors
        assert (item.kind, item.unit) == ("outside_community", "m2")
        assert item.measure == pytest.approx(10_000, rel=0.01)
        assert area_m2(parse_area(item.stored()["geometry"])) == pytest.approx(10_000, rel=0.01)

    def test_a_gap_with_the_grids_beside_it(self) -> None:
        report = check(plan(plot(1, WEST), plot(2, box(1050, 0, 2000, 1000))))
        (item,) = report.errors
        assert (item.kind, item.codes) == ("gap", (f"{HOME}001", f"{HOME}002"))
        assert item.measure == pytest.approx(50_000, rel=0.01)

    def test_two_gaps_are_two_findings(self) -> None:
        hole = EAST.difference(box(1400, 400, 1500, 500)).difference(box(1700, 700, 1720, 720))
        items = check(plan(plot(1, WEST), plot(2, hole))).errors
        assert [item.kind for item in items] == ["gap", "gap"]
        assert [round(item.measure, -2) for item in items] == [10_000, 400]

    def test_an_overlap(self) -> None:
        items = check(plan(plot(1, box(0, 0, 1020, 1000)), plot(2, EAST))).errors
        assert [(item.kind, round(item.measure, -2)) for item in items] == [("overlap", 20_000)]

    def test_an_overlap_with_a_grid_of_another_community(self) -> None:
        other = plot(1, box(1990, 0, 3000, 1000), NEXT)
        assert found(plan(plot(1, WEST), plot(2, EAST), others=[other])) == [("overlap", ("002", "001"))]

    def test_not_in_one_piece(self) -> None:
        two = shapely.MultiPolygon([box(0, 0, 400, 1000), box(600, 0, 1000, 1000)])
        items = check(plan(plot(1, two), plot(2, EAST), plot(3, box(400, 0, 600, 1000)))).errors
        assert [(item.kind, item.measure) for item in items] == [("not_contiguous", 2)]

    def test_a_border_that_crosses_itself(self) -> None:
        bow = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
        kinds = dict(found(plan(plot(1, bow), plot(2, EAST))))
        assert kinds["self_crossing"] == ("001",)
        item = next(
            item for item in check(plan(plot(1, bow), plot(2, EAST))).errors if item.kind == "self_crossing"
        )
        assert item.geometry.distance(earth(shapely.Point(500, 500))) < 1e-6

    def test_slivers_and_small_pieces_are_tolerated(self) -> None:
        thin = plot(2, box(1000.3, 0, 2000, 1000))  # 300 square metres, 0.3 m wide
        assert found(plan(plot(1, WEST), thin)) == []
        small = EAST.difference(box(1500, 500, 1509, 509))  # 81 square metres
        assert found(plan(plot(1, WEST), plot(2, small))) == []
        strict = Standard(gap_m2=50, sliver_m=0.1)
        assert len(found(plan(plot(1, WEST), thin, standard=strict))) == 1
        assert len(found(plan(plot(1, WEST), plot(2, small), standard=strict))) == 1

    def test_without_a_boundary_the_ground_covered_before_counts(self) -> None:
        bare = {HOME: Ground(HOME, "书院社区")}
        sources = [plot(1, WEST)]
        half = plot(1, box(0, 0, 500, 1000), is_own=True)
        given = Plan(grounds=bare, plots=[half, plot(2, EAST)], sources=sources)
        assert found(given)[0][0] == "gap"
        assert found(Plan(grounds=bare, plots=[plot(1, WEST), plot(2, EAST)])) == []
        assert check(Plan(grounds=bare, plots=[])).is_sound


def points(*spots: tuple[float, float], community: str = HOME) -> Points:
    places = [earth(shapely.Point(spot)) for spot in spots]
    return Points(
        np.array([place.x for place in places]),
        np.array([place.y for place in places]),
        [f"{n}号楼" for n in range(1, len(spots) + 1)],
        [community] * len(spots),
        np.full(len(spots), 10),
    )


class TestAddresses:
    def test_each_lies_in_one_grid(self) -> None:
        given = points((500, 500), (1000, 500), (1500, 500))  # the second lies on the border
        assert found(plan(plot(1, WEST), plot(2, EAST), points=given)) == []

    def test_nowhere(self) -> None:
        given = plan(
            plot(1, WEST), plot(2, box(1300, 0, 2000, 1000)), points=points((1100, 500), (5000, 500))
        )
        items = [item for item in check(given).findings if item.kind == "address_nowhere"]
        assert [(item.severity, item.facts["place"]) for item in items] == [
            (Severity.ERROR, "1号楼"),
            (Severity.WARNING, "2号楼"),
        ]

    def test_twice(self) -> None:
        given = plan(plot(1, box(0, 0, 1100, 1000)), plot(2, EAST), points=points((1050, 500)))
        (item,) = [item for item in check(given).findings if item.kind == "address_twice"]
        assert item.codes == (f"{HOME}001", f"{HOME}002")

    def test_in_a_revision_an_old_gap_is_not_its_fault(self) -> None:
        given = plan(
            plot(1, WEST, is_own=True),
            plot(2, box(1300, 0, 2000, 1000)),
            sources=[plot(1, WEST)],
            points=points((1250, 500)),
        )
        by_kind = {item.kind.value: item.severity for item in check(given).findings}
        assert by_kind["address_nowhere"] is Severity.WARNING


class TestBooks:
    def test_households(self) -> None:
        given = plan(plot(1, WEST, households=120), plot(2, EAST, households=900))
        report = check(given)
        assert report.is_sound
        assert [(item.kind.value, item.measure) for item in report.warnings] == [
            ("households_low", 120),
            ("households_high", 900),
        ]
        exclusive = plan(plot(1, WEST, households=0, is_exclusive=True), plot(2, EAST))
        assert found(exclusive) == []

    @pytest.mark.parametrize(
        "code", ["990101001001000", "99010100100100a", "990101001002001", "", "9901010010010011"]
    )
    def test_a_code_is_that_of_the_community_and_three_digits(self, code: str) -> None:
        given = plan(replace(plot(1, WEST), code=code), plot(2, EAST))
        assert ("code_wrong", "form") in {(item.kind.value, item.case) for item in check(given).errors}

    def test_a_code_belongs_to_one_grid(self) -> None:
        twice = check(plan(plot(1, WEST), replace(plot(2, EAST), code=f"{HOME}001")))
        assert {(item.kind.value, item.case) for item in twice.errors} == {("code_wrong", "twice")}
        fresh = plot(3, WEST, is_own=True)
        spent = check(
            plan(fresh, plot(2, EAST), sources=[plot(1, WEST)], spent_codes=frozenset({fresh.code}))
        )
        assert {(item.kind.value, item.case) for item in spent.errors} == {("code_wrong", "spent")}
        kept = plot(1, WEST, is_own=True)
        assert check(
            plan(kept, plot(2, EAST), sources=[plot(1, WEST)], spent_codes=frozenset({kept.code}))
        ).is_sound

    def test_one_heir_for_each_source(self) -> None:
        sources = [plot(1, WEST), plot(2, EAST)]
        both = plan(
            plot(1, WEST, is_own=True),
            plot(2, EAST, is_own=True, heir_of=f"{HOME}001"),
            sources=sources,
        )
        kinds = [(item.kind.value, item.case, item.facts["code"][-3:]) for item in check(both).errors]
        assert kinds == [("heir_twice", "", "001")]
        strange = plan(plot(1, WEST, is_own=True, heir_of="x"), plot(2, EAST), sources=[plot(1, WEST)])
        assert [item.case for item in check(strange).errors] == ["unknown"]

    def test_names(self) -> None:
        given = plan(plot(1, WEST, name="东苑"), plot(2, EAST, name="东苑 "))
        assert found(given) == [("name_twice", ("001", "002"))]

    def test_holes_in_the_numbering(self) -> None:
        (item,) = check(plan(plot(1, WEST), plot(4, EAST))).findings
        assert (item.kind, item.case, item.severity) == ("code_order", "hole", Severity.WARNING)
        assert item.facts["codes"] == "002、003"

    def test_a_numbering_that_runs_across(self) -> None:
        columns = [box(x, 0, x + 500, 1000) for x in (1500, 1000, 500, 0)]
        given = plan(*(plot(n, area) for n, area in enumerate(columns, 1)))
        assert [item.case for item in check(given).findings] == ["across"]
        assert found(plan(*(plot(n, area) for n, area in enumerate(columns[::-1], 1)))) == []


class TestRevisions:
    def test_what_concerns_others_only_is_a_warning(self) -> None:
        given = plan(
            plot(1, WEST, is_own=True),
            plot(2, box(1000, 0, 1500, 1000)),
            plot(3, box(1450, 0, 2000, 1000)),
            sources=[plot(1, WEST)],
        )
        report = check(given)
        assert report.is_sound
        assert [item.kind.value for item in report.warnings] == ["overlap"]

    def test_an_old_gap_far_away_is_a_warning_a_new_one_is_not(self) -> None:
        far = plot(2, box(1000, 0, 1500, 1000))
        given = plan(plot(1, WEST, is_own=True), far, sources=[plot(1, WEST)])
        assert [item.severity.value for item in check(given).findings] == ["warning"]
        less = plan(plot(1, box(0, 0, 800, 1000), is_own=True), far, sources=[plot(1, WEST)])
        assert {item.severity.value for item in check(less).findings} == {"warning", "error"}

    def test_a_transfer_takes_its_ground_along(self) -> None:
        grounds = {
            HOME: Ground(HOME, "书院社区", earth(box(0, 0, 2000, 1000))),
            NEXT: Ground(NEXT, "桂园社区", earth(box(2000, 0, 3000, 1000))),
        }
        moved = plot(2, EAST, NEXT, is_own=True, heir_of=f"{HOME}002")
        plots = [plot(1, WEST), moved, plot(1, box(2000, 0, 3000, 1000), NEXT)]
        given = Plan(grounds=grounds, plots=plots, sources=[plot(2, EAST)])
        assert check(given).is_sound, found(given)
        after = grounds_after(given)
        assert area_m2(after[HOME]) == pytest.approx(1_000_000, rel=1e-3)
        assert area_m2(after[NEXT]) == pytest.approx(2_000_000, rel=1e-3)
        grabbed = Plan(
            grounds=grounds, plots=[plots[0], replace(moved, heir_of=""), plots[2]], sources=[plot(2, EAST)]
        )
        assert "outside_community" in dict(found(grabbed))


def test_every_finding_has_words_in_both_languages() -> None:
    assert set(TITLES) == set(Kind)
    bow = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    report = check(plan(plot(1, bow), plot(1, box(500, 0, 2100, 1000), households=9)))
    for language, word in (("zh-hans", "户"), ("en", "households")):
        with translation.override(language):
            told = worded(report.stored(at=now()))
        assert told is not None
        assert any(word in item["message"] for item in told["findings"])
        assert all("%(" not in item["message"] for item in told["findings"])
    assert worded(None) is None
    assert all(key.split(".")[0] in set(Kind) for key in SENTENCES)


def wavy(columns: int, rows: int, vertices: int) -> list:
    """Touching grids with wavy borders of some `vertices` vertices each, in degrees."""
    per_side = vertices // 4
    xs, ys = np.meshgrid(np.arange(columns * per_side + 1), np.arange(rows * per_side + 1), indexing="ij")
    step = 400 / per_side
    east = xs * step + 12 * np.sin(ys * 0.7 + xs * 0.1)
    north = ys * step + 12 * np.cos(xs * 0.7 + ys * 0.1)
    areas = []
    for i in range(columns):
        for j in range(rows):
            a, b, c, d = i * per_side, (i + 1) * per_side, j * per_side, (j + 1) * per_side
            ring = [(n, c) for n in range(a, b)] + [(b, n) for n in range(c, d)]
            ring += [(n, d) for n in range(b, a, -1)] + [(a, n) for n in range(d, c, -1)]
            areas.append(earth(Polygon([(east[p], north[p]) for p in ring])))
    return areas


def test_thirty_grids_of_a_hundred_vertices_take_less_than_300_ms() -> None:
    areas = shared_vertex_by_vertex(wavy(6, 5, 100))
    plots = [Plot(f"{HOME}{n:03d}", f"第{n}网格", HOME, area, 500) for n, area in enumerate(areas, 1)]
    rng = np.random.default_rng(5)
    spots = Points(
        rng.uniform(118.501, 118.52, 600), rng.uniform(31.101, 31.115, 600),
        ["楼"] * 600, [HOME] * 600, np.full(600, 10),
    )  # fmt: skip
    given = Plan(
        grounds={HOME: Ground(HOME, "书院社区", shapely.union_all(areas))}, plots=plots, points=spots
    )
    report = check(given)
    seconds = processor_seconds(lambda: check(given))
    assert report.is_sound, [item.stored() for item in report.errors[:3]]
    print(f"check of 30 grids: {seconds * 1000:.0f} ms")
    assert seconds < 0.3
