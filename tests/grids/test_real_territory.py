"""Real layers with all their quirks: read, refused in words where they contradict themselves, checked for coverage.

Needs the collection of real data beside the checkout; where it is missing, these tests are skipped. What they find
is told in docs/territory.md.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from shapely.geometry import shape

from governance.accounts.actors import Actor
from grids import locator_cache, territory
from grids.coverage import Checked, check_city, keep
from grids.geometry import to_geojson
from grids.importing import import_grids, import_regions
from grids.models import CommunityCoverage, Grid, GridVersion, Region

REAL = settings.BASE_DIR.parent / "shared" / "data"
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY = Actor(role="system", client="import")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (REAL / "cn_districts.geojson").is_file(), reason="the real data is not here"),
]


def features(name: str, prefix: str = "") -> list[dict[str, Any]]:
    found = json.loads((REAL / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return [item for item in found if str(item["properties"].get("code", "")).startswith(prefix)]


def community(serial: int, boundary: Any = None) -> Region:
    """A community that a layer is laid into."""
    above = None
    for level, code in (
        ("city", "980100000000"),
        ("district", "980101000000"),
        ("town", "980101001000"),
    ):
        above, _made = Region.objects.get_or_create(
            code=code,
            valid_to=None,
            defaults={"level": level, "name": code, "parent": above, "valid_from": AT.date()},
        )
    region = Region.objects.create(
        code=f"980101001{serial:03d}",
        level="community",
        name=f"图层{serial}",
        parent=above,
        valid_from=AT.date(),
        boundary=boundary,
    )
    GridVersion.bump()
    return region


def layer(region: Region, items: list[dict[str, Any]], folder: Path) -> Path:
    """The features as grids of that community."""
    rows = [
        {
            "type": "Feature",
            "properties": {
                "code": f"{region.code}{number:03d}",
                "name": str(next(iter(item["properties"].values()))),
                "household_count": 500,
            },
            "geometry": item["geometry"],
        }
        for number, item in enumerate(items, 1)
    ]
    path = folder / f"{region.code}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def lay(serial: int, name: str, prefix: str, folder: Path, *, boundary: Any = None) -> Checked:
    """Import a layer as the grids of a community of its own, and check that community."""
    items = features(name, prefix)
    ground = boundary or shapely.union_all([shape(item["geometry"]) for item in items])
    region = community(serial, to_geojson(ground))
    report = import_grids(layer(region, items, folder), by=BY, at=AT)
    assert (report.created, report.faults) == (len(items), [])
    (found,) = (item for item in check_city(at=AT, path=region.path))
    return found


def kinds(found: Checked) -> dict[str, int]:
    return dict(Counter(item.kind.value for item in found.report.findings))


def test_whole_division_trees() -> None:
    for name, root, count in (("shenzhen", "440300000000", 877), ("changsha", "430100000000", 1831)):
        report = import_regions(REAL / f"divisions_{name}.csv", root=root, by=BY, at=AT)
        assert (report.created, report.faults) == (count, [])
    levels = Counter(Region.objects.filter(valid_to=None).values_list("level", flat=True))
    assert levels == {"city": 2, "district": 18, "town": 251, "community": 2437}
    land = territory.load()
    assert len(land.regions) == 2708
    assert {place.parent_path == "" for place in land.regions.values() if place.level == "city"} == {True}


@pytest.mark.parametrize(
    ("name", "prefix", "expected"),
    [
        ("cn_districts", "4403", {"not_contiguous": 2}),
        ("cn_districts", "31", {"not_contiguous": 2}),
        ("cn_districts", "4301", {}),
        ("boston_police_districts", "", {"not_contiguous": 3}),
        ("boston_zipcodes", "", {"not_contiguous": 3}),
    ],
)
def test_each_layer_covers_its_own_outline(
    name: str, prefix: str, expected: dict[str, int], tmp_path: Path
) -> None:
    found = lay(1, name, prefix, tmp_path)
    counted = kinds(found)
    counted.pop("code_order", None)
    assert counted == expected


def test_two_layers_of_one_city_disagree_about_its_edge(tmp_path: Path) -> None:
    """Police districts inside the outline of the postal areas: the pieces are told in square metres."""
    ground = shapely.union_all([shape(item["geometry"]) for item in features("boston_zipcodes")])
    found = lay(1, "boston_police_districts", "", tmp_path, boundary=ground)
    counted = kinds(found)
    assert counted["gap"] > 0
    assert counted["outside_community"] > 0
    assert all(item.geometry is not None for item in found.report.findings if item.kind.value == "gap")
    keep([found], at=AT)
    kept = CommunityCoverage.objects.get()
    assert (kept.grid_count, kept.open_m2 > 0) == (12, True)


def test_a_second_partition_is_refused_with_the_pieces_named(tmp_path: Path) -> None:
    lay(1, "boston_police_districts", "", tmp_path)
    other = community(2)
    report = import_grids(layer(other, features("boston_zipcodes"), tmp_path), by=BY, at=AT)
    assert len(report.faults) > 50
    assert "square metres" in str(report.faults[0])
    assert Grid.objects.filter(community=other).count() == 0


def test_exchanged_coordinates_are_told(tmp_path: Path) -> None:
    items = features("cn_districts", "4403")
    for item in items:
        item["geometry"] = json.loads(
            shapely.to_geojson(shapely.transform(shape(item["geometry"]), lambda xy: xy[:, ::-1]))
        )
    report = import_grids(layer(community(1), items, tmp_path), by=BY, at=AT)
    assert len(report.faults) == len(items)
    assert "exchanged" in str(report.faults[0])


def test_points_of_real_borders_are_found_again(tmp_path: Path) -> None:
    items = features("cn_districts", "31")
    found = lay(1, "cn_districts", "31", tmp_path)
    assert found.grid_count == 16
    snapshot = locator_cache.load(territory.load())
    for number, item in enumerate(items, 1):
        point = shape(item["geometry"]).representative_point()
        located = snapshot.locator.locate(point.x, point.y)
        assert located is not None
        assert snapshot.grids[located].code.endswith(f"{number:03d}")
