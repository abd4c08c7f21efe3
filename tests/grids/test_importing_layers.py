"""Files of geographic information systems: what is read from each form, and what is refused in words."""

import json
import sqlite3
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation
from shapely.geometry import MultiPolygon, box

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from grids.exporting import FORMATS, write_layer
from grids.geometry import parse_area, to_geojson
from grids.importing import import_grids
from grids.importing import unpacking as unpacker
from grids.importing.layers import read_layer
from grids.importing.report import Report, Unreadable
from grids.models import Building, Grid, GridEdition, Region
from tests import city
from tests.cast import Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning"),
    pytest.mark.filterwarnings("ignore:GPKG. bad application_id:RuntimeWarning"),
]
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY = Actor(role="system", client="import")
CODE = "990101001001009"


def taken(path: Path, **options: Any) -> Report:
    return import_grids(path, by=BY, at=AT, **options)


def written(
    path: Path, shapes: list[Any], *, crs: str | None = "EPSG:4326", driver: str, **columns: Any
) -> Path:
    """A file as another program would write it."""
    facts = {"code": [CODE], "name": ["九网格"], **columns}
    with_names = {name: np.array(values, dtype=object) for name, values in facts.items()}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        list(with_names.values()),
        list(with_names),
        driver=driver,
        crs=crs,
        geometry_type="Polygon",
        **({"encoding": "UTF-8"} if driver == "ESRI Shapefile" else {}),
    )
    return path


def zipped(folder: Path, name: str = "grids.zip", **inside: bytes) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("layer.*")):
            archive.write(part, f"some/folder/{part.name}")
        for member, content in inside.items():
            archive.writestr(member.replace("_DOT_", "."), content)
    return path


@pytest.fixture
def shape(tmp_path: Path) -> Path:
    """A zipped Shapefile with one grid north of the small city."""
    written(tmp_path / "layer.shp", [box(118.5, 31.2, 118.51, 31.21)], driver="ESRI Shapefile")
    return zipped(tmp_path)


@pytest.mark.parametrize("form", list(FORMATS))
def test_what_is_exported_comes_in_unchanged(cast: Cast, tmp_path: Path, form: str) -> None:
    Grid.objects.filter(code=city.GRIDS[0]).update(exclusive_type="market", kind="exclusive", name_en="One")
    path = tmp_path / f"out{FORMATS[form].suffix}"
    write_layer(Grid.objects.select_related("community").order_by("code"), form, path)
    report = taken(path)
    assert (report.faults, report.unchanged, report.changed) == ([], 4, 0)


@pytest.mark.parametrize(("form", "count"), [("geojson", 0), ("shapefile", 0), ("geopackage", 0)])
def test_no_grid_at_all_is_a_file_as_well(tmp_path: Path, form: str, count: int) -> None:
    path = tmp_path / f"out{FORMATS[form].suffix}"
    write_layer([], form, path)
    assert len(read_layer(path).items) == count


