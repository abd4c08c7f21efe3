"""What a ticket's page shows of its key report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.accounts.actors import Actor
from incidents.models import Ticket
from incidents.sides import Side
from key_reports.drafting import SIDE as NAME
from key_reports.models import KeyReport
from key_reports.states import TONES


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The report of this ticket, where this person may read it."""
    row = KeyReport.objects.visible_to(actor).filter(ticket=ticket).first()
    return face(row, at) if row is not None else None


def face(row: KeyReport, at: datetime) -> Mapping[str, Any]:
    """A report in one line, as other pages show it."""
    return {"row": row, "tone": TONES[row.state], "lamp": row.lamp(at), "is_late": row.is_late(at)}


SIDE = Side(
    name=NAME,
    template="key_reports/_panel.html",
    panel=panel,
    phone="key_reports/_phone_panel.html",
)
"""The place on the ticket's page."""
