"""Reopening, archiving and voiding."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable
from incidents.catalogue import as_limit
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.transitions.asking import lapse
from incidents.transitions.checking import back_to_work
from incidents.transitions.moving import moving
from incidents.transitions.partaking import end_parts
from incidents.transitions.settling import settle


def reopen(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """The same matter is back within the days allowed: to the unit that led it (table 5a row 22)."""
    with moving("reopen", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        days = catalogue().policy("reopen.days")
        if ticket.closed_at is None or at > ticket.closed_at + timedelta(days=days):
            raise Unprocessable(
                _("It was closed too long ago; please register a new ticket"), code="too_late"
            )
        if ticket.lead_unit_id is None:
            raise Unprocessable(_("No unit led this ticket; please register a new one"), code="no_lead")
        settle(move)
        ticket.reopen_count += 1
        ticket.closed_at = None
        ticket.checked_at = None
        ticket.closure_kind = ""
        back_to_work(move, as_limit(catalogue().policy("limit.redo")))
        return ticket


def archive(ticket_id: int, *, by: Actor, at: datetime, version: int | None = None) -> Ticket:
    """Put away for good, so many days after closing (table 5a row 23)."""
    with moving("archive", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        days = catalogue().policy("archive.days")
        if ticket.closed_at is None or at < ticket.closed_at + timedelta(days=days):
            raise Unprocessable(_("It was closed too recently"), code="too_early")
        return ticket


def void(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """A test or a mistake: out of every rate, with a reason (table 5a row 24)."""
    with moving("void", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        end_parts(move)
        move.clocks.cancel_all()
        lapse(move)
        return move.ticket
