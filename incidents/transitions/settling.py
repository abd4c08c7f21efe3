"""A closed ticket that comes back finds the grids of today: it is answered for where its place lies now."""

from grids.models import Grid
from grids.territory import Place, latest
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.models.ticket import PLACED
from incidents.successors import unit_now
from incidents.transitions.moving import Move


def settle(move: Move) -> None:
    """Put the ticket where its place lies today, and its lead unit in the stead of a team that is no more."""
    ticket = move.ticket
    if ticket.grid_id is not None and ticket.now_grid_id is not None:
        former, place = Grid.objects.get(pk=ticket.grid_id), latest().grids[ticket.now_grid_id]
        if place.team_id and ticket.lead_unit_id == former.team_id:
            ticket.lead_unit_id = place.team_id
        _place(ticket, place)
        move.data["grids"] = [{"code": grid.code, "name": grid.name} for grid in (former, place)]
        ledger().change(ticket, PLACED)
    lead = unit_now(ticket.lead_unit_id)
    if lead is not None:
        ticket.lead_unit_id = lead.id


def _place(ticket: Ticket, place: Place) -> None:
    filed = ticket.filed_grid_id or ticket.grid_id
    town = latest().at_level(place.path, "town")
    ticket.grid_id, ticket.region_path = place.id, place.path
    ticket.region_id = ticket.community_id = place.region_id
    ticket.town_id = town.id if town else None
    ticket.filed_grid_id = None if filed == place.id else filed
    ticket.now_grid_id = None
