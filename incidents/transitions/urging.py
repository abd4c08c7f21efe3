"""催办: the reporter's side or the centre asks for haste. Counted, told to whoever has the ticket, not too often."""

from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.ledger import ledger
from incidents.models import Step, Ticket, TicketUrge
from incidents.transitions.moving import Move, moving


def urge(ticket_id: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Ticket:
    """Urge once. Raises Unprocessable when it has been urged within the hours of its urgency."""
    with moving("urge", ticket_id, by=by, at=at, version=version) as move:
        _urge(move, opinion, "")
        return move.ticket


def urge_once(
    ticket_id: int, *, by: Actor, at: datetime, key: str, opinion: str = ""
) -> tuple[TicketUrge, bool]:
    """Urge under the caller's key: repeated, it gives the first one and counts nothing. True for a new one."""
    with ledger().atomic():
        if ledger().lock(ticket_id) is None:
            raise NotFound()
        if (known := ledger().urge_of(ticket_id, key)) is not None:
            return known, False
        with moving("urge", ticket_id, by=by, at=at) as move:
            row = _urge(move, opinion, key)
        return row, True


def _urge(move: Move, opinion: str, key: str) -> TicketUrge:
    ticket = move.ticket
    move.say(opinion)
    hours = catalogue().policy("urge.hours")[ticket.urgency]
    if ticket.urged_at is not None and move.at < ticket.urged_at + timedelta(hours=hours):
        after = local(ticket.urged_at + timedelta(hours=hours))
        raise Unprocessable(
            _("It was urged not long ago: again from %(at)s") % {"at": f"{after:%Y-%m-%d %H:%M}"},
            code="urged_lately",
        )
    ticket.urge_count += 1
    ticket.urged_at = move.at
    ticket.is_urged = True
    told = {ticket.holder_id, ticket.lead_unit_id or ticket.holder_id}
    move.data |= {"count": ticket.urge_count, "units": sorted(told)}
    row = TicketUrge(ticket=ticket, key=key, at=move.at)
    move.afterwards.append(partial(_keep, row))
    return row


def _keep(row: TicketUrge, step: Step) -> None:
    row.step, row.key = step, row.key or f"step:{step.pk}"
    ledger().add(row)
