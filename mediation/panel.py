"""What mediation shows on a ticket's page, and the case that may be opened there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.foundation.state_machine import Reach
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from incidents.states import OPEN as OPEN_TICKETS
from mediation.intake import SIDE as NAME
from mediation.models import MediationCase
from mediation.states import TONES
from mediation.states.who import REGISTRARS


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The cases of this ticket that this person may read; None where there are none."""
    seen = MediationCase.objects.visible_to(actor).filter(ticket=ticket).select_related("body")
    rows = list(seen.defer("facts", "claims").order_by("-pk"))
    return {"rows": [(row, TONES[row.state], row.lamp(at)) for row in rows]} if rows else None


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """Open a case of an open ticket that has none."""
    if ticket.state not in OPEN_TICKETS or NAME in ticket.sides or actor.user is None:
        return ()
    scope, areas = scopes.of(actor.user), territory().areas
    over = scope.roles_over(ticket.region_path)
    near = any(ticket.region_path.startswith(area) for unit in scope.unit_ids for area in areas.get(unit, ()))
    may = any(
        role in (over if reach is Reach.SCOPE else scope.roles if near else ())
        for role, reach in REGISTRARS.items()
    )
    if not may:
        return ()
    url = reverse("mediation:from-ticket", args=[ticket.number])
    return [SideButton(label=pgettext("mediation", "Open a mediation case"), url=url, is_wide=True)]


SIDE = Side(name=NAME, template="mediation/_panel.html", panel=panel, buttons=buttons)
