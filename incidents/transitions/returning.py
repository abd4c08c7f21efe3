"""Returning what is not the unit's matter, and the decision on it (table 5a rows 10 to 12).

A department's handler asks and the lead consents; town and community staff return by themselves. The dispatcher
decides: a refusal binds the unit, a granted return gives back the time that the unit had it. A ticket that comes
back again is marked for consultation, and the dispatch that follows is binding as well.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage
from incidents.duty import deciding_unit
from incidents.ledger import ledger
from incidents.models import Ticket, TicketRequest
from incidents.rules import needs_consultation, return_end
from incidents.states import RequestKind
from incidents.transitions.asking import ask, decide, lapse, waiting
from incidents.transitions.dispatching import known_unit
from incidents.transitions.moving import Move, moving
from incidents.transitions.partaking import end_parts

GRANTED, REFUSED = TicketRequest.Outcome.GRANTED, TicketRequest.Outcome.REFUSED


def ask_return(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str,
    basis: str,
    suggested: int | None = None,
    version: int | None = None,
) -> Ticket:
    """A handler says that the matter is not the unit's; the unit's lead has to consent."""
    with moving("ask_return", ticket_id, by=by, at=at, version=version) as move:
        ask(move, RequestKind.RETURN, _terms(move, opinion, basis, suggested))
        return move.ticket


def send_back(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str,
    basis: str,
    suggested: int | None = None,
    version: int | None = None,
) -> Ticket:
    """The unit returns the ticket, with its reason, the basis and whose matter it is, to be decided by a dispatcher."""
    with moving("return", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        is_consent = RequestKind.RETURN in ticket.asked
        row = waiting(move, RequestKind.RETURN) if is_consent else None
        terms = _terms(move, opinion, basis, suggested, asked_at=row.asked_at if row else at)
        if row is None:
            row = ask(move, RequestKind.RETURN, terms)
        else:
            row.consented_by_id, row.reason, row.terms = by.user_id, move.opinion, terms
            ledger().change(row, ("consented_by_id", "reason", "terms"))
            move.data["consented"] = True
        _only_return_waits(move)
        ticket.return_count += 1
        move.data |= {"count": ticket.return_count}
        if needs_consultation(ticket):
            move.data["consultation"] = True
        move.clocks.stop(Stage.SIGN)
        ticket.holder_id = deciding_unit(ticket.region_path) or ticket.dispatched_unit_id or ticket.holder_id
        move.clocks.start(Stage.DECIDE, _decision_limit(ticket), unit_id=ticket.holder_id)
        return ticket


def _only_return_waits(move: Move) -> None:
    """Whoever gives the matter away does not need more time for it."""
    if move.ticket.asked != [RequestKind.RETURN]:
        ledger().lapse_requests(move.ticket, move.at, but=RequestKind.RETURN)
        move.ticket.asked = [RequestKind.RETURN.value]


def _decision_limit(ticket: Ticket) -> Any:
    stage = "consultation" if needs_consultation(ticket) else Stage.DECIDE.value
    return catalogue().stage_limit(stage, ticket.urgency)


def _terms(
    move: Move, opinion: str, basis: str, suggested: int | None, *, asked_at: datetime | None = None
) -> dict[str, Any]:
    """What the request says, checked. Raises Unprocessable for a bound or late unit and for missing words."""
    ticket = move.ticket
    move.say(opinion, required=True)
    if not basis.strip():
        raise Unprocessable(fields={"basis": [_("Name the rule or duty list that says so")]})
    if ticket.is_final_assignment:
        raise Unprocessable(
            _("It has been decided with binding force that this unit handles it: it cannot be returned"),
            code="final_assignment",
        )
    unit = known_unit(ticket.holder_id)
    received_at = ledger().received_at(ticket) or ticket.first_dispatched_at or move.at
    last = return_end(ticket, unit, received_at)
    if (asked_at or move.at) > last:
        raise Unprocessable(
            _("A return was possible until %(at)s only") % {"at": f"{local(last):%Y-%m-%d %H:%M}"},
            code="too_late",
        )
    terms: dict[str, Any] = {"basis": basis.strip(), "since": received_at.isoformat(), "from": unit.code}
    if suggested:
        other = known_unit(suggested, field="suggested")
        if other.id == unit.id:
            raise Unprocessable(fields={"suggested": [_("Name another unit than your own")]})
        terms |= {"suggested": other.code, "suggested_id": other.id}
    move.data |= {key: value for key, value in terms.items() if key in {"basis", "from", "suggested"}}
    return terms


def decline_return(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> Ticket:
    """The lead does not consent: the unit keeps the matter."""
    with moving("decline_return", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        decide(move, RequestKind.RETURN, REFUSED)
        return move.ticket


def grant_return(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Ticket:
    """It is another unit's matter: back to be dispatched anew, and the time that this unit had it does not count."""
    with moving("grant_return", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion)
        row = decide(move, RequestKind.RETURN, GRANTED)
        _learn(move, row, "granted")
        move.data["unit"] = row.unit_id
        move.clocks.stop(Stage.DECIDE)
        since = datetime.fromisoformat(row.terms["since"])
        move.clocks.give_back(Stage.HANDLE, since=since, reason="return")
        end_parts(move)
        ledger().end_assignments(ticket, at)
        ticket.lead_unit_id = None
        move.clocks.start_stage(Stage.DISPATCH, unit_id=ticket.holder_id)
        lapse(move)
        return ticket


def refuse_return(
    ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> Ticket:
    """It stays the unit's matter, with binding force: no further return, and no time is given back."""
    with moving("refuse_return", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        row = decide(move, RequestKind.RETURN, REFUSED)
        _learn(move, row, "refused")
        ticket.holder_id = ticket.lead_unit_id or row.unit_id
        ticket.is_final_assignment = True
        ledger().sign_assignments(ticket, at, is_automatic=False)
        move.clocks.stop(Stage.DECIDE)
        return ticket


def _learn(move: Move, row: TicketRequest, what: str) -> None:
    """A decision is an experience with the way that such matters take."""
    move.data |= {key: row.terms[key] for key in ("from", "suggested") if key in row.terms}
    ledger().count_routing(
        what, move.ticket, from_unit_id=row.unit_id, to_unit_id=row.terms.get("suggested_id"), at=move.at
    )
