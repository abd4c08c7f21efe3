"""Whatever lives in apps above the ticket and names a place by `region_path` follows it, without being imported here.

Only rows of today follow, by the same rule that says what still hangs on a region; what is finished keeps its place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Model

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from grids.importing.endings import present_rows
from grids.models import Grid, Region
from grids.regions import RegionEffect

BELOW: Final = frozenset(
    {"accounts", "audit", "exchange", "grids", "staffing", "registers", "mandates", "incidents"}
)
"""Apps whose tables are followed by name."""


@dataclass(frozen=True, kw_only=True)
class Landing:
    """Where a place is now: its path, the region it lies in (itself for a region), the grid for a grid."""

    path: str
    region_id: int
    grid_id: int | None = None


def follow(effect: RegionEffect, *, at: datetime) -> int:
    """Let rows of today follow their place; returns how many. In the caller's transaction."""
    day = effect.revision.effective_on
    assert day is not None, "a revision in effect has its day"
    landings = _landings(effect)
    done = {model._meta.label_lower: _move(model, landings, day) for model in _tables()}
    done = {name: count for name, count in done.items() if count}
    if done:
        journal.record("places.follow", by=SYSTEM_ACTOR, obj=effect.revision, at=at, details=done)
    return sum(done.values())


def _tables() -> Iterator[Any]:
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "region_path" in names and model._meta.app_label not in BELOW:
            yield model


def _landings(effect: RegionEffect) -> Mapping[str, Landing]:
    """By path of what has ended."""
    found = {
        region.path: Landing(path=heir.path, region_id=heir.pk)
        for region, heir in ((item, effect.heir(item.pk)) for item in effect.ended)
    }
    if effect.grids is not None:
        for grid in effect.grids.ended:
            new = effect.grids.heir(grid.pk)
            found[grid.path] = Landing(path=new.path, region_id=new.community_id, grid_id=new.pk)
    return found


def _move(model: type[Model], landings: Mapping[str, Landing], day: date) -> int:
    present = present_rows(model, day)
    if present is None:
        return 0
    rows = model._base_manager.filter(present, region_path__in=list(landings))
    places = {
        field.name: field.remote_field.model
        for field in model._meta.concrete_fields
        if field.remote_field is not None and field.remote_field.model in (Region, Grid)
    }
    moved = 0
    for path in sorted(set(rows.order_by().values_list("region_path", flat=True))):
        new = landings[path]
        values: dict[str, Any] = {"region_path": new.path}
        if places.get("region") is Region:
            values["region_id"] = new.region_id
        some = rows.filter(region_path=path)
        if places.get("grid") is Grid and new.grid_id is not None:
            some.exclude(grid=None).update(grid_id=new.grid_id)
        if places.get("region") is Region:
            moved += some.filter(region=None).update(region_path=new.path)
        moved += rows.filter(region_path=path).update(**values)
    return moved
