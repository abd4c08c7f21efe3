"""Grids from a file with `code`, `name`, `kind` and `household_count`: all or nothing, history kept.

A known grid whose outline, name or kind changes keeps its former state as an edition; who stands there stays.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import shapely
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.spelling import pinyin_of
from grids.coordinates import CoordSystem
from grids.geometry import label_point, parse_area, to_geojson
from grids.importing.features import Feature, read_features, shared_ground
from grids.importing.layers import read_layer
from grids.importing.regions import forget
from grids.importing.report import Fault, Report, Unreadable
from grids.importing.standing import place_buildings
from grids.models import Grid, GridEdition, GridVersion, Region
from grids.revisions.guards import begun_on
from grids.teams import give_teams

OVERLAP_M2: Final = 25.0
BATCH: Final = 500
TELLING: Final = ("name", "name_en", "kind", "exclusive_type", "polygon")
"""Facts that an edition keeps; a change of the number of households alone is none."""
WRITTEN: Final = (*TELLING, "household_count", "lon", "lat", "pinyin", "edition")
LISTED: Final = 500
SAME_DEGREES: Final = 1.5e-7

Say = Callable[[int, int], object]


@dataclass
class Plan:
    """What becomes of the features."""

    fresh: list[Grid] = field(default_factory=list)
    changed: list[Grid] = field(default_factory=list)
    former: list[GridEdition] = field(default_factory=list)


def import_grids(
    path: Path,
    *,
    coord_system: CoordSystem = CoordSystem.WGS84,
    tolerance_m2: float = OVERLAP_M2,
    names: Mapping[str, str] | None = None,
    layer: str = "",
    inside: Sequence[str] | None = None,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    say: Say = lambda _done, _total: None,
) -> Report:
    """Add grids and change known ones. Two grids may share at most `tolerance_m2` square metres.

    A new grid gets its team, a unit below the community's workstation. `names` says which property of the
    file holds a fact, `layer` which layer is meant; `inside` are the paths of the places that may be changed,
    everywhere when left out; `say` hears how many grids are written of how many.
    """
    report = Report(is_dry_run=dry_run)
    try:
        items = read_layer(path, layer=layer).items
    except Unreadable as error:
        report.faults.append(error.fault)
        return report
    with transaction.atomic():
        communities = {
            row.code: row for row in Region.objects.filter(level=Region.Level.COMMUNITY, valid_to=None)
        }
        features = read_features(items, communities, report.faults, system=coord_system, names=names or {})
        report.faults += _outside(features, communities, inside)
        rows = Grid.objects.select_for_update(of=("self",), no_key=True).filter(valid_to=None).order_by("pk")
        present = {row.code: row for row in rows}
        replaced = {feature.code for feature in features}
        others = [grid for code, grid in present.items() if code not in replaced]
        report.faults += shared_ground(features, others, tolerance_m2)
        if report.faults:
            return report
        plan = _planned(features, present, communities, report, on=local(at).date())
        if report.is_written:
            _write(plan, say)
            _record(path, coord_system, report, by=by, at=at)
            GridVersion.bump()
            transaction.on_commit(forget)
    return report


def _outside(
    features: Sequence[Feature], communities: Mapping[str, Region], inside: Sequence[str] | None
) -> Iterator[Fault]:
    """Features of places that are not this person's."""
    for feature in features if inside is not None else ():
        if not communities[feature.code[:12]].path.startswith(tuple(inside or ("-",))):
            yield Fault(feature.number, _("%(code)s lies outside your area"), {"code": feature.code})


def _planned(
    features: Sequence[Feature],
    present: Mapping[str, Grid],
    communities: Mapping[str, Region],
    report: Report,
    *,
    on: date,
) -> Plan:
    """Compare with what is there."""
    plan = Plan()
    begins = begun_on([present[feature.code] for feature in features if feature.code in present])
    for feature in features:
        known = present.get(feature.code)
        facts = {**feature.facts, "polygon": to_geojson(feature.area)}
        if known is None:
            plan.fresh.append(_grid(feature, facts, communities[feature.code[:12]], on))
            continue
        if _is_same_outline(known.polygon, facts["polygon"]):
            facts["polygon"] = known.polygon
        if all(getattr(known, name) == value for name, value in facts.items()):
            report.unchanged += 1
        else:
            if known.polygon != facts["polygon"]:
                report.reshaped.append(known.code)
            _change(known, feature, facts, plan, begun=begins[known.pk], on=on)
    report.created, report.changed = len(plan.fresh), len(plan.changed)
    return plan


def _is_same_outline(known: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether two outlines have the same corners to the centimetre, wherever their rings begin."""
    if known == given:
        return True
    pair = [shapely.normalize(parse_area(outline)) for outline in (known, given)]
    return bool(shapely.equals_exact(pair[0], pair[1], tolerance=SAME_DEGREES))


def _grid(feature: Feature, facts: dict[str, Any], community: Region, on: date) -> Grid:
    lon, lat = label_point(feature.area)
    return Grid(
        code=feature.code,
        community=community,
        path=f"{community.path}{feature.code}/",
        pinyin=pinyin_of(facts["name"]),
        lon=lon,
        lat=lat,
        valid_from=on,
        **facts,
    )


def _change(
    grid: Grid, feature: Feature, facts: dict[str, Any], plan: Plan, *, begun: date, on: date
) -> None:
    """Set the new facts; keep the former ones as an edition, unless they have not lasted a day."""
    until = on - timedelta(days=1)
    if any(getattr(grid, name) != facts[name] for name in TELLING if name in facts):
        if begun <= until:
            plan.former.append(_edition(grid, begun, until))
        grid.edition += 1
    for name, value in facts.items():
        setattr(grid, name, value)
    grid.lon, grid.lat = label_point(feature.area)
    grid.pinyin = pinyin_of(grid.name)
    plan.changed.append(grid)


def _edition(grid: Grid, begun: date, until: date) -> GridEdition:
    return GridEdition(
        grid=grid,
        number=grid.edition,
        name=grid.name,
        name_en=grid.name_en,
        kind=grid.kind,
        exclusive_type=grid.exclusive_type,
        polygon=grid.polygon,
        household_count=grid.household_count,
        valid_from=begun,
        valid_to=until,
    )


def _write(plan: Plan, say: Say) -> None:
    """In batches, so that one can see how far it is."""
    total, done = len(plan.fresh) + len(plan.changed), 0
    GridEdition.objects.bulk_create(plan.former, batch_size=BATCH)
    for first in range(0, len(plan.changed), BATCH):
        some = plan.changed[first : first + BATCH]
        Grid.objects.bulk_update(some, WRITTEN)
        done += len(some)
        say(done, total)
    for first in range(0, len(plan.fresh), BATCH):
        some = plan.fresh[first : first + BATCH]
        give_teams(some)
        Grid.objects.bulk_create(some)
        done += len(some)
        say(done, total)
    place_buildings([*plan.fresh, *plan.changed])


def _record(path: Path, system: CoordSystem, report: Report, *, by: Actor, at: datetime) -> None:
    details = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "coord_system": system.value,
        "created": report.created,
        "changed": report.changed,
        "reshaped": report.reshaped[:LISTED],
    }
    top = Region.objects.filter(valid_to=None).order_by("path")[0]
    journal.record("grids.import_grids", by=by, obj=top, at=at, details=details)
