"""The team of a grid: a unit below its community's workstation, so that tickets can be held there."""

from collections.abc import Sequence

from governance.accounts.models import OrgUnit, Tier
from grids.models import Grid, UnitArea


def give_teams(grids: Sequence[Grid]) -> None:
    """A team for each new grid, set on the unsaved rows; one that a unit of that code exists for takes it."""
    workstations = {
        row.region_id: row.unit
        for row in UnitArea.objects.filter(
            duty=UnitArea.Duty.COMMAND, region__in={grid.community_id for grid in grids}
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
