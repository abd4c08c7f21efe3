"""Grids of other systems from files: their town, what changes, what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import box

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from grids import overlays
from grids.coordinates import CoordSystem, from_wgs84
from grids.geometry import parse_area, to_geojson
from grids.importing.overlays import import_overlay
from grids.models import GridOverlay, ProfessionalGrid
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY = Actor(role="system", client="import")


def ground(west: float, east: float) -> dict[str, Any]:
    low, high = city.WEST + west * city.SIDE, city.WEST + east * city.SIDE
    return to_geojson(box(low, city.SOUTH, high, city.SOUTH + city.SIDE))


def beat(code: str, west: float, east: float, **facts: Any) -> dict[str, Any]:
    properties = {"code": code, "name": f"警务{code}", **facts}
    return {"type": "Feature", "properties": properties, "geometry": ground(west, east)}


@pytest.fixture
def take(cast: Cast, tmp_path: Path) -> Any:
    """Imports the given features as police grids."""

    def run(*features: Any, at: datetime = AT, **options: Any) -> Any:
        path = tmp_path / "beats.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
        return import_overlay(path, "police", by=BY, at=at, **options)

    return run


def test_each_belongs_to_the_town_with_most_of_it_and_is_suggested(take: Any) -> None:
    report, changed = take(beat("A", 0, 2, unit="P1"), beat("B", 2.2, 4), beat("C", 2.8, 4))
    assert (report.created, report.faults) == (3, [])
    found = {row.code: row for row in ProfessionalGrid.objects.select_related("town", "unit")}
    towns = {code: row.town.name for code, row in found.items() if row.town}
    assert towns == {"A": "文津街道", "B": "石桥镇", "C": "石桥镇"}
    assert found["A"].unit is not None
    assert (found["A"].unit.code, found["A"].valid_from.isoformat()) == ("P1", "2026-11-20")
    assert changed.created == GridOverlay.objects.count() == 6
    assert AuditEntry.objects.get(verb="grids.import_overlay").details["created"] == 3


def test_again_is_unchanged_and_changes_keep_decisions(take: Any, cast: Cast) -> None:
    take(beat("A", 0, 2))
    row = GridOverlay.objects.get(grid__code=city.GRIDS[0])
    overlays.decide(row.pk, "confirmed", seen="suggested", by=cast.town, at=AT)
    assert take(beat("A", 0, 2))[0].unchanged == 1
    report, _changed = take(beat("A", 0, 1.5, name="新名"))
    assert (report.changed, report.reshaped) == (1, ["A"])
    row.refresh_from_db()
    assert (row.state, row.share) == ("confirmed", pytest.approx(1 / 1.5, abs=1e-4))
    assert ProfessionalGrid.objects.get().name == "新名"


def test_what_the_file_leaves_out_ends_only_when_asked(take: Any) -> None:
    take(beat("A", 0, 2), beat("B", 2, 3))
    later = AT + timedelta(days=3)
    assert take(beat("A", 0, 2), at=later)[0].ended == []
    assert take(beat("A", 0, 2), at=later, end_missing=True)[0].ended == ["B"]
    assert ProfessionalGrid.objects.get(code="B").valid_to is not None
    assert [row.total for row in overlays.progress(Actor(role="system"))] == [1]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (beat("", 0, 1), "the code is empty"),
        (beat("X", 0, 1, name=" "), "X: the name is empty"),
        (beat("X" * 31, 0, 1), "the code or name is too long"),
        (beat("X", 0, 1, unit="NONE"), "X: the unit NONE is not known"),
        (beat("A", 0, 1), "A stands in feature 1 already"),
        (beat("X", 50, 51), "X lies over no grid"),
        (
            {"type": "Feature", "properties": {"code": "X", "name": "x"}, "geometry": None},
            "expected a Polygon",
        ),
        ("text", "a Feature with properties is needed"),
    ],
)
def test_each_fault_is_named_and_nothing_is_written(take: Any, item: Any, reason: str) -> None:
    report, changed = take(beat("A", 0, 2), item)
    assert [fault.row for fault in report.faults] == [2]
    assert reason in report.faults[0].reason
    assert not ProfessionalGrid.objects.exists()
    assert changed == overlays.Changed()


def test_other_datums_become_wgs84(take: Any) -> None:
    ring = [list(from_wgs84(lon, lat, CoordSystem.GCJ02)) for lon, lat in ground(0, 1)["coordinates"][0]]
    item = beat("A", 0, 1) | {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    take(item, coord_system=CoordSystem.GCJ02)
    bounds = parse_area(ProfessionalGrid.objects.get().polygon).bounds
    assert bounds == pytest.approx(parse_area(ground(0, 1)).bounds, abs=2e-7)


def test_the_command_says_what_it_did(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.geojson"
    item = {"type": "Feature", "properties": {"BH": "A", "name": "x"}, "geometry": ground(0, 1)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [item]}))
    with pytest.raises(CommandError, match="the code is empty"):
        call_command("import_overlay", path, system="police")
    call_command("import_overlay", path, system="police", map=["code=BH"], dry_run=True)
    call_command("import_overlay", path, system="police", map=["code=BH"])
    said = capsys.readouterr().out
    assert "Professional grids: 1 would be created" in said
    assert "Overlays: 1 suggested, 0 updated, 0 withdrawn, 0 decisions dropped." in said
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_overlay", tmp_path / "none.gpkg", system="fire")
    path.write_text("{")
    with pytest.raises(CommandError, match="not GeoJSON"):
        call_command("import_overlay", path, system="fire")
