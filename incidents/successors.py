"""A grid, region or unit that somebody names and that has just ended, or has just begun: who it is now.

Screens and clients may be older than the territory, and so may this process's copy of it, by a second. Only what the
copy does not know costs a statement.
"""

from grids import territory
from grids.models import Grid, GridSuccession, Region, RegionRevisionStep, RegionSuccession
from grids.territory import Place, Territory, Unit

LONGEST_LINE = 20
"""Successions that are followed: more than a grid lives through."""


def unit_now(unit_id: int | None) -> Unit | None:
    """The active unit of that id; for the team of a grid that has ended, the team of its heir, and for a command unit
    whose region has ended, the one that stands in.
    """
    if not unit_id:
        return None
    land = territory.current()
    if unit_id in land.units:
        return land.units[unit_id]
    land = territory.latest()
    if unit_id in land.units:
        return land.units[unit_id]
    instead = _stand_in(land, unit_id)
    if instead is not None:
        return instead
    heir = _heir(
        land, Grid.objects.filter(team=unit_id, valid_to__isnull=False).values_list("pk", flat=True).first()
    )
    return land.command_unit(heir.path, "grid") if heir is not None else None


def place_now(code: str) -> Place | None:
    """The region or grid of that code; for one that has ended, its heir."""
    land = territory.current()
    if code in land.by_code:
        return land.by_code[code]
    if len(code) not in {12, 15}:
        return None
    land = territory.latest()
    if code in land.by_code:
        return land.by_code[code]
    if len(code) == 12:
        return _heir_region(land, code)
    rows = Grid.objects.filter(code=code, valid_to__isnull=False).order_by("-valid_to", "-pk")
    return _heir(land, rows.values_list("pk", flat=True).first())


def _heir(land: Territory, grid_id: int | None) -> Place | None:
    """The grid in force at the end of the line of heirs."""
    for _step in range(LONGEST_LINE):
        if grid_id is None or grid_id in land.grids:
            break
        after = GridSuccession.objects.filter(old=grid_id).exclude(new=grid_id).order_by("-is_heir", "-share")
        grid_id = after.values_list("new", flat=True).first()
    return land.grids.get(grid_id or 0)


def _heir_region(land: Territory, code: str) -> Place | None:
    """The region in force at the end of the line of heirs of one that has ended."""
    rows = Region.objects.filter(code=code, valid_to__isnull=False).order_by("-valid_to", "-pk")
    region_id = rows.values_list("pk", flat=True).first()
    for _step in range(LONGEST_LINE):
        if region_id is None or region_id in land.regions:
            break
        after = RegionSuccession.objects.filter(old=region_id, is_heir=True).exclude(new=region_id)
        region_id = after.order_by("-pk").values_list("new", flat=True).first()
    return land.regions.get(region_id or 0)


def _stand_in(land: Territory, unit_id: int) -> Unit | None:
    """The command unit that has taken the place of one whose region has ended."""
    for _step in range(LONGEST_LINE):
        steps = RegionRevisionStep.objects.filter(verb="take_effect", data__units__has_key=str(unit_id))
        data = steps.order_by("-pk").values_list("data", flat=True).first()
        if data is None:
            return None
        unit_id = data["units"][str(unit_id)]
        if unit_id in land.units:
            return land.units[unit_id]
    return None
