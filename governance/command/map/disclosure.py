"""Showing the phone of somebody on a post in the clear: to those who work with the grid, with a reason, on record."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.map.card import must_reveal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Unprocessable
from grids.models import GridAssignment
from grids.territory import Place

MIN_REASON, MAX_REASON = 5, 200


def assignment_of(place: Place, pk: int, at: datetime) -> GridAssignment:
    """The assignment in force of that grid. Raises NotFound."""
    today = local(at).date()
    rows = GridAssignment.objects.filter(pk=pk, post__grid=place.id, starts_on__lte=today)
    row = rows.exclude(ends_on__lt=today).select_related("user", "post").first()
    if row is None:
        raise NotFound()
    return row


def reveal_phone(row: GridAssignment, place: Place, *, by: Actor, at: datetime, reason: str) -> str:
    """The phone in full. Raises Forbidden, and Unprocessable for a reason of less than `MIN_REASON` characters."""
    actor, reason = by.acting_as(must_reveal(by, place.path)), reason.strip()[:MAX_REASON]
    if len(reason) < MIN_REASON:
        raise Unprocessable(fields={"reason": [_("Say in a few words what you need it for")]})
    with transaction.atomic():
        journal.record(
            "grid_post.reveal",
            by=actor,
            obj=row.user,
            at=at,
            details={"grid": place.code, "post": row.post.kind, "reason": reason},
        )
    return row.user.phone or ""
