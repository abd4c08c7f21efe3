"""One matter, one ticket (table 5a row 6): a report joins the ticket that is there, and can be taken out again.

The reporters are carried over and told; both tickets point to each other. Both are locked in the order of their keys,
so that two people who merge crosswise do not wait for each other for ever.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Text, Unprocessable
from grids.coordinates import metres_between
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.states import OPEN, State
from incidents.transitions.moving import Move, moving, tell_other

CARRIED = ("merged_count", "needs_reply")


def merge(
    ticket_id: int, *, by: Actor, at: datetime, target: str, opinion: str = "", version: int | None = None
) -> Ticket:
    """Let the ticket join the one of number `target`: open or closed not long ago, of the same place and matter."""
    with ledger().atomic():
        main_id = ledger().find(target.strip().upper(), by)
        main = ledger().lock_pair(ticket_id, main_id) if main_id is not None else None
        with moving("merge", ticket_id, by=by, at=at, version=version) as move:
            ticket = move.ticket
            move.say(opinion)
            if main is None:
                raise Unprocessable(fields={"target": [_("There is no ticket of this number")]})
            if reason := why_not(ticket, main, at=at):
                raise Unprocessable(fields={"target": [reason]}, code="not_the_same")
            ticket.merged_into_id = main.pk
            move.data |= {"main": main.number}
            move.clocks.cancel_all()
            ledger().carry_over(ticket, main)
            main.merged_count += 1 + ticket.merged_count
            main.needs_reply = main.needs_reply or ticket.needs_reply
            tell_other(move, main, "absorb", {"merged": ticket.number}, changed=CARRIED)
            return ticket


def why_not(ticket: Ticket, main: Ticket, *, at: datetime) -> Text:
    """What speaks against merging `ticket` into `main`; empty when nothing does."""
    policy = catalogue().policy
    if main.pk == ticket.pk:
        return _("A ticket cannot be merged into itself")
    if main.state == State.MERGED:
        return _("That ticket has itself been merged: choose the one that it was merged into")
    since = at - timedelta(days=policy("merge.days"))
    if main.state not in OPEN and not (
        main.state == State.CLOSED and main.closed_at is not None and main.closed_at >= since
    ):
        return _(
            "That ticket is finished: only one that is open, or was closed in the last 15 days, is joined"
        )
    if main.category.code != ticket.category.code:
        return _("That ticket is about another matter")
    if not is_same_place(ticket, main):
        return _("That ticket lies at another place")
    if (main.is_sensitive, main.is_confidential) != (ticket.is_sensitive, ticket.is_confidential):
        return _("Sensitive or confidential reports are merged among themselves only")
    return ""


def is_same_place(ticket: Ticket, main: Ticket) -> bool:
    """Near each other where both have a point, else in the same grid or region."""
    if None in {ticket.lon, ticket.lat, main.lon, main.lat}:
        return ticket.region_path == main.region_path
    assert ticket.lon is not None
    assert ticket.lat is not None
    assert main.lon is not None
    assert main.lat is not None
    metres = metres_between(ticket.lon, ticket.lat, main.lon, main.lat)
    return metres <= float(catalogue().policy("merge.metres"))


def unmerge(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """It was another matter after all: back into the pool that it came from, with the time that it had left."""
    with ledger().atomic():
        main = ledger().lock_pair(ticket_id, None)
        with moving("unmerge", ticket_id, by=by, at=at, version=version) as move:
            ticket = move.ticket
            move.say(opinion, required=True)
            if main is None or ticket.merged_into_id != main.pk:
                raise Unprocessable(_("It has not been merged into another ticket"), code="nothing_to_undo")
            if main.state == State.MERGED:
                raise Unprocessable(
                    _("The ticket that it joined has itself been merged: take that one out first"),
                    code="main_merged",
                )
            _run_again(move)
            ticket.merged_into_id = None
            move.data |= {"main": main.number}
            main.merged_count -= 1 + ticket.merged_count
            main.needs_reply = ledger().take_back(ticket, main)
            tell_other(move, main, "release", {"merged": ticket.number}, changed=CARRIED)
            return ticket


def _run_again(move: Move) -> None:
    """The accept clock as it stood; the time between does not count. Raises Unprocessable after too many days.

    Every ticket begins with one, and the merge, which is possible before acceptance only, has ended it.
    """
    row = ledger().last_of(move.ticket, Stage.ACCEPT)
    assert row is not None
    assert row.stopped_at is not None
    if move.at > row.stopped_at + timedelta(days=catalogue().policy("merge.undo_days")):
        raise Unprocessable(_("It was merged too long ago; please register a new ticket"), code="too_late")
    move.clocks.run_again(row, reason="merge")
