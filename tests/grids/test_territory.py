"""The tree of regions, grids and units as one snapshot of the process."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids import territory
from grids.models import Grid, GridAssignment, GridPost, GridVersion, Region, UnitArea
from tests.cast import Cast

pytestmark = pytest.mark.django_db

FIRST = "9901/990101/990101001/990101001001/990101001001001/"
FAR = "9901/990102/990102001/990102001001/990102001001001/"


def code(unit: territory.Unit | None) -> str | None:
    return unit.code if unit else None


class TestTheTree:
    def test_from_the_city_down(self, cast: Cast) -> None:
        land = territory.current()
        assert [place.level for place in land.chain(FIRST)] == [
            "city",
            "district",
            "town",
            "community",
            "grid",
        ]
        assert land.chain("0000/") == []
        town = land.at_level(FIRST, "town")
        assert town is not None
        assert town.code == "990101001000"
        assert land.at_level("9901/", "town") is None
        grid = land.by_path[FIRST]
        assert (grid.region_id, grid.team_id) == (cast.region("990101001001").pk, cast.unit("G1").pk)

    @pytest.mark.parametrize(
        ("tier", "unit"),
        [("grid", "G1"), ("community", "W1"), ("town", "T1"), ("district", "D1"), ("city", "CMD")],
    )
    def test_the_command_unit_of_each_tier(self, cast: Cast, tier: str, unit: str) -> None:
        assert code(territory.current().command_unit(FIRST, tier)) == unit

    def test_a_missing_tier_is_answered_by_the_one_above(self, cast: Cast) -> None:
        UnitArea.objects.filter(unit__code__in=["W1", "T1"], duty="command").delete()
        territory.forget()
        land = territory.current()
        assert code(land.command_unit(FIRST, "community")) == "D1"
        assert code(land.upper(cast.unit("G1").pk, FIRST)) == "D1"

    def test_where_nobody_is_above_somebody_below_answers(self, cast: Cast) -> None:
        UnitArea.objects.exclude(unit__code="W1").delete()
        territory.forget()
        assert code(territory.current().command_unit(FIRST, "city")) == "W1"
        UnitArea.objects.all().delete()
        Grid.objects.update(team=None)
        territory.forget()
        assert territory.current().command_unit(FIRST) is None

    @pytest.mark.parametrize(
        ("unit", "above"),
        [
            ("G1", "W1"),
            ("W1", "T1"),
            ("T1", "D1"),
            ("D1", "CMD"),
            ("CMD", None),
            ("CG", None),
            ("CG1", "CMD"),
            ("E1", "D1"),
            ("P1", "D1"),
        ],
    )
    def test_the_tier_above(self, cast: Cast, unit: str, above: str | None) -> None:
        assert code(territory.current().upper(cast.unit(unit).pk, FIRST)) == above

    def test_nobody_below_is_above(self, cast: Cast) -> None:
        UnitArea.objects.exclude(unit__code="W1").delete()
        territory.forget()
        assert territory.current().upper(cast.unit("E1").pk, FIRST) is None

    def test_a_departments_units_nearest_first(self, cast: Cast) -> None:
        land = territory.current()
        assert [unit.code for unit in land.line_units("CG", FIRST)] == ["E1", "CG1", "CG"]
        assert [unit.code for unit in land.line_units("CG", FAR)] == ["CG"]
        assert land.line_units("XX", FIRST) == []

    def test_what_is_no_longer_in_force_is_not_there(self, cast: Cast) -> None:
        Grid.objects.filter(code="990101001001001").update(valid_to="2026-01-01")
        Region.objects.filter(code="990102001001").update(valid_to="2026-01-01")
        unit = cast.unit("CG")
        unit.is_active = False
        unit.save()
        territory.forget()
        land = territory.current()
        assert FIRST not in land.by_path
        assert cast.region("990102001001").pk not in land.regions
        assert cast.unit("CG").pk not in land.units
        assert "9901/990102/990102001/990102001001/" not in land.command


class TestTheSnapshot:
    @pytest.mark.usefixtures("steady")
    def test_a_look_up_asks_nothing(self, cast: Cast) -> None:
        territory.current()
        with CaptureQueriesContext(connection) as queries:
            territory.current().command_unit(FIRST)
        assert len(queries) == 0

    def test_loading_is_five_statements(self, cast: Cast) -> None:
        with CaptureQueriesContext(connection) as queries:
            territory.load()
        assert len(queries) == 5

    def test_it_follows_the_version(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(territory, "CHECK_SECONDS", 0.0)
        first = territory.current()
        Region.objects.filter(code="990101001001").update(name="新名社区")
        assert territory.current() is first, "nobody has said so"
        GridVersion.bump()
        second = territory.current()
        assert second.number != first.number
        assert second.by_path["9901/990101/990101001/990101001001/"].name == "新名社区"

    def test_the_first_bump_makes_the_row(self, db: None) -> None:
        assert territory.current().number == 0
        GridVersion.bump()
        first = str(GridVersion.objects.get())
        GridVersion.bump()
        assert str(GridVersion.objects.get()) not in {first, "0"}

    def test_two_snapshots_of_the_same_are_equal(self, cast: Cast) -> None:
        assert territory.load() == replace(territory.load())


def test_names_and_labels(cast: Cast) -> None:
    grid, region = cast.grid(0), cast.region("990101001001")
    region.name_en = "Shuyuan"
    assert (str(grid), region.label) == ("第1网格", "书院社区")
    area = UnitArea.objects.select_related("unit", "region").get(unit__code="CG1")
    assert str(area) == "东湖区城市管理局 · 东湖区"
    post = GridPost.objects.create(grid=grid, kind="grid_patroller")
    filled = GridAssignment.objects.create(post=post, user=cast.worker.user, starts_on="2026-01-01")
    assert str(filled).startswith("王巡 · 第1网格")
