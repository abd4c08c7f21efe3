"""A call that the hotline made: the ticket's own verb, once for each moment of contact."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followup.models import HotlineCall
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from incidents import transitions
from incidents.catalogue import current as catalogue
from incidents.models import FollowUp, Ticket


def report(
    ticket_id: int,
    *,
    solved: str,
    contacted_at: datetime,
    by: Actor,
    at: datetime,
    satisfaction: str = "",
    words: str = "",
) -> tuple[HotlineCall, bool]:
    """Store the call; (call, is it new). `ticket_id` is one that the client may see.

    Raises Forbidden (only clients report here), Unprocessable (a time that cannot be), Conflict (the same moment with
    another content), and what the verb raises.
    """
    if by.client_id is None:
        raise Forbidden(_("Only API clients report calls here; people use the queue"))
    digest = journal.digest({"solved": solved, "satisfaction": satisfaction, "words": words})
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).defer("search").filter(pk=ticket_id).first()
        if ticket is None:
            raise NotFound()
        known = HotlineCall.objects.select_related("ticket", "follow_up").filter(
            ticket=ticket, client_id=by.client_id, contacted_at=contacted_at
        )
        if (found := known.first()) is not None:
            if found.digest != digest:
                raise Conflict(
                    _("A call at that moment is stored already, with another content"), code="other_content"
                )
            return found, False
        _must_be_plausible(ticket, contacted_at, at)
        moved = transitions.follow_up(
            ticket.pk, by=by, at=at, outcome=solved, satisfaction=satisfaction, opinion=words
        )
        row = HotlineCall.objects.create(
            ticket=moved,
            client_id=by.client_id,
            contacted_at=contacted_at,
            digest=digest,
            follow_up=FollowUp.objects.filter(ticket=moved).order_by("-pk")[0],
        )
        return row, True


def _must_be_plausible(ticket: Ticket, contacted_at: datetime, at: datetime) -> None:
    tolerance = timedelta(minutes=int(catalogue().policy("future.tolerance_minutes")))
    if contacted_at > at + tolerance:
        raise Unprocessable(fields={"contacted_at": [_("This lies in the future")]})
    if ticket.feedback_at is not None and contacted_at < ticket.feedback_at:
        raise Unprocessable(fields={"contacted_at": [_("This was before there was a result to ask about")]})
