"""Points on the map: key places of the window that is looked at, command units with their phones, patrols of now."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from fieldwork.models import FieldTask, PatrolTour
from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.foundation.clock import local
from governance.foundation.errors import Invalid
from governance.foundation.naming import label_of
from grids.models import Region
from grids.territory import current as territory
from registers.models import KeyPlace

MAX_PLACES = 800
MAX_PATROLS = 2_000
Feature = dict[str, Any]
Box = tuple[float, float, float, float]


def box_of(text: str) -> Box:
    """`west,south,east,north` in degrees. Raises Invalid."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid(fields={"box": [_("A window is four numbers: west, south, east, north")]}) from error
    return west, south, east, north


def key_places(actor: Actor, box: Box) -> list[Feature]:
    """The key places in the window that the reader may see, at most `MAX_PLACES`; no contacts."""
    west, south, east, north = box
    rows = KeyPlace.objects.active().visible_to(actor)
    rows = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north).order_by("id")
    return [
        _point(row.lon, row.lat, {"name": row.name, "kind": str(row.get_kind_display()), "risk": row.risk})
        for row in rows.only("name", "kind", "risk", "lon", "lat")[:MAX_PLACES]
    ]


def stations() -> list[Feature]:
    """The command unit of every region, at the region's middle. Their phones are those of an office."""
    land = territory()
    middles: Mapping[str, tuple[float | None, float | None]] = {
        path: (lon, lat)
        for path, lon, lat in Region.objects.filter(valid_to=None).values_list("path", "lon", "lat")
    }
    found = []
    phones = dict(OrgUnit.objects.exclude(phone="").values_list("id", "phone"))
    for path, unit_id in land.command.items():
        unit, (lon, lat) = land.units.get(unit_id), middles.get(path, (None, None))
        if unit is not None and lon is not None and lat is not None:
            facts = {"name": label_of(unit), "tier": unit.tier, "phone": phones.get(unit.id, "")}
            found.append(_point(lon, lat, facts))
    return found


def patrols(actor: Actor) -> list[Feature]:
    """Who is on patrol now, at the middle of the grid, of the tasks that the reader may see, at most `MAX_PATROLS`.

    Where exactly somebody walks belongs to the worker and the supervisor, so no position is shown here.
    """
    tours = PatrolTour.objects.filter(
        stopped_at=None, task__in=FieldTask.objects.visible_to(actor).values("pk"), task__grid__isnull=False
    )
    rows = tours.order_by("-started_at").values_list(
        "user__name", "started_at", "task__grid__name", "task__grid__lon", "task__grid__lat"
    )
    return [
        _point(
            lon, lat, {"name": name, "kind": f"{grid} · {_('since %(at)s') % {'at': f'{local(at):%H:%M}'}}"}
        )
        for name, at, grid, lon, lat in rows[:MAX_PATROLS]
        if lon is not None and lat is not None
    ]


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """As GeoJSON."""
    return {"type": "FeatureCollection", "features": list(features)}


def _point(lon: float, lat: float, facts: dict[str, str]) -> Feature:
    geometry = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "properties": facts, "geometry": geometry}
