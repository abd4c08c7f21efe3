"""Giving a ticket to a unit with binding force, as a consultation has decided (table 5a row 12).

It is a dispatch from wherever the ticket lies, beside the table of buttons: only a decision that was reached in
consultation comes here. The unit may not return it; the way that the matter took is an experience for routing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Unprocessable
from governance.foundation.state_machine import StateTable, Verb
from grids.territory import Unit
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.mandate import Blocked, attempt, ruling
from incidents.models import Ticket
from incidents.states import OPEN, TICKET_TABLE, State
from incidents.states.who import SCOPE, at
from incidents.transitions.dispatching import _assign, known_unit
from incidents.transitions.moving import Move, moving
from incidents.transitions.partaking import begin_parts

BINDING: Final = StateTable(
    State,
    {
        "dispatch": Verb(
            name="dispatch",
            label=TICKET_TABLE["dispatch"].label,
            sources=at(State.ACCEPTED, State.DISPATCHED, State.HANDLING),
            target=State.DISPATCHED,
            who={Role.DISPATCHER: SCOPE},
        )
    },
    OPEN,
)
"""From where a decision can be carried out; a return that waits is granted or refused first."""


def assign(
    ticket_id: int,
    *,
    by: Actor,
    to: int,
    at: datetime,
    reference: str,
    opinion: str,
    co_handlers: Sequence[int] = (),
    override_reason: str = "",
) -> Ticket:
    """Give the ticket to `to` for good. `reference`: the number of the consultation. Part of the caller's transaction.

    A unit that has it already keeps its clock and its state; a new one gets a clock to sign, the handle clock runs on.
    Raises what a dispatch raises; `Blocked` leaves no row here, see `count_blocked`.
    """
    with moving("dispatch", ticket_id, by=by, at=at, table=BINDING) as move:
        ticket, unit = move.ticket, known_unit(to)
        move.say(opinion, required=True)
        others = [known_unit(item, field="co_handlers") for item in dict.fromkeys(co_handlers)]
        if unit.id in {item.id for item in others}:
            raise Unprocessable(fields={"co_handlers": [_("The lead unit does not assist itself")]})
        held = ruling(ticket, unit, others, at=at)
        held.must_be_free(override_reason.strip())
        move.data |= {"to": unit.code, "co_handlers": [item.code for item in others]} | held.facts(move.by)
        move.data |= {"final": True, "reference": reference}
        if override_reason.strip():
            move.data["override_reason"] = override_reason.strip()
        if ticket.lead_unit_id == unit.id and ticket.state != State.ACCEPTED:
            _stays(move, unit, others)
        else:
            _goes(move, unit, others)
        ticket.is_final_assignment = True
        return ticket


def _stays(move: Move, unit: Unit, others: Sequence[Unit]) -> None:
    """The unit keeps it: only those who assist are new."""
    move.to_state = move.ticket.state
    at_work = {part.unit_id for part in ledger().parts(move.ticket) if part.ended_at is None}
    begin_parts(move, [item for item in others if item.id not in at_work])


def _goes(move: Move, unit: Unit, others: Sequence[Unit]) -> None:
    """Another unit gets it, with a clock to sign; what the matter took before teaches routing."""
    ticket, at = move.ticket, move.at
    granted = ledger().granted_return(ticket)
    before = granted.unit_id if granted is not None else ticket.lead_unit_id
    move.data["units"] = [unit.id, *(item.id for item in others)]
    ticket.dispatched_unit_id = move.by.unit_id or ticket.holder_id
    move.clocks.stop(Stage.DISPATCH)
    _assign(move, unit, others)
    if ticket.first_dispatched_at is None:
        ticket.first_dispatched_at = at
        move.clocks.start_handle(unit_id=unit.id, calendar=unit.calendar)
    else:
        move.clocks.hand_over(Stage.HANDLE, unit_id=unit.id)
    move.clocks.start_sign(unit_id=unit.id, calendar=unit.calendar)
    source = before if before and before != unit.id else ticket.dispatched_unit_id
    ledger().count_routing("dispatched", ticket, from_unit_id=source, to_unit_id=unit.id, at=at)


def count_blocked(refusal: Blocked, ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """A decision that the duty lists stopped counts like a dispatch that they stopped; after the roll-back."""
    ledger().add(attempt(refusal, ticket, by=by, at=at))
