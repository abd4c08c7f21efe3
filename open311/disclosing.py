"""Showing a reporter's e-mail in full: to those who may see a telephone as well, with a reason, on record."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, Unprocessable
from incidents.disclosure import MIN_REASON, revealing_role
from incidents.models import Ticket
from open311.models import OpenReport


def report_of(ticket: Ticket) -> OpenReport:
    """What came with it. Raises NotFound where there is no e-mail."""
    report = OpenReport.objects.filter(ticket=ticket).first()
    if report is None or not report.email:
        raise NotFound()
    return report


def reveal(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> str:
    """The e-mail; `ticket` must be one that `by` may see. Raises NotFound, Forbidden, Unprocessable."""
    report = report_of(ticket)
    actor = by.acting_as(revealing_role(ticket, by))
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise Unprocessable(fields={"reason": [_("Say in a few words what you need it for")]})
    with transaction.atomic():
        details = {"ticket": ticket.number, "reason": reason}
        journal.record("open_report.reveal", by=actor, obj=report, at=at, details=details)
    return report.email
