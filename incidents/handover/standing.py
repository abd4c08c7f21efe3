"""What a revision of grids means for tickets: where each old grid's ground went, and who holds in whose stead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from governance.accounts.models import OrgUnit
from grids.models import Grid, GridRevision, GridSuccession, Region, UnitArea


class Effect(Protocol):
    """What a revision did, as `grids.revisions` hands it over."""

    @property
    def revision(self) -> GridRevision: ...

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
    """The grids before and after with their teams; `teams` names who holds in the stead of a team that is no more;
    `units` are the code and name of every unit concerned, as steps keep them.
    """

    effect: Effect
    standings: Mapping[int, Standing]
    old_ids: frozenset[int]
    idle_teams: frozenset[int]
    teams: Mapping[int, int] = field(default_factory=dict)
    units: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, effect: Effect) -> Self:
        """Read what is needed: four statements, whatever the number of tickets."""
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
        named = {*teams, *teams.values(), *(row.team_id for row in standings.values() if row.team_id)}
        rows = OrgUnit.objects.filter(pk__in=named).values_list("pk", "code", "name")
        units = {pk: {"code": code, "name": name} for pk, code, name in rows}
        return cls(effect, standings, old_ids, frozenset(idle), teams, units)

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
        return self.teams.get(unit_id, unit_id)


def _standings(ids: Iterable[int]) -> dict[int, Standing]:
    rows = Grid.objects.filter(pk__in=ids).values_list(
        "id", "code", "name", "path", "community_id", "community__path", "team_id"
    )
    found = list(rows)
    above = {prefix for *_, path, _team in found for prefix in prefixes(path)}
    towns = dict(Region.objects.filter(path__in=above, level=Region.Level.TOWN).values_list("path", "id"))
    return {
        pk: Standing(
            pk,
            code,
            name,
            path,
            community,
            next((towns[p] for p in prefixes(above) if p in towns), None),
            team,
        )
        for pk, code, name, path, community, above, team in found
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
    wanted = {path for above in paths.values() for path in above}
    rows = UnitArea.objects.filter(
        duty=UnitArea.Duty.COMMAND, region__path__in=wanted, region__valid_to=None, unit__is_active=True
    )
    units = dict(rows.values_list("region__path", "unit_id"))
    found = {path: next((units[p] for p in above if p in units), None) for path, above in paths.items()}
    return {path: unit for path, unit in found.items() if unit is not None}
