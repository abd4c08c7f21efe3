"""How parts of co-handlers begin and end with what happens to the ticket as a whole."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Unprocessable
from grids.territory import Unit
from incidents.clocks import Clocks
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.models import Assignment
from incidents.states import OPEN_PARTS, PartState
from incidents.successors import unit_now
from incidents.transitions.moving import Move


def begin_parts(move: Move, units: Sequence[Unit], *others: Assignment) -> list[Assignment]:
    """Each unit is asked for a part, with clocks of its own; `others` are written in the same statement.

    A unit that is at work on its part already goes on with that one.
    """
    at_work = {part.unit_id for part in open_parts(move)} if move.clocks.parts else set()
    begun = [_begin(move, unit) for unit in units if unit.id not in at_work]
    parts = [clocks.part for clocks in begun if clocks.part is not None]
    ledger().add_many([*others, *parts])
    for clocks in begun:
        move.clocks.join(clocks)
    return parts


def _begin(move: Move, unit: Unit) -> Clocks:
    part = Assignment(
        ticket=move.ticket,
        unit_id=unit.id,
        role=Assignment.Role.CO_HANDLER,
        from_unit_id=move.by.unit_id or move.ticket.holder_id,
        at=move.at,
        state=PartState.ASSIGNED,
    )
    clocks = Clocks(move.ticket, move.at, part=part, whole=move.clocks)
    clocks.start_part(unit_id=unit.id, calendar=unit.calendar)
    clocks.summarise()
    return clocks


def end_parts(move: Move, *, unit_id: int | None = None) -> None:
    """What is not answered yet (by that unit) is not needed any more. Costs nothing where nobody is at work."""
    if move.clocks.parts:
        parts = [part for part in open_parts(move) if unit_id in {None, part.unit_id}]
        _end(move, parts, PartState.RELEASED)


def open_parts(move: Move) -> list[Assignment]:
    """The parts that are not answered yet."""
    return [part for part in ledger().parts(move.ticket) if part.state in OPEN_PARTS]


def _end(move: Move, parts: Sequence[Assignment], state: PartState) -> None:
    for part in parts:
        clocks = move.clocks.of_part(part)
        clocks.cancel_all()
        clocks.summarise()
        part.state, part.ended_at = state, move.at
    if parts:
        ledger().change_parts(parts)


def excuse(move: Move, reasons: Mapping[str, str]) -> None:
    """The lead feeds back: every part is answered, or there is a reason for each that is not (table 5a row 17).

    `reasons` by the code of the unit. Raises Unprocessable, which names the units.
    """
    if not move.clocks.parts:
        return
    parts = open_parts(move)
    for part in parts:
        part.answer = reasons.get(code_of(part), "").strip()
    if wanted := [name_of(part) for part in parts if not part.answer]:
        text = _("Not finished yet: %(units)s. Say for each why it is fed back without it")
        raise Unprocessable(fields={"missing": [text % {"units": "、".join(wanted)}]}, code="parts_open")
    move.data["missing"] = {code_of(part): part.answer for part in parts}
    _end(move, parts, PartState.UNFINISHED)


def code_of(part: Assignment) -> str:
    """The code of the unit that has the part now; of one that has gone without an heir, its key."""
    unit = unit_now(part.unit_id)
    return unit.code if unit is not None else str(part.unit_id)


def name_of(part: Assignment) -> str:
    """The name of the unit that has the part now."""
    unit = unit_now(part.unit_id)
    return unit.label if unit is not None else str(part.unit_id)


def stand_still(move: Move) -> None:
    """The clocks of the parts stand still with the ticket's."""
    for clocks in _running(move):
        for stage in (Stage.SIGN, Stage.HANDLE):
            clocks.pause(stage, reason="suspension")


def run_on(move: Move) -> None:
    """They run on with the ticket's; the pause does not count."""
    for clocks in _running(move):
        for stage in (Stage.SIGN, Stage.HANDLE):
            clocks.resume(stage, reason="suspension")


def _running(move: Move) -> list[Clocks]:
    """The clocks of every open part; their rows are written when the move is."""
    if not move.clocks.parts:
        return []
    parts = open_parts(move)
    move.afterwards.append(lambda _step: ledger().change_parts(parts))
    return [move.clocks.of_part(part) for part in parts]
