"""Real division trees and polygon layers through the importers and the batch locator; where they are at hand."""

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from governance.accounts.actors import Actor
from grids.api.locating import located
from grids.geometry import parse_area
from grids.importing import import_grids, import_regions
from grids.importing.overlays import import_overlay
from grids.models import ProfessionalGrid, Region
from tests import city

REAL = settings.BASE_DIR.parent / "shared" / "data"
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY = Actor(role="system", client="import")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real data are not here"),
]


def a_city(code: str = "990100000000") -> None:
    """A place that real polygons of any country can be put into."""
    above = None
    for part, level in ((code, "city"), ("990101000000", "district"), ("990101001000", "town")):
        above = Region.objects.create(code=part, level=level, name=level, parent=above, valid_from=AT.date())
    Region.objects.create(
        code="990101001001", level="community", name="社区", parent=above, valid_from=AT.date()
    )


def as_grids(source: Path, target: Path, key: str, chosen: Any = lambda facts: True) -> dict[str, str]:
    """The polygons of a real layer as grids of that community; what each was called, by the new code."""
    features, names = [], {}
    for item in json.loads(source.read_text(encoding="utf-8"))["features"]:
        if chosen(item["properties"]):
            code = f"990101001001{len(features) + 1:03d}"
            names[code] = str(item["properties"][key])
            facts = {"code": code, "name": f"{names[code]}"}
            features.append({"type": "Feature", "properties": facts, "geometry": item["geometry"]})
    target.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return names


@pytest.mark.parametrize(
    ("name", "root", "least", "towns"),
    [("shenzhen", "440300000000", 870, 79), ("changsha", "430100000000", 1_825, 172)],
)
def test_the_division_tree_of_a_real_city(name: str, root: str, least: int, towns: int) -> None:
    path = REAL / f"divisions_{name}.csv"
    report = import_regions(path, root=root, by=BY, at=AT)
    assert report.faults == []
    assert report.created >= least
    assert Region.objects.filter(level="town").count() == towns
    assert import_regions(path, root=root, by=BY, at=AT).unchanged == report.created
    assert import_regions(path, root=root, end_missing=True, by=BY, at=AT).ended == []


def test_shanghai_places_lie_in_their_districts(tmp_path: Path) -> None:
    a_city()
    path = tmp_path / "districts.geojson"
    names = as_grids(
        REAL / "cn_districts.geojson", path, "name", lambda facts: str(facts["code"]).startswith("31")
    )
    report = import_grids(path, by=BY, at=AT, tolerance_m2=1e9)
    assert (report.faults, report.created) == ([], 16)
    city.forget_snapshots()
    with gzip.open(REAL / "poi_shanghai.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["district"] in set(names.values())]
    points = np.array([[float(row["lon"]), float(row["lat"])] for row in rows])
    codes = located(points)["codes"]
    right = sum(names.get(code or "") == row["district"] for code, row in zip(codes, rows, strict=True))
    assert len(rows) > 8_000
    assert right / len(rows) == pytest.approx(0.982, abs=0.01)


def test_boston_tickets_lie_in_their_police_districts(tmp_path: Path) -> None:
    a_city()
    path = tmp_path / "police.geojson"
    names = as_grids(REAL / "boston_police_districts.geojson", path, "district")
    report = import_grids(path, by=BY, at=AT, tolerance_m2=1e9)
    assert report.faults == []
    city.forget_snapshots()
    with gzip.open(REAL / "boston311_2011_first20000.csv.gz", "rt", encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["police_district"] in set(names.values())
            and (row["latitude"], row["longitude"]) != ("42.3594", "-71.0587")
            and row["latitude"]
        ]
    points = np.array([[float(row["longitude"]), float(row["latitude"])] for row in rows])
    codes = located(points)["codes"]
    right = sum(
        names.get(code or "") == row["police_district"] for code, row in zip(codes, rows, strict=True)
    )
    assert len(rows) > 10_000
    assert right / len(rows) == pytest.approx(0.997, abs=0.003)


def test_boston_zip_codes_as_a_second_partition(tmp_path: Path) -> None:
    a_city()
    path = tmp_path / "police.geojson"
    as_grids(REAL / "boston_police_districts.geojson", path, "district")
    import_grids(path, by=BY, at=AT, tolerance_m2=1e9)
    city.forget_snapshots()
    source = tmp_path / "zip.geojson"
    document = json.loads((REAL / "boston_zipcodes.geojson").read_text(encoding="utf-8"))
    seen: set[str] = set()
    items = [
        item
        for item in document["features"]
        if not (item["properties"]["zip"] in seen or seen.add(item["properties"]["zip"]))  # type: ignore[func-returns-value]
    ]
    for item in items:
        item["properties"]["label"] = item["properties"]["name"] or item["properties"]["zip"]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": items}), encoding="utf-8")
    report, changed = import_overlay(source, "fire", names={"code": "zip", "name": "label"}, by=BY, at=AT)
    assert [str(fault) for fault in report.faults] == []
    assert report.created == len(items) > 25
    assert changed.created >= report.created
    assert all(parse_area(row.polygon) for row in ProfessionalGrid.objects.all())
