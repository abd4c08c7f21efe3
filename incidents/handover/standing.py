"""What a revision means for tickets: where the ground of each old grid or region went, and who holds in whose stead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from governance.accounts.models import OrgUnit
from grids.models import Grid, GridRevision, GridSuccession, Region, RegionRevision, UnitArea
from grids.regions import RegionEffect


class Effect(Protocol):
    """What a revision did, as `grids.revisions` hands it over."""

    @property
    def revision(self) -> GridRevision | RegionRevision: ...

    @property
    def ended(self) -> tuple[Grid, ...]: ...

    @property
    def begun(self) -> tuple[Grid, ...]: ...

    @property
    def continued(self) -> tuple[Grid, ...]: ...

    @property
    def successions(self) -> tuple[GridSuccession, ...]: ...

    def heir(self, old_grid_id: int) -> Grid: ...

    def relocate(self, old_grid_id: int, lon: float, lat: float) -> Grid: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A grid as a ticket keeps it: the regions above, the path, the team."""

    id: int
    code: str
    name: str
    path: str
    community_id: int
    town_id: int | None
    team_id: int | None


@dataclass(frozen=True)
class Ground:
    """The grids before and after with their teams; `teams` names who holds in the stead of a team or command unit that
    is no more; `units` are the code and name of every unit concerned, as steps keep them. After a revision of regions
    `regions` is its effect, and `chains` the command units above each path, before and after.
    """

    effect: Effect
    standings: Mapping[int, Standing]
    old_ids: frozenset[int]
    idle_teams: frozenset[int]
    teams: Mapping[int, int] = field(default_factory=dict)
    units: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    regions: RegionEffect | None = None
    chains: "Chains" = field(default_factory=lambda: Chains({}, {}))

    @classmethod
    def of(cls, effect: Effect, *, regions: RegionEffect | None = None) -> Self:
        """Read what is needed: a handful of statements, whatever the number of tickets."""
        old_ids = frozenset(row.old_id for row in effect.successions)
        ids = old_ids | {row.new_id for row in effect.successions}
        standings = _standings(ids)
        ended = {grid.pk for grid in effect.ended}
        idle = _idle(row.team_id for pk, row in standings.items() if pk in ended and row.team_id)
        commands = _commands(standings.values()) if idle else {}
        teams = {}
        for pk in sorted(ended):
            own = standings[pk].team_id
            heir = standings[effect.heir(pk).pk]
            if own in idle and (instead := heir.team_id or commands.get(heir.path)) is not None:
                teams[own] = instead
        chains = Chains({}, {})
        if regions is not None:
            teams |= regions.units
            idle |= set(regions.units)
            chains = Chains(regions.commands, _commanders(regions, standings.values()))
        named = {*teams, *teams.values(), *(row.team_id for row in standings.values() if row.team_id)}
        named |= {*chains.before.values(), *chains.after.values()}
        rows = OrgUnit.objects.filter(pk__in=named).values_list("pk", "code", "name")
        units = {pk: {"code": code, "name": name} for pk, code, name in rows}
        return cls(effect, standings, old_ids, frozenset(idle), teams, units, regions, chains)

    @property
    def old_paths(self) -> list[str]:
        """The paths of the grids that ended or changed."""
        return sorted(self.standings[pk].path for pk in self.old_ids)

    def landing(self, grid_id: int, lon: float | None, lat: float | None) -> Standing:
        """Where a ticket of an old grid lies now: in the successor that holds its point, else in the heir."""
        if lon is None or lat is None:
            return self.standings[self.effect.heir(grid_id).pk]
        return self.standings[self.effect.relocate(grid_id, lon, lat).pk]

    def unit_instead(self, unit_id: int | None, old: Standing | None, new: Standing | None) -> int | None:
        """Who holds in the stead of a unit: the team of the new grid for that of the old one."""
        if unit_id is None:
            return None
        if (
            old is not None
            and new is not None
            and old.id != new.id
            and unit_id == old.team_id
            and new.team_id
        ):
            return new.team_id
        if old is not None and new is not None and old.path != new.path:
            unit_id = self.chains.instead(unit_id, above(old.path), above(new.path))
        return self.teams.get(unit_id, unit_id)

    @property
    def old_regions(self) -> list[int]:
        """Ids of the regions that ended or changed."""
        return sorted(self.regions.heirs) if self.regions is not None else []

    def region_landing(self, region_id: int, lon: float | None, lat: float | None) -> Region | None:
        """Where a ticket of an old region that lies in no grid lies now; None where nothing changes."""
        if self.regions is None or region_id not in self.regions.heirs:
            return None
        found = self.regions.relocate(region_id, lon, lat)
        return None if found.pk == region_id else found


@dataclass(frozen=True)
class Chains:
    """The command units above places, by path, before a revision of regions and after it."""

    before: Mapping[str, int]
    after: Mapping[str, int]

    def instead(self, unit_id: int, old: str, new: str) -> int:
        """Who holds what a unit held as command unit above the region `old`, now that the place lies in `new`."""
        for former, present in zip(prefixes(old), prefixes(new), strict=False):
            if self.before.get(former) == unit_id:
                return self.after.get(present, unit_id)
        return unit_id


def above(path: str) -> str:
    """The path of what holds a grid."""
    return prefixes(path)[1]


def _commanders(regions: RegionEffect, standings: Iterable[Standing]) -> dict[str, int]:
    """The command units of today above everything concerned, by path."""
    paths = {prefix for region in regions.regions.values() for prefix in prefixes(region.path)}
    paths |= {prefix for row in standings for prefix in prefixes(row.path)}
    rows = UnitArea.objects.filter(
        duty=UnitArea.Duty.COMMAND, region__path__in=paths, region__valid_to=None, unit__is_active=True
    )
    return dict(rows.values_list("region__path", "unit_id"))


def _standings(ids: Iterable[int]) -> dict[int, Standing]:
    rows = Grid.objects.filter(pk__in=ids).values_list(
        "id", "code", "name", "path", "community_id", "community__path", "team_id"
    )
    found = list(rows)
    over = {prefix for *_, path, _team in found for prefix in prefixes(path)}
    towns = dict(Region.objects.filter(path__in=over, level=Region.Level.TOWN).values_list("path", "id"))
    return {
        pk: Standing(
            pk,
            code,
            name,
            path,
            community,
            next((towns[p] for p in prefixes(holder) if p in towns), None),
            team,
        )
        for pk, code, name, path, community, holder, team in found
    }


def prefixes(path: str) -> list[str]:
    """The paths of everything that holds `path`, nearest first, itself included."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:end]) + "/" for end in range(len(parts), 0, -1)]


def _idle(team_ids: Iterable[int]) -> set[int]:
    """Those of the teams that no grid in force works with."""
    ids = set(team_ids)
    return ids - set(Grid.objects.filter(team__in=ids, valid_to=None).values_list("team_id", flat=True))


def _commands(standings: Iterable[Standing]) -> dict[str, int]:
    """For each grid's path the nearest command unit above it."""
    paths = {row.path: prefixes(row.path)[1:] for row in standings}
    wanted = {path for over in paths.values() for path in over}
    rows = UnitArea.objects.filter(
        duty=UnitArea.Duty.COMMAND, region__path__in=wanted, region__valid_to=None, unit__is_active=True
    )
    units = dict(rows.values_list("region__path", "unit_id"))
    found = {path: next((units[p] for p in over if p in units), None) for path, over in paths.items()}
    return {path: unit for path, unit in found.items() if unit is not None}