class TestForms:
    def test_a_zipped_shapefile(self, cast: Cast, shape: Path) -> None:
        assert taken(shape).created == 1
        grid = Grid.objects.get(code=CODE)
        assert (grid.name, grid.household_count, grid.kind) == ("九网格", 0, "comprehensive")
        assert parse_area(grid.polygon).equals(box(118.5, 31.2, 118.51, 31.21))

    def test_chinese_of_a_shapefile_that_does_not_say_its_encoding(self, cast: Cast, tmp_path: Path) -> None:
        written(tmp_path / "layer.shp", [box(118.5, 31.2, 118.51, 31.21)], driver="ESRI Shapefile")
        (tmp_path / "layer.cpg").unlink()
        content = (tmp_path / "layer.dbf").read_bytes()
        old, new = "九网格".encode(), "九网格".encode("gb18030")
        (tmp_path / "layer.dbf").write_bytes(content.replace(old, new.ljust(len(old))))
        assert taken(zipped(tmp_path)).created == 1
        assert Grid.objects.get(code=CODE).name == "九网格"

    @pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:32650", "EPSG:4490", None])
    def test_projections_of_the_same_datum_become_degrees(
        self, cast: Cast, tmp_path: Path, crs: str | None
    ) -> None:
        area = box(118.5, 31.2, 118.51, 31.21)
        degrees = written(tmp_path / "a.gpkg", [area], driver="GPKG")
        source = degrees
        if crs not in (None, "EPSG:4490"):
            vrt = tmp_path / "to.vrt"
            vrt.write_text(
                f'<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name="a"><SrcDataSource>{degrees}'
                f"</SrcDataSource></OGRVRTLayer><TargetSRS>{crs}</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
            )
            source = vrt
        moved = shapely.from_wkb(pyogrio.raw.read(source)[2])[0]
        report = taken(written(tmp_path / "b.gpkg", [moved], crs=crs, driver="GPKG"))
        assert (report.faults, report.created) == ([], 1)
        west, south, east, north = parse_area(Grid.objects.get(code=CODE).polygon).bounds
        assert np.allclose([west, south, east, north], area.bounds, atol=2e-5)

    @pytest.mark.parametrize("crs", ["EPSG:2437", "EPSG:26986"])
    def test_other_projections_are_refused_in_words(self, cast: Cast, tmp_path: Path, crs: str) -> None:
        area = box(500_000, 3_450_000, 500_500, 3_450_500)
        report = taken(written(tmp_path / "b.gpkg", [area], crs=crs, driver="GPKG"))
        assert f"The coordinate system {crs} cannot be turned into WGS-84 exactly" in report.faults[0].reason
        with translation.override("zh-hans"):
            assert report.faults[0].words == (
                f"坐标系 {crs} 无法在此准确换算为 WGS-84，请以 CGCS2000 或 WGS-84 重新导出"
            )

    def test_projected_positions_without_a_coordinate_system_are_found(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        area = box(500_000, 3_450_000, 500_500, 3_450_500)
        report = taken(written(tmp_path / "b.gpkg", [area], crs=None, driver="GPKG"))
        assert "is the file in another projection?" in report.faults[0].reason

    def test_geojson_may_name_only_degrees(self, cast: Cast, tmp_path: Path) -> None:
        path = tmp_path / "a.geojson"
        for name, faults in (("urn:ogc:def:crs:OGC:1.3:CRS84", 0), ("urn:ogc:def:crs:EPSG::4549", 1)):
            path.write_text(
                json.dumps(
                    {
                        "type": "FeatureCollection",
                        "crs": {"type": "name", "properties": {"name": name}},
                        "features": [],
                    }
                )
            )
            assert len(taken(path).faults) == faults

    def test_properties_with_names_of_their_own(self, cast: Cast, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        area = box(118.5, 31.2, 118.51, 31.21)
        columns = {"WGBM": [CODE], "WGMC": ["北网格"], "HS": ["480"], "LX": ["专属网格"]}
        written(path, [area], driver="GPKG", **columns)
        names = {"code": "WGBM", "name": "WGMC", "household_count": "HS", "kind": "LX"}
        assert taken(path, names=names).created == 1
        grid = Grid.objects.get(code=CODE)
        assert (grid.name, grid.household_count, grid.kind) == ("北网格", 480, "exclusive")

    def test_one_of_several_layers_has_to_be_named(self, cast: Cast, tmp_path: Path) -> None:
        path = written(tmp_path / "a.gpkg", [box(118.5, 31.2, 118.51, 31.21)], driver="GPKG", layer_of=["x"])
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array([box(1, 1, 2, 2)], dtype=object)),
            [],
            [],
            layer="more",
            append=False,
            driver="GPKG",
            geometry_type="Polygon",
            crs="EPSG:4326",
        )
        assert "Name one layer of the file: a, more" in taken(path).faults[0].reason
        assert taken(path, layer="a").created == 1
        assert "cannot be read" in taken(path, layer="none").faults[0].reason


