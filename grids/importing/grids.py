"""Grids from a GeoJSON FeatureCollection with `code`, `name`, `kind` and `household_count` as properties."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from numpy.typing import NDArray

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, Tier
from governance.audit import journal
from governance.foundation.clock import local
from grids.coordinates import CoordSystem, InvalidPoint, to_wgs84
from grids.geometry import Area, InvalidArea, label_point, overlapping_pairs, parse_area, to_geojson
from grids.importing.regions import forget
from grids.importing.report import Fault, Report
from grids.models import Grid, GridVersion, Region, UnitArea
from grids.spelling import pinyin_of

OVERLAP_M2 = 25.0
MAX_HOUSEHOLDS = 100_000


@dataclass(frozen=True)
class Feature:
    """A feature that can be taken, in WGS-84. `number` counts from 1."""

    number: int
    code: str
    name: str
    kind: str
    households: int
    area: Area


def import_grids(
    path: Path,
    *,
    coord_system: CoordSystem = CoordSystem.WGS84,
    tolerance_m2: float = OVERLAP_M2,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
) -> Report:
    """Add grids and change known ones (name, kind, households, polygon). Two grids may share at most
    `tolerance_m2` square metres. A new grid gets its team, a unit below the community's workstation.
    """
    report = Report(is_dry_run=dry_run)
    with transaction.atomic():
        communities = {
            row.code: row for row in Region.objects.filter(level=Region.Level.COMMUNITY, valid_to=None)
        }
        present = {row.code: row for row in Grid.objects.select_for_update().filter(valid_to=None)}
        features = list(_features(path, coord_system, communities, report))
        report.faults += _overlaps(features, present, tolerance_m2)
        if report.faults:
            return report
        _write(features, present, communities, report, on=local(at).date())
        if report.is_written:
            details = {
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "coord_system": coord_system.value,
                "created": report.created,
                "changed": report.changed,
            }
            top = Region.objects.filter(valid_to=None).order_by("path")[0]
            journal.record("grids.import_grids", by=by, obj=top, at=at, details=details)
            GridVersion.bump()
            transaction.on_commit(forget)
    return report


def _features(
    path: Path, system: CoordSystem, communities: Mapping[str, Region], report: Report
) -> Iterator[Feature]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        report.faults.append(Fault(1, f"not GeoJSON: {error}"))
        return
    items = document.get("features") if isinstance(document, dict) else None
    if not isinstance(items, list):
        report.faults.append(Fault(1, "a FeatureCollection is needed"))
        return
    seen: dict[str, int] = {}
    for number, item in enumerate(items, 1):
        found = _feature(number, item, system, communities)
        if isinstance(found, Feature):
            if found.code in seen:
                report.faults.append(
                    Fault(number, f"{found.code} stands in feature {seen[found.code]} already")
                )
            seen.setdefault(found.code, number)
            yield found
        else:
            report.faults.append(Fault(number, found))


def _feature(number: int, item: Any, system: CoordSystem, communities: Mapping[str, Region]) -> Feature | str:
    """The feature, or why it cannot be taken."""
    facts = item.get("properties") if isinstance(item, dict) else None
    if not isinstance(facts, dict):
        return "a Feature with properties is needed"
    code, name = str(facts.get("code") or ""), str(facts.get("name") or "").strip()
    kind, households = facts.get("kind") or Grid.Kind.COMPREHENSIVE, facts.get("household_count") or 0
    reason = _wrong_facts(code, name, kind, households, communities)
    if reason:
        return reason
    try:
        area = parse_area(shifted(parse_area(item.get("geometry") or {}), system))
    except (InvalidArea, InvalidPoint) as error:
        return f"{code}: {error}"
    return Feature(number, code, name, str(kind), int(households), area)


def _wrong_facts(code: str, name: str, kind: Any, households: Any, communities: Mapping[str, Region]) -> str:
    if not (code.isascii() and code.isdigit() and len(code) == 15):
        return f"the code {code!r} is not fifteen digits (community and three digits)"
    if code[:12] not in communities:
        return f"{code}: the community {code[:12]} is not known"
    if not name:
        return f"{code}: the name is empty"
    if kind not in Grid.Kind.values:
        return f"{code}: the kind {kind!r} is none of {', '.join(Grid.Kind.values)}"
    if (
        isinstance(households, bool)
        or not isinstance(households, int)
        or not 0 <= households <= MAX_HOUSEHOLDS
    ):
        return f"{code}: {households!r} is no number of households"
    return ""


def shifted(area: Area, system: CoordSystem) -> dict[str, Any]:
    """The area in WGS-84 as GeoJSON. InvalidPoint for positions that are none."""
    if system is CoordSystem.WGS84:
        return to_geojson(area)

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([to_wgs84(lon, lat, system) for lon, lat in points])

    return to_geojson(shapely.transform(area, moved))


def _overlaps(
    features: Sequence[Feature], present: Mapping[str, Grid], tolerance_m2: float
) -> Iterator[Fault]:
    """New polygons against one another and against the known grids that the file does not replace."""
    replaced = {feature.code for feature in features}
    others = [grid for code, grid in present.items() if code not in replaced]
    areas = [feature.area for feature in features] + [parse_area(grid.polygon) for grid in others]
    codes = [feature.code for feature in features] + [grid.code for grid in others]
    for first, second, shared in overlapping_pairs(areas, tolerance_m2) if len(areas) > 1 else ():
        if first < len(features):
            yield Fault(
                features[first].number, f"{codes[first]} and {codes[second]} share {shared:.0f} square metres"
            )


def _write(
    features: Sequence[Feature],
    present: Mapping[str, Grid],
    communities: Mapping[str, Region],
    report: Report,
    *,
    on: date,
) -> None:
    fresh = []
    for feature in features:
        known = present.get(feature.code)
        polygon = to_geojson(feature.area)
        lon, lat = label_point(feature.area)
        facts = {
            "name": feature.name,
            "kind": feature.kind,
            "household_count": feature.households,
            "polygon": polygon,
        }
        if known is None:
            community = communities[feature.code[:12]]
            path = f"{community.path}{feature.code}/"
            fresh.append(
                Grid(
                    code=feature.code,
                    community=community,
                    path=path,
                    pinyin=pinyin_of(feature.name),
                    lon=lon,
                    lat=lat,
                    valid_from=on,
                    **facts,
                )
            )
        elif all(getattr(known, name) == value for name, value in facts.items()):
            report.unchanged += 1
        else:
            report.changed += 1
            for name, value in {**facts, "lon": lon, "lat": lat}.items():
                setattr(known, name, value)
            if not report.is_dry_run:
                known.save(update_fields=[*facts, "lon", "lat", "pinyin"])
    report.created = len(fresh)
    if fresh and not report.is_dry_run:
        _give_teams(fresh)
        Grid.objects.bulk_create(fresh)


def _give_teams(grids: Sequence[Grid]) -> None:
    """A team for each new grid; one that a unit of that code exists for takes it."""
    workstations = {
        row.region_id: row.unit
        for row in UnitArea.objects.filter(
            duty=UnitArea.Duty.COMMAND, region__in={g.community_id for g in grids}
        )
        .select_related("unit")
        .order_by("id")
    }
    wanted = {f"WG-{grid.code}": grid for grid in grids}
    teams = {row.code: row for row in OrgUnit.objects.filter(code__in=wanted)}
    missing = []
    for code, grid in wanted.items():
        if code in teams:
            continue
        parent = workstations.get(grid.community_id)
        missing.append(
            OrgUnit(
                code=code,
                name=f"{grid.name}队",
                kind=OrgUnit.Kind.GRID_TEAM,
                tier=Tier.GRID,
                parent=parent,
                path=f"{parent.path if parent else ''}{code}/",
            )
        )
    teams |= {row.code: row for row in OrgUnit.objects.bulk_create(missing)}
    for code, grid in wanted.items():
        grid.team = teams[code]
