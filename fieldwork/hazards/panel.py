"""What hazards show on a ticket's page, and the report of one that may be begun there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from fieldwork.hazards.models import Hazard
from fieldwork.hazards.reporting import SIDE as NAME
from fieldwork.hazards.states import REPORTERS, TONES
from fieldwork.limits import value
from governance.accounts.actors import Actor
from grids import scope as scopes
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from incidents.states import OPEN as OPEN_TICKETS


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The hazards of this ticket that this person may see; None where there are none."""
    rows = list(Hazard.objects.visible_to(actor).filter(ticket=ticket).order_by("-pk"))
    return {"rows": [(row, TONES[row.state], row.lamp(at)) for row in rows]} if rows else None


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """Register the hazard that an open ticket of such a matter is about, once."""
    if ticket.state not in OPEN_TICKETS or NAME in ticket.sides:
        return ()
    if ticket.category.code not in value("hazard.categories"):
        return ()
    if not scopes.of(actor.user).roles & set(REPORTERS):
        return ()
    url = reverse("fieldwork:hazard-of-ticket", args=[ticket.number])
    return [SideButton(label=pgettext("hazard", "Register as a hazard"), url=url)]


SIDE = Side(name=NAME, template="fieldwork/hazards/_panel.html", panel=panel, buttons=buttons)
