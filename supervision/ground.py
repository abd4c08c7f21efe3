"""Who answers for a ticket or a place: the lead unit, a grid team's workstation, the command unit of a region."""

from grids.territory import current as territory
from incidents.duty import duty_unit
from incidents.models import Ticket
from incidents.successors import unit_now

WHOLE = ""


def answering_unit(ticket: Ticket) -> int:
    """The unit that answers for a ticket's lateness: its lead unit, or who holds it. A grid team does not answer
    itself; its community's workstation does.
    """
    unit = unit_now(ticket.lead_unit_id or ticket.holder_id)
    if unit is None:
        return duty_unit(ticket.region_path) or ticket.holder_id
    if unit.tier != "grid":
        return unit.id
    above = territory().command_unit(ticket.region_path, "community")
    return above.id if above is not None else unit.id


def place_unit(path: str, tier: str = "community") -> int | None:
    """The command unit that answers for a place at that tier."""
    unit = territory().command_unit(path, tier)
    return unit.id if unit is not None else None


def path_of_unit(unit_id: int) -> str:
    """The place that a unit answers for; the whole city for one without a place of its own."""
    land = territory()
    paths = land.areas.get(unit_id) or tuple(path for path, held in land.command.items() if held == unit_id)
    if paths:
        return min(paths, key=len)
    return next((place.path for place in land.by_path.values() if place.level == "city"), WHOLE)
