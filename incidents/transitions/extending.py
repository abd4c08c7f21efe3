"""More time (table 5a row 14): asked before it is due, at most twice, in all no more than the original limit.

The unit's lead decides the first one, an oversight officer the second; whoever asked does not. The original due time
stays on record, and the citizen is told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.calendars import Clock, Limit, Unit
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.models import Deadline, Ticket, TicketRequest
from incidents.states import RequestKind
from incidents.transitions.asking import ask, decide
from incidents.transitions.moving import Move, moving

GRANTED, REFUSED = TicketRequest.Outcome.GRANTED, TicketRequest.Outcome.REFUSED


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What may still be asked for: how often, and how much in all, in the unit of the running limit."""

    times: int
    amount: int
    unit: str
    used: int
    due_at: datetime


def allowance(ticket: Ticket, handle: Deadline) -> Allowance:
    """The times count over the whole life of a ticket, the amounts on the clock that runs now."""
    granted = [row for row in ledger().requests(ticket, RequestKind.EXTENSION) if row.outcome == GRANTED]
    used = sum(row.terms["amount"] for row in granted if row.terms["deadline"] == handle.pk)
    times = int(catalogue().policy("extension.times")) - len(granted)
    return Allowance(
        times=max(0, times),
        amount=max(0, handle.amount - used) if times > 0 else 0,
        unit=handle.amount_unit,
        used=len(granted),
        due_at=handle.due_at,
    )


def ask_extension(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str, amount: int, version: int | None = None
) -> Ticket:
    """Ask for `amount` more, in the unit of the limit that runs."""
    with moving("ask_extension", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        handle = _running(move)
        left = allowance(move.ticket, handle)
        if at >= handle.due_at:
            raise Unprocessable(
                _("It was due on %(at)s: more time has to be asked for before")
                % {"at": _local(handle.due_at)},
                code="too_late",
            )
        if left.times == 0 or left.amount == 0:
            raise Unprocessable(_("No further extension is possible on this ticket"), code="no_allowance")
        if not 1 <= amount <= left.amount:
            raise Unprocessable(
                fields={
                    "amount": [_("Possible are 1 to %(n)d, in the unit of the limit") % {"n": left.amount}]
                }
            )
        terms = {"amount": amount, "unit": handle.amount_unit, "deadline": handle.pk, "round": left.used + 1}
        ask(move, RequestKind.EXTENSION, terms)
        move.data |= _told(terms)
        return move.ticket


def _told(terms: dict[str, Any]) -> dict[str, Any]:
    """What the step says of a request."""
    return {"amount": terms["amount"], "amount_unit": terms["unit"], "round": terms["round"]}


def _running(move: Move) -> Deadline:
    handle = move.clocks.running.get(Stage.HANDLE)
    if handle is None:
        raise Unprocessable(_("No handling limit runs on this ticket"), code="no_clock")
    return handle


def _local(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"


def extend(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Ticket:
    """Grant what was asked for: the due time moves, and a lateness that came while the request lay is taken back."""
    with moving("extend", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        row = _decide(move, GRANTED)
        handle = _running(move)
        before = handle.due_at
        limit = Limit(row.terms["amount"], Unit(row.terms["unit"]), Clock(handle.clock))
        move.clocks.extend(Stage.HANDLE, limit, reason="extension")
        move.data |= _told(row.terms)
        move.data["due"] = {"from": before.isoformat(), "to": handle.due_at.isoformat()}
        return move.ticket


def refuse_extension(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> Ticket:
    """The due time stays."""
    with moving("refuse_extension", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        row = _decide(move, REFUSED)
        move.data |= _told(row.terms)
        return move.ticket


def _decide(move: Move, outcome: str) -> TicketRequest:
    """Decide what waits, if this person may: the second one is for an oversight officer."""
    row = decide(move, RequestKind.EXTENSION, outcome)
    if row.terms["round"] > 1 and move.by.role != Role.OVERSIGHT_OFFICER:
        raise Forbidden(
            _("A second extension is decided by an oversight officer"),
            code="second_extension",
            roles=[str(Role.OVERSIGHT_OFFICER)],
        )
    return row
