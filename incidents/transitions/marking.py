"""急难愁盼: a ticket is marked as an urgent worry of residents, or the mark is taken away again."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable
from incidents.models import Ticket
from incidents.transitions.moving import moving


def mark_pressing(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Ticket:
    """It is an urgent worry. Raises Unprocessable where it is marked already."""
    return _mark("mark_pressing", ticket_id, by=by, at=at, opinion=opinion, version=version)


def clear_pressing(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> Ticket:
    """It is none. Raises Unprocessable without a reason, or where it is not marked."""
    return _mark("clear_pressing", ticket_id, by=by, at=at, opinion=opinion, version=version)


def _mark(name: str, ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None) -> Ticket:
    is_wanted = name == "mark_pressing"
    with moving(name, ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=not is_wanted)
        if move.ticket.is_pressing == is_wanted:
            raise Unprocessable(_("The mark stands as you want it already"), code="nothing_to_undo")
        move.ticket.is_pressing = is_wanted
        return move.ticket