class TestDanger:
    @pytest.mark.parametrize("name", ["a.gpkg", "a.kml", "a.shp", "a.txt"])
    def test_content_that_is_not_what_the_name_says(self, tmp_path: Path, name: str) -> None:
        secret = tmp_path / "secret.geojson"
        secret.write_text('{"type":"FeatureCollection","features":[]}')
        path = tmp_path / name
        path.write_text(
            f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>"
        )
        with pytest.raises(Unreadable):
            read_layer(path)

    @pytest.mark.parametrize(
        "text",
        [
            '<!DOCTYPE kml [<!ENTITY a "b">]><kml/>',
            "<kml><NetworkLink><Link><href>http://localhost/</href></Link></NetworkLink></kml>",
            "<kml",
            "",
        ],
    )
    def test_kml_that_reaches_out(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "a.kml"
        path.write_text(text)
        with pytest.raises(Unreadable):
            read_layer(path)

    def test_names_in_a_zip_lead_nowhere(self, cast: Cast, tmp_path: Path, shape: Path) -> None:
        path = tmp_path / "evil.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("layer.*"):
                archive.write(part, f"../../evil/{part.name}")
            archive.writestr("../../evil.txt", "x")
        assert taken(path).created == 1
        assert not (tmp_path.parent.parent / "evil.txt").exists()

    def test_a_bomb_is_not_unpacked(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.shp", b"\0" * (64 * 1024 * 1024))
        with pytest.raises(Unreadable, match="内容过大"):
            read_layer(path)

    def test_too_many_members_or_bytes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unpacker, "MOST_MEMBERS", 3)
        with pytest.raises(Unreadable):
            read_layer(zipped(tmp_path, a=b"", b=b"", c=b"", d=b""))

    @pytest.mark.parametrize(
        ("members", "reason"),
        [
            ({}, "它含 0 个"),
            ({"a_DOT_shp": b"x", "b_DOT_shp": b"x"}, "它含 2 个"),
            ({"a_DOT_shp": b"x"}, "缺少 .shx, .dbf"),
        ],
    )
    def test_a_zip_without_exactly_one_whole_shapefile(
        self, tmp_path: Path, members: dict[str, bytes], reason: str
    ) -> None:
        with pytest.raises(Unreadable, match=reason):
            read_layer(zipped(tmp_path, **members))

    def test_what_is_no_zip(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"PK\x03\x04 nothing")
        with pytest.raises(Unreadable):
            read_layer(path)

    def test_a_broken_database(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE a (b)")
        with pytest.raises(Unreadable):
            read_layer(path)

    def test_too_large_or_too_many(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "a.geojson"
        path.write_text('{"type":"FeatureCollection","features":[{},{}]}')
        monkeypatch.setattr("grids.importing.layers.MOST_FEATURES", 1)
        with pytest.raises(Unreadable, match="要素超过"):
            read_layer(path)
        monkeypatch.setattr("grids.importing.layers.MOST_BYTES", 3)
        with pytest.raises(Unreadable, match="文件超过"):
            read_layer(path)


def collection(path: Path, *features: tuple[str, Any, dict[str, Any]]) -> Path:
    items = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": "网格", **facts},
            "geometry": to_geojson(area),
        }
        for code, area, facts in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": items}), encoding="utf-8")
    return path


class TestFaults:
    def test_swapped_positions_are_named(self, cast: Cast, tmp_path: Path) -> None:
        path = tmp_path / "a.geojson"
        path.write_text(
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"code": CODE, "name": "x"},
                            "geometry": {"type": "Polygon", "coordinates": [ring]},
                        }
                        for ring in (
                            [[31.1, 118.5], [31.2, 118.5], [31.2, 118.6], [31.1, 118.5]],
                            [[43.1, 87.5], [43.2, 87.5], [43.2, 87.6], [43.1, 87.5]],
                        )
                    ],
                }
            )
        )
        found = taken(path).faults
        assert [fault.words for fault in found] == [f"{CODE}：经纬度可能颠倒"] * 2

    def test_self_crossing_and_overlap_have_their_place(self, cast: Cast, tmp_path: Path) -> None:
        ring = [[118.5, 31.2], [118.6, 31.3], [118.6, 31.2], [118.5, 31.3], [118.4, 31.25], [118.5, 31.2]]
        bow = {"type": "Polygon", "coordinates": [ring]}
        path = tmp_path / "a.geojson"
        feature = {"type": "Feature", "properties": {"code": CODE, "name": "x"}, "geometry": bow}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        fault = taken(path).faults[0]
        assert fault.place == pytest.approx((118.55, 31.25))
        assert "118.550000, 31.250000" in fault.words
        overlap = taken(collection(path, (CODE, box(118.505, 31.105, 118.506, 31.106), {}))).faults[0]
        assert overlap.place == pytest.approx((118.5055, 31.1055))
        assert overlap.words.startswith(f"{CODE} 与 {city.GRIDS[0]} 重叠")


