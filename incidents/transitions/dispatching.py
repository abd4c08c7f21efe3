"""Giving a ticket to a unit, signing for it and handing it up."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import TIER_ORDER
from governance.foundation.errors import Unprocessable
from grids.territory import Unit
from grids.territory import current as territory
from incidents import directory
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.mandate import Blocked, attempt, ruling
from incidents.models import Assignment, Ticket
from incidents.rules import needs_consultation
from incidents.successors import unit_now
from incidents.transitions.asking import lapse
from incidents.transitions.moving import Move, moving
from incidents.transitions.partaking import begin_parts, end_parts


def dispatch(
    ticket_id: int,
    *,
    by: Actor,
    to: int,
    at: datetime,
    co_handlers: Sequence[int] = (),
    override_reason: str = "",
    opinion: str = "",
    version: int | None = None,
) -> Ticket:
    """Give the ticket to the lead unit `to` and its co-handlers (unit ids).

    The handle clock starts with the first dispatch, so that slow signing gains nothing (table 5a row 8). A
    unit below the category's lowest level, and a unit of the base for a matter that no item in force covers, need
    an override reason (S1-14, S1-15). A dispatch that was stopped for want of one leaves a row that counts it.
    """
    tried: list[Move] = []
    try:
        with moving("dispatch", ticket_id, by=by, at=at, version=version) as move:
            tried.append(move)
            move.say(opinion)
            return _dispatch(move, to, co_handlers, override_reason.strip())
    except Blocked as refusal:
        ledger().add(attempt(refusal, tried[0].ticket, by=by, at=at))
        raise


def _dispatch(move: Move, to: int, co_handlers: Sequence[int], reason: str) -> Ticket:
    ticket, at = move.ticket, move.at
    unit = known_unit(to)
    others = [known_unit(item) for item in dict.fromkeys(co_handlers) if item != to]
    held = ruling(ticket, unit, others, at=at)
    held.must_be_free(reason)
    move.data |= {"to": unit.code, "co_handlers": [item.code for item in others]} | held.facts(move.by)
    if others:
        move.data["units"] = [unit.id, *(item.id for item in others)]
    if reason:
        move.data["override_reason"] = reason
    if found := directory.match(ticket, at=at):
        move.data["rule"] = found.facts(unit.id)
    ticket.dispatched_unit_id = ticket.holder_id
    _assign(move, unit, others)
    move.clocks.stop(Stage.DISPATCH)
    if ticket.first_dispatched_at is None:
        ticket.first_dispatched_at = at
        move.clocks.start_handle(unit_id=unit.id, calendar=unit.calendar)
    else:
        move.clocks.hand_over(Stage.HANDLE, unit_id=unit.id)
    if ticket.return_count:
        _after_return(move, unit)
    move.clocks.start_sign(unit_id=unit.id, calendar=unit.calendar)
    return ticket


def _after_return(move: Move, unit: Unit) -> None:
    """Where a returned ticket goes teaches routing; after the second return the dispatch is binding."""
    ticket = move.ticket
    if needs_consultation(ticket):
        ticket.is_final_assignment = True
        move.data["final"] = True
    last = ledger().granted_return(ticket)
    if last is not None:
        ledger().count_routing(
            "dispatched", ticket, from_unit_id=last.unit_id, to_unit_id=unit.id, at=move.at
        )


def known_unit(unit_id: int, *, field: str = "to") -> Unit:
    """The active unit of that id, for the team of a grid that ended its successor. Raises Unprocessable otherwise."""
    unit = unit_now(unit_id)
    if unit is None:
        raise Unprocessable(fields={field: [_("Unknown unit")]}, code="unknown_unit")
    return unit


def _assign(move: Move, lead: Unit, others: Sequence[Unit] = ()) -> None:
    """Put the ticket into `lead`'s inbox; earlier assignments end but stay on record.

    Handing up changes the lead alone: whoever helps goes on, unless it is the new lead itself.
    """
    ticket = move.ticket
    end_parts(move, unit_id=lead.id)
    ledger().end_assignments(ticket, move.at, but_parts=True)
    role = Assignment.Role.LEAD
    row = Assignment(ticket=ticket, unit_id=lead.id, role=role, from_unit_id=ticket.holder_id, at=move.at)
    begin_parts(move, others, row)
    ticket.holder_id = lead.id
    ticket.lead_unit_id = lead.id
    ticket.is_final_assignment = False
    lapse(move)


def withdraw(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """The sender takes a dispatch back before the other side signs. The handle clock runs on: a mistake of the one who
    dispatches gains no time."""
    with moving("withdraw", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        if ledger().last_sending(ticket) != "dispatch":
            raise Unprocessable(_("It has been handed up since: it cannot be taken back"), code="handed_up")
        move.data |= {"unit": ticket.holder_id, "from": known_unit(ticket.holder_id).code}
        end_parts(move)
        ledger().end_assignments(ticket, at)
        lapse(move)
        ticket.holder_id = ticket.dispatched_unit_id or ticket.holder_id
        ticket.lead_unit_id = None
        ticket.is_final_assignment = False
        move.clocks.cancel(Stage.SIGN)
        move.clocks.start_stage(Stage.DISPATCH, unit_id=ticket.holder_id)
        return ticket


def sign(ticket_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = "") -> Ticket:
    """Receive the ticket. The platform signs by itself when the limit has passed, with a mark against
    the unit (table 5a row 9, decision 3)."""
    with moving("sign", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion)
        is_automatic = by.is_system
        if is_automatic:
            ticket.is_auto_signed = True
            move.data["auto_signed"] = True
        ledger().sign_assignments(ticket, at, is_automatic=is_automatic)
        move.clocks.stop(Stage.SIGN)
        return ticket


def escalate(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str,
    measures: str,
    version: int | None = None,
) -> Ticket:
    """Hand up to the next tier, with the reason and the measures taken so far; never a fault of the one who does.

    The handle clock goes on, except where the category's level requires the upper tier: then it restarts.
    """
    with moving("escalate", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        if not measures.strip():
            raise Unprocessable(fields={"measures": [_("Say what has been done so far")]})
        holder = known_unit(ticket.holder_id)
        upper = territory().upper(holder.id, ticket.region_path)
        if upper is None:
            raise Unprocessable(_("There is no tier above this unit"), code="top_tier")
        move.data |= {"from": holder.code, "to": upper.code, "measures": measures.strip()}
        _assign(move, upper)
        move.clocks.stop(Stage.SIGN)
        if TIER_ORDER[holder.tier] < TIER_ORDER[ticket.min_level]:
            move.clocks.start_handle(unit_id=upper.id, calendar=upper.calendar)
        else:
            move.clocks.hand_over(Stage.HANDLE, unit_id=upper.id)
        move.clocks.start_sign(unit_id=upper.id, calendar=upper.calendar)
        return ticket
