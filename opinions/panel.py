"""What online opinion shows on a ticket's page, and what may be begun from a ticket of category 1703."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from grids import scope as scopes
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from opinions.finding import MATTER
from opinions.models import OnlineOpinion
from opinions.states import FINDERS, POST

TONES = {
    "registered": "work",
    "watching": "wait",
    "assigned": "work",
    "responded": "wait",
    "closed": "done",
    "dismissed": "stop",
}


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The opinions of this ticket that this person may see; None where there are none."""
    seen = OnlineOpinion.objects.visible_to(actor, on=local(at).date())
    rows = list(seen.filter(tickets__ticket=ticket).select_related("unit").order_by("-pk"))
    return {"rows": [(row, TONES[row.state], row.lamp(at)) for row in rows]} if rows else None


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """Register an opinion from a ticket of the matter: by the scope and the ticket's own columns only."""
    if ticket.category_id not in catalogue().editions_of.get(MATTER, ()):
        return ()
    if not scopes.of(actor.user).roles_over(ticket.region_path) & (set(FINDERS) - {POST}):
        return ()
    url = f"{reverse('opinions:new')}?ticket={ticket.number}"
    return [SideButton(label=pgettext("opinions", "Register as online opinion"), url=url, is_wide=True)]


SIDE = Side(name="opinions", template="opinions/_panel.html", panel=panel, buttons=buttons)
