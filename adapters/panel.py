"""The adapters' part of a ticket's page: by which mapping or channel it came, and the sender's own category."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.models import MappedTicket
from governance.accounts.actors import Actor
from incidents.models import Ticket
from incidents.sides import Side


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """One statement."""
    row = (
        MappedTicket.objects.select_related("version__mapping", "channel").filter(ticket_id=ticket.pk).first()
    )
    return {"row": row} if row is not None else None


SIDE = Side(name="adapters", template="adapters/_panel.html", panel=panel)