class TestHistory:
    def test_a_changed_outline_keeps_the_former_state(self, cast: Cast, tmp_path: Path) -> None:
        code, old = city.GRIDS[3], Grid.objects.get(code=city.GRIDS[3])
        path = collection(tmp_path / "a.geojson", (code, box(118.53, 31.1, 118.545, 31.11), {}))
        report = taken(path)
        assert (report.changed, report.reshaped) == (1, [code])
        edition = GridEdition.objects.get(grid=old)
        assert (edition.number, edition.polygon, edition.name) == (1, old.polygon, old.name)
        assert (edition.valid_from, edition.valid_to) == (old.valid_from, date(2026, 11, 19))
        now = Grid.objects.get(pk=old.pk)
        assert (now.edition, now.household_count, now.name) == (2, 400, "网格")
        assert AuditEntry.objects.get(verb="grids.import_grids").details["reshaped"] == [code]

    def test_the_next_change_begins_where_the_last_one_ended(self, cast: Cast, tmp_path: Path) -> None:
        code = city.GRIDS[3]
        for day, east in ((0, 118.545), (0, 118.546), (5, 118.547)):
            path = collection(tmp_path / "a.geojson", (code, box(118.53, 31.1, east, 31.11), {}))
            import_grids(path, by=BY, at=AT + timedelta(days=day))
        rows = GridEdition.objects.filter(grid__code=code).order_by("number")
        assert [(row.number, row.valid_from, row.valid_to) for row in rows] == [
            (1, city.FOUNDED_ON, date(2026, 11, 19)),
            (3, date(2026, 11, 20), date(2026, 11, 24)),
        ]
        assert Grid.objects.get(code=code).edition == 4

    def test_another_number_of_households_is_no_new_edition(self, cast: Cast, tmp_path: Path) -> None:
        grid = Grid.objects.get(code=city.GRIDS[3])
        facts = {"household_count": 410, "name": grid.name}
        taken(collection(tmp_path / "a.geojson", (grid.code, parse_area(grid.polygon), facts)))
        grid.refresh_from_db()
        assert (grid.household_count, grid.edition) == (410, 1)
        assert not GridEdition.objects.exists()

    def test_a_multipolygon_of_one_part_is_the_same_outline(self, cast: Cast, tmp_path: Path) -> None:
        grid = Grid.objects.get(code=city.GRIDS[3])
        whole = MultiPolygon([parse_area(grid.polygon)])
        report = taken(collection(tmp_path / "a.geojson", (grid.code, whole, {"name": grid.name})))
        assert report.unchanged == 1

    def test_address_points_follow(self, cast: Cast, tmp_path: Path) -> None:
        village = Region.objects.get(code="990102001001")
        point = Building.objects.create(
            code="B1", name="一号楼", community=village, path=village.path, lon=118.545, lat=31.105
        )
        path = collection(tmp_path / "a.geojson", ("990102001001002", box(118.54, 31.1, 118.55, 31.11), {}))
        taken(path)
        point.refresh_from_db()
        assert point.grid is not None
        assert (point.grid.code, point.path) == ("990102001001002", point.grid.path)


class TestCommand:
    def test_names_and_a_dry_run(
        self, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = written(tmp_path / "a.gpkg", [box(118.5, 31.2, 118.51, 31.21)], driver="GPKG", WGMC=["北网格"])
        call_command("import_grids", path, map=["name=WGMC"], dry_run=True)
        assert "Grids: 1 would be created" in capsys.readouterr().out
        call_command("import_grids", path, map=["name=WGMC"])
        assert Grid.objects.get(code=CODE).name == "北网格"
        with pytest.raises(CommandError, match="--map takes FACT=NAME"):
            call_command("import_grids", path, map=["colour=x"])
