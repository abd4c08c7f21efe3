"""Cameras of other systems on the map: imported from a file, links for those who command or keep public order."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.command.map.reach import inside
from governance.command.models import Camera
from governance.foundation.errors import Invalid
from grids import scope as scopes
from grids.coordinates import CoordSystem, InvalidPoint, to_wgs84
from grids.locator_cache import nearest_grid
from incidents.areas import Window

VIEWERS: Final = frozenset(
    {
        Role.LEADER,
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.OVERSIGHT_OFFICER,
        Role.TOWN_STAFF,
        Role.POLICE_GRID_OFFICER,
    }
)
COLUMNS: Final = ("code", "name", "lon", "lat", "url")
MOST: Final = 800
MOST_ROWS: Final = 100_000
FARTHEST: Final = 2_000
"""Metres from the nearest grid."""
Feature = dict[str, Any]


@dataclass
class Report:
    """What became of a file."""

    taken: int = 0
    switched_off: int = 0
    faults: list[str] = field(default_factory=list)


def may_view(actor: Actor) -> bool:
    """Whether the reader sees cameras anywhere."""
    return bool(_paths(actor))


def _paths(actor: Actor) -> tuple[str, ...]:
    reaches = scopes.of(actor.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in VIEWERS)


def cameras(actor: Actor, window: Window) -> list[Feature]:
    """The cameras in the window that the reader may see, at most `MOST`."""
    rows = Camera.objects.filter(inside(_paths(actor), "place_path"), window.holds, is_active=True)
    return [
        {
            "type": "Feature",
            "properties": {"name": row.name, "kind": row.code, "url": row.url},
            "geometry": {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]},
        }
        for row in rows.order_by("pk")[:MOST]
    ]


@transaction.atomic
def take_in(
    path: Path, *, by: Actor, at: datetime, datum: str = CoordSystem.WGS84, is_whole: bool = False
) -> Report:
    """Take in a CSV file (code, name, lon, lat, url), by code; `is_whole` switches off what is not in it.

    Rows that cannot be taken are told with their line and change nothing. Raises Invalid for a file of another kind.
    """
    report, found = Report(), {}
    for line, row in _rows(path):
        try:
            camera = _camera(row, datum, at)
        except ValueError as fault:
            report.faults.append(_("Line %(n)d: %(fault)s") % {"n": line, "fault": fault})
        else:
            found[camera.code] = camera
    Camera.objects.bulk_create(
        found.values(),
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "lon", "lat", "place_path", "url", "is_active", "updated_at"],
    )
    report.taken = len(found)
    if is_whole and not report.faults:
        gone = Camera.objects.filter(is_active=True).exclude(code__in=list(found))
        report.switched_off = gone.update(is_active=False, updated_at=at)
    first = Camera.objects.order_by("pk").first()
    if first is not None and report.taken:
        details = {"taken": report.taken, "off": report.switched_off, "faults": len(report.faults)}
        journal.record("cameras.import", by=by, obj=first, at=at, details=details)
    return report


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise Invalid(_("The file needs the columns %(names)s") % {"names": ", ".join(COLUMNS)})
            for line, row in enumerate(reader, start=2):
                if line > MOST_ROWS:
                    raise Invalid(_("A file may have %(n)d rows at most") % {"n": MOST_ROWS})
                yield line, {name: (row[name] or "").strip() for name in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_("The file cannot be read as CSV in UTF-8")) from error


def _camera(row: Mapping[str, str], datum: str, at: datetime) -> Camera:
    """Raises ValueError with a sentence."""
    if not row["code"] or not row["name"] or len(row["code"]) > 40 or len(row["name"]) > 120:
        raise ValueError(_("code or name is missing or too long"))
    address = urlsplit(row["url"])
    if address.scheme not in {"http", "https"} or not address.hostname or len(row["url"]) > 400:
        raise ValueError(_("the address has to begin with http:// or https://"))
    try:
        lon, lat = to_wgs84(float(row["lon"]), float(row["lat"]), datum)
    except (InvalidPoint, ValueError) as error:
        raise ValueError(_("the point cannot be read")) from error
    hit = nearest_grid(lon, lat)
    if hit is None or hit.metres > FARTHEST:
        raise ValueError(_("the point lies in no grid and near none"))
    return Camera(
        code=row["code"],
        name=row["name"],
        lon=lon,
        lat=lat,
        place_path=hit.path,
        url=row["url"],
        is_active=True,
        updated_at=at,
    )


def words_of(report: Report) -> Sequence[str]:
    """For the command's output."""
    head = _("Cameras taken in: %(taken)d, switched off: %(off)d") % {
        "taken": report.taken,
        "off": report.switched_off,
    }
    return [head, *report.faults[:20]]
