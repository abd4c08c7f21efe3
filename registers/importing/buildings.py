"""Buildings from a table: code, name, point; the grid is found from the point."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Invalid
from grids.coordinates import CoordSystem, InvalidPoint, to_wgs84
from grids.importing.report import Fault, Report
from grids.models import Building
from registers.deeds.placing import placed
from registers.importing.reading import NotReadable, Row, once, read_rows
from registers.models import Household

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "code": ("编码", "楼栋编码"),
    "name": ("名称", "楼栋名称"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "kind": ("类型", "楼栋类型"),
    "address": ("地址",),
    "floors": ("层数",),
    "household_count": ("户数", "规划户数"),
}
REQUIRED: Final = ("code", "name", "lon", "lat")
KINDS: Final = {
    "住宅楼": "residential",
    "商业楼": "business",
    "公共建筑": "public",
    "厂房仓库": "factory",
} | {
    "农房": "farmhouse",
    "自然村落": "natural_village",
}
FIELDS: Final = (
    "name",
    "kind",
    "address",
    "lon",
    "lat",
    "grid_id",
    "community_id",
    "path",
    "floors",
    "household_count",
)
BATCH: Final = 1000


def import_buildings(
    path: Path,
    *,
    coord_system: CoordSystem = CoordSystem.WGS84,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
) -> Report:
    """Add buildings and change known ones (by code). All or nothing; every fault has its row.

    A known building whose households would have to move is left to the page, which takes them along.
    """
    report = Report(is_dry_run=dry_run)
    try:
        rows = list(read_rows(path, COLUMNS, REQUIRED))
    except NotReadable as error:
        report.faults.append(Fault(1, str(error)))
        return report
    rows_of: dict[str, int] = {}
    found = list(_taken(rows, coord_system, rows_of, report))
    if not report.faults:
        with transaction.atomic():
            _write(found, rows_of, report, path, by=by, at=at)
    return report


def _taken(
    rows: Sequence[tuple[int, Row]], system: CoordSystem, rows_of: dict[str, int], report: Report
) -> Iterator[Building]:
    """The rows that can be taken; the others become faults."""
    for number, row in rows:
        try:
            building = _building(row, system)
        except (Invalid, InvalidPoint, ValueError) as error:
            report.faults.append(Fault(number, _words(error)))
            continue
        if fault := once(rows_of, building.code, number, f"the code {building.code}"):
            report.faults.append(fault)
        yield building


def _write(
    found: Sequence[Building],
    rows_of: Mapping[str, int],
    report: Report,
    path: Path,
    *,
    by: Actor,
    at: datetime,
) -> None:
    rows = Building.objects.select_for_update().filter(code__in=[item.code for item in found])
    known = {row.code: row for row in rows}
    homes = Household.objects.active().filter(building__in=[row.pk for row in known.values()])
    lived_in = set(homes.values_list("building_id", flat=True).distinct())
    fresh, changed = [], []
    for item in found:
        old = known.get(item.code)
        if old is None:
            fresh.append(item)
        elif all(getattr(old, name) == getattr(item, name) for name in FIELDS):
            report.unchanged += 1
        elif old.pk in lived_in and old.grid_id != item.grid_id:
            reason = f"{item.code} would move to another grid with its households: move it on its page"
            report.faults.append(Fault(rows_of[item.code], reason))
        else:
            item.pk = old.pk
            changed.append(item)
    report.created, report.changed = len(fresh), len(changed)
    if not report.is_written:
        return
    Building.objects.bulk_create(fresh, batch_size=BATCH)
    Building.objects.bulk_update(changed, FIELDS, batch_size=BATCH)
    details = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "created": report.created,
        "changed": report.changed,
    }
    journal.record("buildings.import", by=by, obj=(fresh or changed)[0], at=at, details=details)


def _words(error: Exception) -> str:
    if isinstance(error, Invalid) and error.fields:
        return " ".join(str(text) for texts in error.fields.values() for text in texts)
    return str(error)


def _building(row: Row, system: CoordSystem) -> Building:
    """Raises ValueError, InvalidPoint or Invalid, each with words."""
    code, name = row.get("code", ""), row.get("name", "")
    if not code or not name:
        raise ValueError("code and name are needed")
    if len(code) > 30 or len(name) > 120:
        raise ValueError("code (30) or name (120) is too long")
    kind = KINDS.get(row.get("kind", ""), row.get("kind", "") or Building.Kind.RESIDENTIAL)
    if kind not in Building.Kind.values:
        raise ValueError(f"the kind {row['kind']!r} is none of {', '.join((*KINDS, *Building.Kind.values))}")
    lon, lat = to_wgs84(_number(row, "lon"), _number(row, "lat"), system)
    place = placed(lon, lat)
    return Building(
        code=code,
        name=name,
        kind=kind,
        address=row.get("address", "")[:200],
        lon=lon,
        lat=lat,
        grid_id=place.grid_id,
        community_id=place.community_id,
        path=place.grid_path,
        floors=_whole(row, "floors", 1, 200),
        household_count=_whole(row, "household_count", 0, 5000),
    )


def _number(row: Row, name: str) -> float:
    try:
        return float(row.get(name, ""))
    except ValueError:
        raise ValueError(f"{name}: {row.get(name, '')!r} is no number") from None


def _whole(row: Row, name: str, default: int, most: int) -> int:
    text = row.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ValueError(f"{name}: {text!r} is no whole number up to {most}")
    return int(text)
