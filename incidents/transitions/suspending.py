"""What cannot be solved now stands still, with a plan and a day of review, and is taken up again (rows 15 and 16)."""

from datetime import date, datetime, time, timedelta
from math import ceil

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.calendars import Clock, Limit, Unit, load_calendar
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.models import Ticket, TicketRequest
from incidents.states import RequestKind, SuspensionCause
from incidents.transitions.asking import ask, decide, lapse
from incidents.transitions.moving import moving
from incidents.transitions.partaking import run_on, stand_still

MINUTE = timedelta(minutes=1)
TERMS = ("cause", "plan", "responsible", "review_on")


def ask_suspension(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    cause: str,
    opinion: str,
    plan: str,
    responsible: str,
    review_on: date,
    version: int | None = None,
) -> Ticket:
    """The unit says why it cannot be solved now, what it will do, who answers for it and when it is looked at again.

    `responsible` is the user name of somebody of the unit.
    """
    with moving("ask_suspension", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        if not plan.strip():
            raise Unprocessable(fields={"plan": [_("Please write this down")]})
        person = ledger().member(move.ticket.holder_id, responsible.strip())
        if person is None:
            raise Unprocessable(fields={"responsible": [_("Choose somebody of the unit that handles it")]})
        _check_day(review_on, at)
        terms = {
            "cause": SuspensionCause(cause).value,
            "plan": plan.strip(),
            "responsible": person.name,
            "responsible_id": person.pk,
            "review_on": review_on.isoformat(),
        }
        ask(move, RequestKind.SUSPENSION, terms)
        move.data |= {name: terms[name] for name in TERMS}
        return move.ticket


def _check_day(review_on: date, at: datetime) -> None:
    today, days = local(at).date(), int(catalogue().policy("suspension.max_days"))
    if not today < review_on <= today + timedelta(days=days):
        last = {"last": (today + timedelta(days=days)).isoformat()}
        raise Unprocessable(fields={"review_on": [_("A day after today, at the latest %(last)s") % last]})


def suspend(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Ticket:
    """The handle clock stands still until the matter is taken up again, at the latest on the day of review."""
    with moving("suspend", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion)
        row = decide(move, RequestKind.SUSPENSION, TicketRequest.Outcome.GRANTED)
        _check_day(date.fromisoformat(row.terms["review_on"]), at)
        lapse(move)
        move.data |= {name: row.terms[name] for name in TERMS}
        move.clocks.pause(Stage.HANDLE, reason="suspension")
        stand_still(move)
        limit = _until_review(date.fromisoformat(row.terms["review_on"]), at)
        move.clocks.start(Stage.REVIEW, limit, unit_id=ticket.holder_id)
        return ticket


def _until_review(review_on: date, at: datetime) -> Limit:
    """Until work begins on that day, or on the next workday: nobody is called at midnight."""
    calendar = load_calendar("office")
    midnight = datetime.combine(review_on, time(0), tzinfo=local(at).tzinfo)
    return Limit(ceil((calendar.opening(midnight) - at) / MINUTE), Unit.MINUTE, Clock.NATURAL)


def refuse_suspension(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> Ticket:
    """The matter goes on, and so does its clock."""
    with moving("refuse_suspension", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        decide(move, RequestKind.SUSPENSION, TicketRequest.Outcome.REFUSED)
        return move.ticket


def resume(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Ticket:
    """Take it up again: by the unit's lead, an oversight officer, or the platform on the day of review."""
    with moving("resume", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        if by.is_system:
            move.data["reviewed"] = True
        move.clocks.resume(Stage.HANDLE, reason="suspension")
        run_on(move)
        move.clocks.stop(Stage.REVIEW)
        return move.ticket
