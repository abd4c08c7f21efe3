"""A surveyed city for the territory's measures: communities of thirty winding grids each, with address points.

It lies east of the demo city, has one centre, and two people who prepare and approve revisions.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.contenttypes.models import ContentType

from benchmarks.point_to_grid import winding_mesh
from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint_many
from governance.accounts.models import OrgUnit, User
from grids.geometry import to_geojson
from grids.models import Building, GridVersion, Region, UnitArea

WIDE, HIGH = 5, 6
"""Grids of a community, beside and above one another."""
EAST_BY = 3.0
ADDRESSES = 20
BEGAN = date(2024, 1, 1)
CITY = "980100000000"


@dataclass(frozen=True)
class Survey:
    """What has been laid out. `polygons` are by community, thirty each."""

    city: Region
    communities: Sequence[Region]
    polygons: Sequence[Sequence[shapely.Polygon]]
    planner: Actor
    approver: Actor

    @property
    def grids(self) -> int:
        return sum(len(some) for some in self.polygons)


def lay_out(across: int, up: int, *, at: datetime) -> Survey:
    """`across` x `up` communities with their boundaries, and their address points; the grids come by import."""
    mesh = winding_mesh(across * WIDE, up * HIGH, jitter=0.15, swing=0.02)
    east = np.array([EAST_BY, 0.0])
    moved = np.array([shapely.transform(area, lambda xy: xy + east) for area in mesh], dtype=object)
    cells = moved.reshape(across, WIDE, up, HIGH).transpose(0, 2, 1, 3).reshape(across * up, WIDE * HIGH)
    city = Region.objects.create(code=CITY, level="city", name="测区", valid_from=BEGAN)
    district = Region.objects.create(
        code="980101000000", level="district", name="测区一区", parent=city, valid_from=BEGAN
    )
    towns = [
        Region.objects.create(
            code=f"980101{number + 1:03d}000",
            level="town",
            name=f"{number + 1}街道",
            parent=district,
            valid_from=BEGAN,
        )
        for number in range(across)
    ]
    communities = Region.objects.bulk_create(
        _community(towns[column], column, row, cells[column * up + row])
        for column in range(across)
        for row in range(up)
    )
    planner, approver = _people(city, at)
    _addresses(communities, cells)
    GridVersion.bump()
    return Survey(city, communities, [list(some) for some in cells], planner, approver)


def _community(town: Region, column: int, row: int, areas: Any) -> Region:
    code = f"{town.code[:9]}{row + 1:03d}"
    boundary = shapely.coverage_union_all(areas)
    return Region(
        code=code,
        level="community",
        name=f"{column + 1}街道{row + 1}社区",
        parent=town,
        path=f"{town.path}{code}/",
        boundary=to_geojson(boundary),
        valid_from=BEGAN,
    )


def _people(city: Region, at: datetime) -> tuple[Actor, Actor]:
    unit = OrgUnit.objects.create(code="SURVEY", name="测区联动中心", kind=OrgUnit.Kind.CENTER, tier="city")
    UnitArea.objects.create(unit=unit, region=city, duty=UnitArea.Duty.COMMAND)
    users = [
        User.objects.create_user(f"survey-{role}", name=name, unit=unit)
        for role, name in (("town_staff", "测甲"), ("oversight_officer", "测乙"))
    ]
    roles = ("town_staff", "oversight_officer")
    ContentType.objects.clear_cache()
    appoint_many(
        [
            Post(user=user, role=role, target=city, starts_on=BEGAN)
            for user, role in zip(users, roles, strict=True)
        ],
        at=at,
    )
    first, second = (Actor(user=User.objects.get(pk=user.pk), unit_id=unit.pk) for user in users)
    return first, second


def _addresses(communities: Sequence[Region], cells: Any) -> None:
    """Points near the middle of each grid."""
    rng = random.Random(5)
    rows = []
    for community, areas in zip(communities, cells, strict=True):
        for number, area in enumerate(areas, 1):
            middle = shapely.point_on_surface(area)
            rows += [
                Building(
                    code=f"{community.code}{number:03d}{index:03d}",
                    name=f"{number}号楼{index}",
                    community=community,
                    path=community.path,
                    lon=middle.x + rng.uniform(-0.0003, 0.0003),
                    lat=middle.y + rng.uniform(-0.0003, 0.0003),
                    household_count=25,
                )
                for index in range(ADDRESSES)
            ]
    Building.objects.bulk_create(rows, batch_size=5_000)


def write_layer(survey: Survey, path: Path) -> None:
    """All grids as a GeoJSON file."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": f"{community.code}{number:03d}",
                "name": f"{community.name}第{number}网格",
                "household_count": ADDRESSES * 25,
            },
            "geometry": json.loads(shapely.to_geojson(area)),
        }
        for community, areas in zip(survey.communities, survey.polygons, strict=True)
        for number, area in enumerate(areas, 1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
