"""Mending what was decided on taking in, before anything has been dispatched: reclassified, or taken back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import Unprocessable
from incidents.catalogue import current as catalogue
from incidents.clocks import ladder
from incidents.deadlines import Stage, first_alarm
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.transitions.moving import Move, moving
from incidents.transitions.taking_in import reclassify_as, set_urgency


def reclassify(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str,
    category: str | None = None,
    urgency: str | None = None,
    version: int | None = None,
) -> Ticket:
    """Another category or urgency for an accepted ticket. The limits of handling follow, since they begin with the
    first dispatch; of the dispatch clock only a shorter limit counts: nobody gains time by it."""
    with moving("reclassify", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        was_sensitive, was_key = ticket.category.is_sensitive, ticket.category.is_key_report
        if category and category != ticket.category.code:
            _leave_marks(ticket, is_sensitive=was_sensitive, is_key_report=was_key)
            reclassify_as(move, category)
        if urgency and urgency != ticket.urgency:
            set_urgency(move, urgency)
        if not move.data:
            raise Unprocessable(_("Choose another category or urgency"), code="nothing_changes")
        _shorten(move)
        return ticket


def _leave_marks(ticket: Ticket, *, is_sensitive: bool, is_key_report: bool) -> None:
    """What the category alone brought goes with it."""
    ticket.is_sensitive = ticket.is_sensitive and not is_sensitive
    ticket.is_key_report = ticket.is_key_report and not is_key_report


def _shorten(move: Move) -> None:
    """Where the present urgency's limit ends sooner than the clock that runs, it counts from now."""
    row = move.clocks.running.get(Stage.DISPATCH)
    if row is None:
        return
    limit = catalogue().stage_limit(Stage.DISPATCH, move.ticket.urgency)
    _warn, due_at = first_alarm(load_calendar(row.calendar), limit, move.at, ladder())
    if due_at < row.due_at:
        move.clocks.start_stage(Stage.DISPATCH, unit_id=row.unit_id)


def take_back(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """The acceptance was a mistake: back into the pool, the accept clock runs on with the time that it had left."""
    with moving("take_back", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        if ticket.first_dispatched_at is not None:
            raise Unprocessable(
                _("It has been dispatched before: acceptance stands"), code="dispatched_before"
            )
        row = ledger().last_of(ticket, Stage.ACCEPT)
        if row is None or row.stopped_at is None:
            raise Unprocessable(_("There is no acceptance to take back"), code="nothing_to_undo")
        if at > row.stopped_at + timedelta(minutes=int(catalogue().policy("accept.undo_minutes"))):
            raise Unprocessable(_("It was accepted too long ago to be taken back"), code="too_late")
        ticket.accepted_at = ticket.accepted_unit_id = None
        move.clocks.cancel(Stage.DISPATCH)
        move.clocks.run_again(row, reason="acceptance")
        return ticket
