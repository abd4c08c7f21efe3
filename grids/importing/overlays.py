"""Grids of another system (police, fire, …) from a file with `code` and `name`; overlays are suggested at once."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.audit import journal
from governance.foundation.clock import local
from grids import locator_cache, overlays
from grids.coordinate_arrays import many_to_wgs84
from grids.coordinates import CoordSystem
from grids.geometry import Area, label_point, to_geojson
from grids.importing.features import named, read_area
from grids.importing.layers import Item, read_layer
from grids.importing.regions import forget
from grids.importing.report import Fault, Report, Unreadable
from grids.models import GridVersion, ProfessionalGrid, Region
from grids.overlays.matching import Thresholds, match
from grids.territory import current as territory

FIELDS: Final = ("code", "name", "name_en", "unit")
LENGTHS: Final = {"code": 30, "name": 120, "name_en": 160}
ANY_GROUND: Final = Thresholds(share=1e-6, grid_share=2.0)
BATCH: Final = 500


@dataclass(frozen=True)
class Drawn:
    """A grid of the file, in WGS-84."""

    number: int
    facts: dict[str, Any]
    area: Area


def import_overlay(
    path: Path,
    system: str,
    *,
    coord_system: CoordSystem = CoordSystem.WGS84,
    names: Mapping[str, str] | None = None,
    layer: str = "",
    end_missing: bool = False,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
) -> tuple[Report, overlays.Changed]:
    """Add and change the grids of a system; each belongs to the town that holds most of it. All or nothing.

    With `end_missing`, grids of the system that the file does not name end the day before.
    """
    report, changed = Report(is_dry_run=dry_run), overlays.Changed()
    try:
        items = read_layer(path, layer=layer).items
    except Unreadable as error:
        report.faults.append(error.fault)
        return report, changed
    with transaction.atomic():
        rows = ProfessionalGrid.objects.select_for_update().filter(system=system, valid_to=None)
        present = {row.code: row for row in rows.order_by("pk")}
        drawn = _read(items, report, names or {}, coord_system)
        towns = _towns([item.area for item in drawn])
        for item, town in zip(drawn, towns, strict=True):
            if town is None:
                values = {"code": item.facts["code"]}
                place = label_point(item.area)
                report.faults.append(Fault(item.number, _("%(code)s lies over no grid"), values, place))
        if report.faults:
            return report, changed
        on = local(at).date()
        fresh, moved = _compared(system, drawn, towns, present, report, on=on)
        over = [row for code, row in present.items() if code not in {item.facts["code"] for item in drawn}]
        over = over if end_missing else []
        report.ended = sorted(row.code for row in over)
        if report.is_written:
            ProfessionalGrid.objects.bulk_create(fresh, batch_size=BATCH)
            fields = ["name", "name_en", "unit", "polygon", "lon", "lat", "town"]
            ProfessionalGrid.objects.bulk_update(moved, fields, batch_size=BATCH)
            _end(over, on)
            _record(path, system, report, by=by, at=at)
            GridVersion.bump()
            transaction.on_commit(forget)
            changed = overlays.suggest(system, by=by, at=at)
    return report, changed


def _read(
    items: Sequence[Item], report: Report, names: Mapping[str, str], system: CoordSystem
) -> list[Drawn]:
    units = dict(OrgUnit.objects.filter(is_active=True).values_list("code", "pk"))
    found: list[Drawn] = []
    seen: dict[str, int] = {}
    for number, item in enumerate(items, 1):
        if item.facts is None:
            report.faults.append(Fault(number, _("a Feature with properties is needed")))
            continue
        given = named(item.facts, names, FIELDS)
        facts = {name: str(given.get(name) or "").strip() for name in FIELDS}
        area = _wrong(facts, seen, units) or read_area(number, facts["code"], item.outline, system)
        if isinstance(area, Fault):
            report.faults.append(Fault(number, area.text, area.values, area.place))
            continue
        seen[facts["code"]] = number
        unit_id = units.get(facts.pop("unit"))
        found.append(Drawn(number, {**facts, "unit_id": unit_id}, area))
    if system is CoordSystem.WGS84 or not found:
        return found
    areas = np.array([item.area for item in found], dtype=object)
    moved = shapely.transform(areas, lambda points: many_to_wgs84(points, system))
    return [Drawn(item.number, item.facts, area) for item, area in zip(found, moved, strict=True)]


def _wrong(facts: Mapping[str, str], seen: Mapping[str, int], units: Mapping[str, int]) -> Fault | None:
    code = facts["code"]
    if not code:
        return Fault(0, _("the code is empty"))
    if code in seen:
        values = {"code": code[:40], "row": seen[code]}
        return Fault(0, _("%(code)s stands in feature %(row)d already"), values)
    if any(len(facts[name]) > most for name, most in LENGTHS.items()):
        return Fault(0, _("%(code)s: the code or name is too long"), {"code": code[:40]})
    if not facts["name"]:
        return Fault(0, _("%(code)s: the name is empty"), {"code": code})
    if facts["unit"] and facts["unit"] not in units:
        values = {"code": code, "unit": facts["unit"][:40]}
        return Fault(0, _("%(code)s: the unit %(unit)s is not known"), values)
    return None


def _towns(areas: Sequence[Area]) -> list[int | None]:
    """The id of the town that has most of each area, by the grids below it; None over no grid at all."""
    ground = locator_cache.current().areas
    ids = list(ground)
    town_of = [place.id if (place := _town_of(pk)) else None for pk in ids]
    totals: list[dict[int, float]] = [defaultdict(float) for _area in areas]
    for item in match(areas, [ground[pk] for pk in ids], ANY_GROUND):
        town = town_of[item.second]
        if town is not None:
            totals[item.first][town] += item.share
    return [max(found, key=lambda pk: (found[pk], -pk)) if found else None for found in totals]


def _town_of(grid_id: int) -> Any:
    land = territory()
    grid = land.grids.get(grid_id)
    return land.at_level(grid.path, Region.Level.TOWN) if grid else None


def _compared(
    system: str,
    drawn: Sequence[Drawn],
    towns: Sequence[int | None],
    present: Mapping[str, ProfessionalGrid],
    report: Report,
    *,
    on: date,
) -> tuple[list[ProfessionalGrid], list[ProfessionalGrid]]:
    """New rows, and known ones that change."""
    fresh, moved = [], []
    for item, town_id in zip(drawn, towns, strict=True):
        lon, lat = label_point(item.area)
        facts = {**item.facts, "polygon": to_geojson(item.area), "town_id": town_id}
        known = present.get(facts["code"])
        if known is None:
            fresh.append(ProfessionalGrid(system=system, lon=lon, lat=lat, valid_from=on, **facts))
        elif all(getattr(known, name) == value for name, value in facts.items()):
            report.unchanged += 1
        else:
            if known.polygon != facts["polygon"]:
                report.reshaped.append(known.code)
            for name, value in {**facts, "lon": lon, "lat": lat}.items():
                setattr(known, name, value)
            moved.append(known)
    report.created, report.changed = len(fresh), len(moved)
    return fresh, moved


def _end(rows: Sequence[ProfessionalGrid], on: date) -> None:
    for row in rows:
        row.valid_to = max(on - timedelta(days=1), row.valid_from)
    ProfessionalGrid.objects.bulk_update(rows, ["valid_to"], batch_size=BATCH)


def _record(path: Path, system: str, report: Report, *, by: Actor, at: datetime) -> None:
    details = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "system": system,
        "created": report.created,
        "changed": report.changed,
        "ended": len(report.ended),
        "reshaped": report.reshaped[:BATCH],
    }
    top = Region.objects.filter(valid_to=None).order_by("path")[0]
    journal.record("grids.import_overlay", by=by, obj=top, at=at, details=details)
