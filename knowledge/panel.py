"""What knowledge offers on a ticket's page: answers that fit, where the ticket asks something."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from incidents.models import Ticket
from incidents.sides import SideButton
from incidents.states import OPEN, DemandType

ENQUIRIES: Final = "16"
"""The part of the catalogue for enquiries about policies and services."""


def panel(_ticket: Ticket, _actor: Actor, _at: datetime) -> Mapping[str, Any] | None:
    """Nothing stands on the page itself."""
    return None


def buttons(ticket: Ticket, _actor: Actor, _at: datetime) -> Sequence[SideButton]:
    """Answers for an open enquiry; everybody who sees the ticket may read what is published. Asks no database."""
    asks = ticket.demand_type == DemandType.ENQUIRY or ticket.category.code.startswith(ENQUIRIES)
    if not asks or ticket.state not in OPEN:
        return ()
    url = reverse("knowledge:for-ticket", args=[ticket.number])
    return (SideButton(label=pgettext("knowledge", "Find an answer"), url=url, is_wide=True),)
