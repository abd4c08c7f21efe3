"""Accepting and refusing what lies in an intake pool."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage
from incidents.models import MatterCategory, Ticket
from incidents.states import DemandType, RejectReason, Urgency
from incidents.transitions.moving import Move, moving

URGENCY_ORDER = {Urgency.NORMAL: 0, Urgency.URGENT: 1, Urgency.CRITICAL: 2}


def accept(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    category: str | None = None,
    urgency: str | None = None,
    demand_type: str | None = None,
    opinion: str = "",
) -> Ticket:
    """Take the ticket in: classify it and set its urgency. Raising the urgency needs a reason; it cannot
    be set below the category's own (table 5a row 7, catalogue rules)."""
    with moving("accept", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion)
        if category and category != ticket.category.code:
            reclassify_as(move, category)
        if urgency and urgency != ticket.urgency:
            set_urgency(move, urgency)
        if demand_type:
            ticket.demand_type = DemandType(demand_type)
        ticket.accepted_at = at
        ticket.accepted_unit_id = ticket.holder_id
        move.clocks.stop(Stage.ACCEPT)
        move.clocks.start_stage(Stage.DISPATCH, unit_id=ticket.holder_id)
        return ticket


def reclassify_as(move: Move, code: str) -> None:
    """File it under another category, which brings its own lowest level, marks and least urgency."""
    ticket = move.ticket
    category = selectable(code)
    move.data["category"] = {"from": ticket.category.code, "to": code}
    ticket.category = category
    ticket.min_level = category.min_level
    ticket.is_sensitive = ticket.is_sensitive or category.is_sensitive
    ticket.is_key_report = ticket.is_key_report or category.is_key_report
    if URGENCY_ORDER[Urgency(category.urgency)] > URGENCY_ORDER[Urgency(ticket.urgency)]:
        ticket.urgency = category.urgency


def set_urgency(move: Move, urgency: str) -> None:
    """Never below the category's own; raising it needs a reason."""
    ticket = move.ticket
    wanted = URGENCY_ORDER[Urgency(urgency)]
    if wanted < URGENCY_ORDER[Urgency(ticket.category.urgency)]:
        raise Unprocessable(fields={"urgency": [_("The urgency cannot be lower than the category's own")]})
    if wanted > URGENCY_ORDER[Urgency(ticket.urgency)] and not move.opinion:
        raise Unprocessable(fields={"opinion": [_("Raising the urgency needs a reason")]})
    move.data["urgency"] = {"from": ticket.urgency, "to": urgency}
    ticket.urgency = urgency


def selectable(code: str) -> MatterCategory:
    """The category of the edition in force. Raises Unprocessable for an unknown code or a whole class."""
    category = catalogue().by_code.get(code)
    if category is None or not category.is_selectable:
        raise Unprocessable(fields={"category": [_("Unknown category")]}, code="unknown_category")
    return category


def reject(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    reason_code: str,
    opinion: str,
    version: int | None = None,
) -> Ticket:
    """Refuse, by one of the six routes, with the wording that the citizen gets (table 5a row 5)."""
    with moving("reject", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        move.data["reason_code"] = RejectReason(reason_code).value
        move.clocks.stop(Stage.ACCEPT)
        return move.ticket
