"""Requests of the unit that handles: one of a kind waits at a time, and whoever asked does not decide."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Forbidden, Unprocessable
from incidents.ledger import ledger
from incidents.models import TicketRequest
from incidents.transitions.moving import Move


def ask(move: Move, kind: str, terms: dict[str, Any]) -> TicketRequest:
    """Put a request; raises Unprocessable when one of its kind waits already."""
    ticket = move.ticket
    if kind in ticket.asked:
        raise Unprocessable(
            _("This has been asked for already and waits for a decision"), code="asked_already"
        )
    row = TicketRequest(
        ticket=ticket,
        kind=kind,
        unit_id=ticket.holder_id,
        asked_by_id=move.by.user_id,
        asked_at=move.at,
        reason=move.opinion,
        terms=terms,
    )
    ledger().add(row)
    ticket.asked = sorted({*ticket.asked, kind})
    return row


def waiting(move: Move, kind: str) -> TicketRequest:
    """The request that waits. Raises Unprocessable for none, Forbidden for one's own."""
    return _not_mine(move, ledger().waiting_request(move.ticket, kind))


def decide(move: Move, kind: str, outcome: str) -> TicketRequest:
    """Write the decision on the request that waits, and give it. Raises as `waiting`, and then nothing is written."""
    row = ledger().decide_request(move.ticket, kind, outcome, by=move.by, at=move.at)
    move.ticket.asked = [item for item in move.ticket.asked if item != kind]
    return _not_mine(move, row)


def _not_mine(move: Move, row: TicketRequest | None) -> TicketRequest:
    if row is None:
        raise Unprocessable(_("Nothing of this kind is waiting for a decision"), code="nothing_asked")
    if move.by.user_id in row.askers:
        raise Forbidden(_("Whoever asks for something may not decide it"), code="own_request")
    return row


def lapse(move: Move) -> None:
    """The unit does not have the matter any more, or has fed back: what it asked for falls away."""
    if move.ticket.asked:
        ledger().lapse_requests(move.ticket, move.at)
        move.ticket.asked = []
