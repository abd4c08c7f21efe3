"""Regions from CSV and grids from GeoJSON: all or nothing, every fault with its row."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint
from governance.accounts.models import OrgUnit, User
from governance.audit.models import AuditEntry
from grids.coordinates import CoordSystem, from_wgs84, metres_between
from grids.exporting import region_lines
from grids.geometry import parse_area
from grids.importing import Report, import_grids, import_regions
from grids.models import Grid, GridVersion, Region, RegionEdition, UnitArea

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY = Actor(role="system", client="import")
HEAD = "code,name,level,parent\n"
TREE = (
    "990000000000,示范省,1,\n"
    "990100000000,云泽市,2,990000000000\n"
    "990101000000,汀兰区,3,990100000000\n"
    "990101001000,文津街道,4,990101000000\n"
    "990101001001,书院社区居委会,5,990101001000\n"
    "990200000000,别的市,2,990000000000\n"
)


@pytest.fixture
def regions(tmp_path: Path) -> Any:
    """Imports the given lines below the usual head."""

    def run(lines: str = TREE, *, root: str = "990100000000", **options: Any) -> Report:
        path = tmp_path / "regions.csv"
        path.write_text(HEAD + lines, encoding="utf-8")
        return import_regions(path, root=root, by=BY, at=AT, **options)

    return run


def square(west: float, south: float, side: float = 0.01) -> dict[str, Any]:
    ring = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: str, geometry: dict[str, Any], **facts: Any) -> dict[str, Any]:
    properties = {"code": code, "name": "一网格", "kind": "comprehensive", "household_count": 480, **facts}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def grids(tmp_path: Path) -> Any:
    """Imports the given features."""

    def run(*features: Any, **options: Any) -> Report:
        path = tmp_path / "grids.geojson"
        path.write_text(
            json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8"
        )
        return import_grids(path, by=BY, at=AT, **options)

    return run


def test_a_tree_comes_in_with_paths_pinyin_and_a_journal_entry(regions: Any) -> None:
    before = GridVersion.objects.values_list("number", flat=True).first() or 0
    report = regions()
    assert (report.created, report.skipped, report.faults) == (4, 2, [])
    community = Region.objects.get(code="990101001001")
    assert community.path == "9901/990101/990101001/990101001001/"
    assert community.level == "community"
    assert community.pinyin == "shuyuanshequjuweihui sysqjwh"
    entry = AuditEntry.objects.get(verb="grids.import_regions")
    assert (entry.object_label, entry.details["created"], entry.client) == ("云泽市", 4, "import")
    assert GridVersion.objects.get().number != before


def test_the_same_file_again_changes_nothing(regions: Any) -> None:
    regions()
    report = regions()
    assert (report.created, report.changed, report.unchanged, report.is_written) == (0, 0, 4, False)
    assert AuditEntry.objects.count() == 1


def test_a_new_name_is_taken_over(regions: Any) -> None:
    regions()
    assert regions(TREE.replace("文津街道", "文澜街道")).changed == 1
    assert Region.objects.get(code="990101001000").name == "文澜街道"


def test_a_dry_run_says_what_would_happen_and_writes_nothing(regions: Any) -> None:
    report = regions(dry_run=True)
    assert list(report.lines("Regions")) == [
        "Regions: 4 would be created, 0 would be changed, 0 unchanged, 2 skipped."
    ]
    assert not Region.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("99010100100,短,5,990101001000", "row 8: the code '99010100100' is not twelve digits"),
        ("990101001002,,5,990101001000", "row 8: the name is empty"),
        ("990101001002,某社区,6,990101001000", "row 8: the level '6' is not kept here"),
        ("990101002001,某社区,5,990101001000", "row 8: the code 990101002001 does not begin as its parent's"),
        (
            "990101001002,某社区,5,990109001000",
            "row 8: the parent '990109001000' is neither in the file nor known",
        ),
        ("990101001002,某街道,4,990101001001", "row 8: the code 990101001002 is too long for a town"),
        ("990101001001,书院社区,5,990101001000", "row 8: 990101001001 stands in row 6 already"),
        ("990101003000,某街道,4,990101001001", "row 8: a town cannot lie in a community"),
    ],
)
def test_each_fault_has_its_row_and_nothing_is_written(regions: Any, line: str, reason: str) -> None:
    report = regions(TREE + line + "\n")
    assert any(text.startswith(reason) for text in report.lines("Regions")), list(report.lines("Regions"))
    assert not Region.objects.exists()


def test_without_a_root_provinces_are_a_fault(regions: Any) -> None:
    report = regions(root="")
    assert str(report.faults[0]) == (
        "row 2: the level 'province' is not kept here; give --root to leave provinces out"
    )


def test_a_root_that_is_not_there_is_a_fault(regions: Any) -> None:
    assert "the root 990300000000 is not in the file" in str(regions(root="990300000000").faults[0])


def test_level_and_parent_of_a_known_region_stay(regions: Any) -> None:
    regions()
    moved = TREE.replace("990101001000,文津街道,4,990101000000", "990101001000,文津街道,4,990100000000")
    assert "990101001000 is known inside 990101000000; it cannot move" in str(regions(moved).faults[0])


def test_a_file_without_the_columns_or_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("code,title\n1,2\n", encoding="utf-8")
    assert "missing columns: name, level, parent" in str(import_regions(path, by=BY, at=AT).faults[0])
    path.write_bytes("code,name,level,parent\n1,云泽,2,\n".encode("gb18030"))
    assert "not UTF-8" in str(import_regions(path, by=BY, at=AT).faults[0])


def test_grids_come_in_with_their_teams(regions: Any, grids: Any) -> None:
    regions()
    station = OrgUnit.objects.create(code="W1", name="工作站", kind="workstation", tier="community")
    UnitArea.objects.create(unit=station, region=Region.objects.get(code="990101001001"), duty="command")
    report = grids(
        feature("990101001001001", square(118.5, 31.1)),
        feature("990101001001002", square(118.51, 31.1), name="二网格", kind="exclusive", household_count=0),
    )
    assert (report.created, report.faults) == (2, [])
    grid = Grid.objects.get(code="990101001001001")
    assert grid.path == "9901/990101/990101001/990101001001/990101001001001/"
    assert (grid.team.name, grid.team.path, grid.team.tier) == ("一网格队", "W1/WG-990101001001001/", "grid")
    assert (round(grid.lon or 0, 4), round(grid.lat or 0, 4)) == (118.505, 31.105)
    assert AuditEntry.objects.get(verb="grids.import_grids").details["created"] == 2


def test_known_grids_change_in_place_and_keep_their_team(regions: Any, grids: Any) -> None:
    regions()
    grids(feature("990101001001001", square(118.5, 31.1)))
    before = Grid.objects.get()
    report = grids(feature("990101001001001", square(118.5, 31.1, 0.02), household_count=510))
    assert (report.created, report.changed) == (0, 1)
    after = Grid.objects.get()
    assert (after.pk, after.team_id, after.household_count) == (before.pk, before.team_id, 510)
    assert parse_area(after.polygon).bounds[2] == pytest.approx(118.52)
    assert grids(feature("990101001001001", square(118.5, 31.1, 0.02), household_count=510)).unchanged == 1


BOW = {
    "type": "Polygon",
    "coordinates": [[[118.5, 31.1], [118.6, 31.2], [118.6, 31.1], [118.5, 31.3], [118.5, 31.1]]],
}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (feature("9901010010010", square(118.5, 31.1)), "is not fifteen digits"),
        (feature("990101009001001", square(118.5, 31.1)), "the community 990101009001 is not known"),
        (feature("990101001001001", square(118.5, 31.1), name=" "), "the name is empty"),
        (feature("990101001001001", square(118.5, 31.1), kind="round"), "the kind 'round' is none of"),
        (
            feature("990101001001001", square(118.5, 31.1), household_count=-3),
            "-3 is no number of households",
        ),
        (feature("990101001001001", square(118.5, 31.1), household_count=True), "True is no number"),
        (feature("990101001001001", BOW), "crosses or touches itself at 118.5"),
        (feature("990101001001001", {"type": "Point", "coordinates": [118.5, 31.1]}), "expected a Polygon"),
        (feature("990101001001001", square(31.1, 118.5)), "seem to be exchanged"),
        ({"type": "Feature"}, "a Feature with properties is needed"),
        ("text", "a Feature with properties is needed"),
    ],
)
def test_each_faulty_feature_is_named_and_nothing_is_written(
    regions: Any, grids: Any, item: Any, reason: str
) -> None:
    regions()
    report = grids(feature("990101001001009", square(118.7, 31.1)), item)
    assert [fault.row for fault in report.faults] == [2]
    assert reason.lower() in str(report.faults[0]).lower()
    assert not Grid.objects.exists()


def test_overlaps_are_found_in_the_file_and_with_what_is_there(regions: Any, grids: Any) -> None:
    regions()
    twice = grids(
        feature("990101001001001", square(118.5, 31.1)), feature("990101001001002", square(118.509, 31.1))
    )
    assert "990101001001001 and 990101001001002 share" in str(twice.faults[0])
    grids(feature("990101001001001", square(118.5, 31.1)))
    report = grids(feature("990101001001002", square(118.509, 31.1)))
    assert "990101001001002 and 990101001001001 share" in str(report.faults[0])
    assert not grids(feature("990101001001002", square(118.509, 31.1)), tolerance_m2=1e9).faults


def test_two_features_with_one_code_are_a_fault(regions: Any, grids: Any) -> None:
    regions()
    report = grids(
        feature("990101001001001", square(118.5, 31.1)), feature("990101001001001", square(118.6, 31.1))
    )
    assert "stands in feature 1 already" in str(report.faults[0])


@pytest.mark.parametrize("system", [CoordSystem.GCJ02, CoordSystem.BD09])
def test_other_coordinate_systems_are_stored_as_wgs84(regions: Any, grids: Any, system: CoordSystem) -> None:
    regions()
    given = [list(from_wgs84(lon, lat, system)) for lon, lat in square(118.5, 31.1)["coordinates"][0]]
    grids(feature("990101001001001", {"type": "Polygon", "coordinates": [given]}), coord_system=system)
    west, south, _east, _north = parse_area(Grid.objects.get().polygon).bounds
    assert metres_between(west, south, 118.5, 31.1) < 0.1


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "FeatureCollection"}'])
def test_what_is_no_feature_collection_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(text)
    assert import_grids(path, by=BY, at=AT).faults


def test_the_commands_report_and_fail_as_a_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(HEAD + TREE, encoding="utf-8")
    call_command("import_regions", path, root="990100000000")
    assert "Regions: 4 created, 0 changed, 0 unchanged, 2 skipped." in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 faults: nothing was written"):
        call_command("import_regions", path)
    area = tmp_path / "g.geojson"
    area.write_text(
        json.dumps(
            {"type": "FeatureCollection", "features": [feature("990101001001001", square(118.5, 31.1))]}
        )
    )
    call_command("import_grids", area, dry_run=True)
    assert "Grids: 1 would be created" in capsys.readouterr().out
    area.write_text("{}")
    with pytest.raises(CommandError, match="a FeatureCollection is needed"):
        call_command("import_grids", area)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_grids", tmp_path / "none.geojson")


class TestRegionsOverTime:
    """Renames stand in the journal; what the file leaves out ends when nothing hangs on it."""

    SMALLER = TREE.replace("990101001001,书院社区居委会,5,990101001000\n", "")

    def test_a_new_name_is_in_the_journal_with_the_old_one(self, regions: Any) -> None:
        regions(effective=date(2026, 1, 1))
        report = regions(TREE.replace("文津街道", "文澜街道"), effective=date(2026, 7, 1))
        assert report.renamed == [("990101001000", "文津街道", "文澜街道")]
        edition = RegionEdition.objects.get(region__code="990101001000")
        assert (edition.name, edition.number, edition.valid_to) == ("文津街道", 1, date(2026, 6, 30))
        entry = AuditEntry.objects.get(verb="grids.rename_region")
        assert (entry.details["before"], entry.details["after"]) == ("文津街道", "文澜街道")
        assert entry.details["effective"] == "2026-07-01"
        assert entry.before_digest != entry.after_digest

    def test_new_regions_begin_on_the_day_that_is_given(self, regions: Any) -> None:
        regions(effective=date(2026, 7, 1))
        assert {row.valid_from for row in Region.objects.all()} == {date(2026, 7, 1)}
        assert "2026-11-21 has not come yet" in str(regions(effective=date(2026, 11, 21)).faults[0])

    def test_regions_that_the_file_leaves_out_stay_unless_asked(self, regions: Any) -> None:
        regions(effective=date(2026, 1, 1))
        assert regions(self.SMALLER).ended == []
        report = regions(self.SMALLER, end_missing=True, effective=date(2026, 7, 1))
        assert report.ended == ["990101001001"]
        assert list(report.lines("Regions"))[-1] == "1 ended: 990101001001"
        assert Region.objects.get(code="990101001001").valid_to == date(2026, 6, 30)
        assert AuditEntry.objects.get(verb="grids.end_region").details["code"] == "990101001001"
        assert regions(self.SMALLER, end_missing=True).is_written is False

    def test_what_hangs_on_a_region_keeps_it(self, regions: Any, grids: Any) -> None:
        regions(effective=date(2026, 1, 1))
        grids(feature("990101001001001", square(118.5, 31.1)))
        community = Region.objects.get(code="990101001001")
        unit = OrgUnit.objects.create(code="W1", name="工作站", kind="workstation", tier="community")
        UnitArea.objects.create(unit=unit, region=community, duty="command")
        user = User.objects.create_user("u1", name="某人")
        appoint(Post(user=user, role="community_staff", target=community, starts_on=date(2026, 1, 1)), at=AT)
        report = regions(self.SMALLER, end_missing=True)
        reason = report.faults[0].reason
        assert reason.startswith("990101001001 书院社区居委会 cannot end:")
        for words in ("1 grids", "1 areas of units", "1 appointments"):
            assert words in reason
        assert Region.objects.get(pk=community.pk).valid_to is None
        without_the_town = "\n".join(TREE.splitlines()[:3]) + "\n"
        codes = {fault.values["code"] for fault in regions(without_the_town, end_missing=True).faults}
        assert codes == {"990101001001"}

    def test_the_past_and_what_ended_too_do_not(self, regions: Any, grids: Any) -> None:
        regions(effective=date(2026, 1, 1))
        grids(feature("990101001001001", square(118.5, 31.1)))
        Grid.objects.update(valid_to=date(2026, 11, 20))
        without_the_town = "\n".join(TREE.splitlines()[:3]) + "\n"
        assert regions(without_the_town, end_missing=True).ended == ["990101001000", "990101001001"]

    def test_a_region_cannot_end_before_it_began(self, regions: Any) -> None:
        regions()
        assert "cannot end before it began" in str(regions(self.SMALLER, end_missing=True).faults[0])

    def test_the_urban_rural_class_is_taken_where_the_file_has_it(self, tmp_path: Path) -> None:
        path = tmp_path / "r.csv"
        head, row = "code,name,level,parent,urban_rural_class\n", "990100000000,云泽市,2,,"
        path.write_text(f"{head}{row}111\n", encoding="utf-8")
        assert import_regions(path, by=BY, at=AT).created == 1
        path.write_text(f"{head}{row}220\n", encoding="utf-8")
        assert import_regions(path, by=BY, at=AT).changed == 1
        assert Region.objects.get().urban_rural_class == "220"
        assert not AuditEntry.objects.filter(verb="grids.rename_region").exists()
        path.write_text(f"{head}{row}999\n", encoding="utf-8")
        assert "'999' is no urban-rural class" in str(import_regions(path, by=BY, at=AT).faults[0])

    def test_what_is_exported_comes_in_unchanged(self, regions: Any, tmp_path: Path) -> None:
        regions()
        path = tmp_path / "out.csv"
        rows = Region.objects.select_related("parent").order_by("code")
        path.write_text("".join(region_lines(rows)), encoding="utf-8", newline="")
        report = import_regions(path, by=BY, at=AT)
        assert (report.faults, report.unchanged) == ([], 4)
