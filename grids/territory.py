"""The tree of regions, grids and units as one immutable snapshot per process.

A look-up never asks the database: the snapshot is replaced when `GridVersion` moves, which is looked at
once in `CHECK_SECONDS`. What a ticket keeps is frozen on the ticket, so a second of age does no harm.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from governance.accounts.models import TIER_ORDER, OrgUnit
from governance.foundation.naming import Labelled
from grids.models import Grid, GridVersion, Region, UnitArea

CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Place(Labelled):
    """A region or grid, as far as routing and labels need it. `region_id` is the region it lies in."""

    id: int
    code: str
    level: str
    name: str
    name_en: str
    path: str
    parent_path: str
    region_id: int
    team_id: int | None = None
    pinyin: str = ""


@dataclass(frozen=True, slots=True)
class Unit(Labelled):
    """A unit as far as routing and labels need it."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    tier: str
    line: str
    parent_id: int | None
    calendar: str
    path: str
    pinyin: str = ""


@dataclass(frozen=True)
class Territory:
    """Everything by id and by path. Paths end with a slash; see `Region.path`."""

    number: int
    by_path: dict[str, Place]
    regions: dict[int, Place]
    grids: dict[int, Place]
    units: dict[int, Unit]
    command: dict[str, int]
    areas: dict[int, tuple[str, ...]]
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    by_code: dict[str, Place] = field(default_factory=dict)
    unit_by_code: dict[str, Unit] = field(default_factory=dict)

    def chain(self, path: str) -> list[Place]:
        """The places from the city down to `path`."""
        parts = path.rstrip("/").split("/")
        paths = ("/".join(parts[: index + 1]) + "/" for index in range(len(parts)))
        return [self.by_path[item] for item in paths if item in self.by_path]

    def at_level(self, path: str, level: str) -> Place | None:
        """The place of that level which contains `path`."""
        return next((place for place in self.chain(path) if place.level == level), None)

    def command_unit(self, path: str, tier: str = "community") -> Unit | None:
        """The command unit that holds the pool for `path` at `tier`, or at the nearest tier above.

        A grid's own team is the command unit of tier `grid`.
        """
        found: Unit | None = None
        for place in self.chain(path):
            unit_id = place.team_id if place.level == "grid" else self.command.get(place.path)
            unit = self.units.get(unit_id) if unit_id else None
            if unit is not None and (found is None or TIER_ORDER[unit.tier] >= TIER_ORDER[tier]):
                found = unit
        return found

    def upper(self, unit_id: int, path: str) -> Unit | None:
        """The command unit one tier above `unit_id` for a ticket at `path`."""
        unit = self.units[unit_id]
        for tier, rank in TIER_ORDER.items():
            if rank > TIER_ORDER[unit.tier]:
                above = self.command_unit(path, tier)
                if above is not None and TIER_ORDER[above.tier] > TIER_ORDER[unit.tier]:
                    return above
        return None

    def line_units(self, line: str, path: str) -> list[Unit]:
        """The units of a department line that answer for `path`, nearest tier first."""
        found = [
            self.units[unit_id]
            for unit_id in self.lines.get(line, ())
            if any(path.startswith(area) for area in self.areas.get(unit_id, ()))
        ]
        return sorted(found, key=lambda unit: (TIER_ORDER[unit.tier], unit.code))


def load() -> Territory:
    """Read the whole territory: four statements, no polygons."""
    number = GridVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    regions = {row.id: row for row in _regions()}
    grids = {row.id: row for row in _grids()}
    units = {
        row["id"]: Unit(**row)
        for row in OrgUnit.objects.filter(is_active=True).values(
            "id", "code", "name", "name_en", "kind", "tier", "line", "parent_id", "calendar", "path", "pinyin"
        )
    }
    command: dict[str, int] = {}
    areas: dict[int, tuple[str, ...]] = {}
    for unit_id, region_id, duty in UnitArea.objects.values_list("unit_id", "region_id", "duty"):
        place = regions.get(region_id)
        if place is None:
            continue
        if duty == UnitArea.Duty.COMMAND:
            command[place.path] = unit_id
        areas[unit_id] = (*areas.get(unit_id, ()), place.path)
    return Territory(
        number=number,
        by_path={place.path: place for place in (*regions.values(), *grids.values())},
        by_code={place.code: place for place in (*regions.values(), *grids.values())},
        unit_by_code={unit.code: unit for unit in units.values()},
        regions=regions,
        grids=grids,
        units=units,
        command=command,
        areas=areas,
        lines=_lines(units.values()),
    )


def _regions() -> Iterable[Place]:
    rows = Region.objects.filter(valid_to=None).order_by("path")
    for pk, code, level, name, name_en, path, above, pinyin in rows.values_list(
        "id", "code", "level", "name", "name_en", "path", "parent__path", "pinyin"
    ):
        yield Place(pk, code, level, name, name_en, path, above or "", pk, pinyin=pinyin)


def _grids() -> Iterable[Place]:
    rows = Grid.objects.filter(valid_to=None).order_by("path")
    for pk, code, name, name_en, path, region_id, above, team_id, pinyin in rows.values_list(
        "id", "code", "name", "name_en", "path", "community_id", "community__path", "team_id", "pinyin"
    ):
        yield Place(pk, code, "grid", name, name_en, path, above, region_id, team_id, pinyin)


def _lines(units: Iterable[Unit]) -> dict[str, tuple[int, ...]]:
    lines: dict[str, tuple[int, ...]] = {}
    for unit in units:
        if unit.line:
            lines[unit.line] = (*lines.get(unit.line, ()), unit.id)
    return lines


class _Current:
    """The process's snapshot, swapped whole; readers never see a half-built one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Territory | None = None
        self.checked_at = 0.0

    def get(self) -> Territory:
        snapshot = self.snapshot
        if snapshot is not None and time.monotonic() - self.checked_at < CHECK_SECONDS:
            return snapshot
        with self.lock:
            if self.snapshot is None or self._has_moved(self.snapshot):
                self.snapshot = load()
            self.checked_at = time.monotonic()
            return self.snapshot

    def latest(self) -> Territory:
        """The snapshot as of this moment: one statement, and a new one only where something has changed."""
        self.checked_at = float("-inf")
        return self.get()

    def _has_moved(self, snapshot: Territory) -> bool:
        number = GridVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0
        return number != snapshot.number

    def forget(self) -> None:
        """Drop the snapshot (tests, and commands that have just rewritten the territory)."""
        with self.lock:
            self.snapshot = None


_current = _Current()
current = _current.get
latest = _current.latest
forget = _current.forget
