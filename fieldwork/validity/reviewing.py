"""Saying whether a worker's report is valid: once, by somebody else, in time."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork.validity.models import ReportReview
from fieldwork.validity.rules import open_until, role_for, worker_sources
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound, Unprocessable
from incidents import sides
from incidents.models import Ticket

SIDE: Final = "report_review"
LONGEST: Final = 200


@transaction.atomic
def review(ticket_id: int, *, ground: str, words: str, by: Actor, at: datetime) -> ReportReview:
    """`ground` empty: valid information. Raises NotFound, Forbidden, Conflict (reviewed, too late), Unprocessable."""
    seen = Ticket.objects.visible_to(by).filter(pk=ticket_id, source__in=worker_sources())
    if not seen.exists():
        raise NotFound()
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket_id)
    actor = by.acting_as(role_for(ticket, by))
    known = ReportReview.objects.filter(ticket=ticket).first()
    if known is not None or open_until(ticket) <= at:
        raise Conflict(
            pgettext_lazy("report review", "This report has been reviewed, or its days for it are over"),
            code="reviewed",
        )
    if ground and ground not in ReportReview.Ground.values:
        raise Unprocessable(fields={"ground": [pgettext_lazy("report review", "Choose why it is not valid")]})
    row = ReportReview.objects.create(
        ticket=ticket,
        is_valid=not ground,
        ground=ground,
        words=words.strip()[:LONGEST],
        by=by.user,
        at=at,
    )
    sides.mark(ticket.pk, SIDE)
    journal.record(
        "fieldwork.review_report",
        by=actor,
        obj=row,
        at=at,
        details={"ticket": ticket.number, "ground": ground},
    )
    return row
