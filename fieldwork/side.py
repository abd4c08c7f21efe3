"""What a ticket's page shows of the work at the place: arrivals, calls for help, what was done without a line."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from fieldwork.devices.rules import PHONE_ROLES
from fieldwork.models import Arrival, HelpCall, SyncAction
from fieldwork.models.sync import Outcome
from fieldwork.onsite import SIDE, far_words
from fieldwork.sync.kinds import known
from governance.accounts.actors import Actor
from grids import scope as scopes
from incidents.models import Ticket
from incidents.sides import SideButton
from incidents.states import OPEN

SHOWN = 20
LATE = timedelta(minutes=5)
"""From which difference on both times of an action are shown."""


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """For everybody who sees the ticket."""
    arrivals = Arrival.objects.filter(ticket_id=ticket.pk).select_related("user").order_by("-at")[:SHOWN]
    calls = HelpCall.objects.filter(ticket_id=ticket.pk).select_related("user").order_by("-at")[:SHOWN]
    sent = SyncAction.objects.filter(ticket_id=ticket.pk, outcome=Outcome.SENT).order_by("-id")[:SHOWN]
    late = [row for row in sent if row.received_at - row.occurred_at >= LATE]
    return {
        "arrivals": [(row, "" if row.metres is None else far_words(row.metres)) for row in arrivals],
        "calls": calls,
        "late": [
            (known()[row.kind].label, row.occurred_at, row.received_at) for row in late if row.kind in known()
        ],
    }


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """On the phone, for whoever has the ticket in hand."""
    scope = scopes.of(actor.user)
    is_mine = ticket.holder_id in scope.unit_ids and bool(scope.roles & PHONE_ROLES)
    if actor.client != "phone" or ticket.state not in OPEN or not is_mine:
        return ()
    return (
        SideButton(
            label=pgettext("phone action", "Arrive"),
            url=reverse("phone-work:arrive", args=[ticket.number]),
            on_phone=True,
        ),
        SideButton(
            label=pgettext("phone action", "Call for help"),
            url=reverse("phone-work:help", args=[ticket.number]),
            on_phone=True,
        ),
    )


__all__ = ["SIDE", "buttons", "panel"]
