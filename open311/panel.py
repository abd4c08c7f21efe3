"""What came with a request, on its ticket's page: the system, the address of a picture, how to reach the reporter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden
from governance.foundation.masking import mask_mail
from incidents.disclosure import revealing_role
from incidents.models import Ticket
from open311.models import OpenReport
from open311.pages import PART


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The answers stand in the words of the ticket. The address of a picture is text: nobody follows it by mistake."""
    report = OpenReport.objects.select_related("client").filter(ticket=ticket).first()
    if report is None:
        return None
    url = reverse("open311_pages:reveal", args=[ticket.number]) if _may_reveal(ticket, actor) else ""
    return {"report": report, "email": mask_mail(report.email), "part": PART, "reveal_url": url}


def _may_reveal(ticket: Ticket, actor: Actor) -> bool:
    try:
        revealing_role(ticket, actor)
    except Forbidden:
        return False
    return True
