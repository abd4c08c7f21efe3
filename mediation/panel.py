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
from mediation.intake import is_dispute
from mediation.models import MediationCase
from mediation.states import TONES, CaseState
from mediation.states.who import REGISTRARS


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any]:
    """The cases of this ticket that this person may read; of another's case how far it is, and nothing else."""
    seen = MediationCase.objects.visible_to(actor).filter(ticket=ticket).select_related("body")
    rows = list(seen.defer("facts", "claims").order_by("-pk"))
    if rows:
        return {"rows": [(row, TONES[row.state], row.lamp(at)) for row in rows]}
    states = MediationCase.objects.filter(ticket=ticket).order_by("-pk").values_list("state", flat=True)
    return {"states": [(CaseState(state), TONES[state]) for state in states]}


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """Open a case of an open ticket that has none; beside the verbs where the ticket is a dispute."""
    if ticket.state not in OPEN_TICKETS or actor.user is None:
        return ()
    scope, areas = scopes.of(actor.user), territory().areas
    over = scope.roles_over(ticket.region_path)
    near = any(ticket.region_path.startswith(area) for unit in scope.unit_ids for area in areas.get(unit, ()))
    may = any(
        role in (over if reach is Reach.SCOPE else scope.roles if near else ())
        for role, reach in REGISTRARS.items()
    )
    if not may or (NAME in ticket.sides and MediationCase.objects.open().filter(ticket=ticket).exists()):
        return ()
    found = SideButton(
        label=pgettext("mediation", "Open a mediation case"),
        url=reverse("mediation:from-ticket", args=[ticket.number]),
        is_wide=True,
        stands_out=is_dispute(ticket),
        on_phone=True,
        name="mediate",
        api=reverse("mediation-api:of-ticket", args=[ticket.number]),
    )
    return [found]


SIDE = Side(
    name=NAME,
    template="mediation/_panel.html",
    panel=panel,
    buttons=buttons,
    phone="mediation/_panel_phone.html",
)
