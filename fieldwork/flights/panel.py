"""What a flight shows on the page of a ticket that came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fieldwork.flights.models import Flight
from fieldwork.flights.recording import SIDE as NAME
from governance.accounts.actors import Actor
from incidents.models import Ticket
from incidents.sides import Side


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The flight, where this person may see it."""
    row = Flight.objects.visible_to(actor).filter(findings__ticket=ticket).first()
    return {"row": row} if row is not None else None


SIDE = Side(name=NAME, template="fieldwork/flights/_panel.html", panel=panel)
