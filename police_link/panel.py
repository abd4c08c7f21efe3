"""What the police link shows on a ticket's page, and the hand-over to 110 that may be begun there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from grids import scope as scopes
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from incidents.states import OPEN as OPEN_TICKETS
from police_link.crossing import SIDE as NAME
from police_link.models import PoliceIncident
from police_link.states import DESK, TONES


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The matters of this ticket that this person may see; None where there are none."""
    seen = PoliceIncident.objects.visible_to(actor).filter(ticket=ticket)
    rows = list(seen.order_by("-pk"))
    return {"rows": [(row, TONES[row.state], row.lamp(at)) for row in rows]} if rows else None


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """Hand an open ticket to 110; one that came from there is handed back on the page of its matter."""
    if ticket.state not in OPEN_TICKETS or NAME in ticket.sides:
        return ()
    if not scopes.of(actor.user).roles_over(ticket.region_path) & set(DESK):
        return ()
    url = reverse("police_link:hand-over", args=[ticket.number])
    return [SideButton(label=pgettext("police", "Hand over to 110"), url=url)]


SIDE = Side(name=NAME, template="police_link/_panel.html", panel=panel, buttons=buttons)
