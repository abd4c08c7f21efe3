"""The ticket's states and THE table: verb · from · to · who · needs · clock effect. Pure data.

Guards, buttons, API endpoints, the diagram and the test matrix are all made from it. Rows that are not
available yet stand in the table so that nothing has to be rebuilt when they open.
"""

from governance.foundation.state_machine import StateTable
from incidents.states import aside, ending, opening, parts, working
from incidents.states.names import (
    FINAL,
    OPEN,
    OPEN_PARTS,
    DemandType,
    Finding,
    FollowUpOutcome,
    PartState,
    RejectReason,
    RequestKind,
    ResultKind,
    Satisfaction,
    State,
    SuspensionCause,
    Urgency,
)

ALL_ROWS = sorted((*opening.ROWS, *working.ROWS, *ending.ROWS, *aside.ROWS), key=lambda verb: verb.row)
TICKET_TABLE = StateTable(State, {verb.name: verb for verb in ALL_ROWS}, OPEN)
PART_TABLE = StateTable(PartState, {verb.name: verb for verb in parts.ROWS}, OPEN_PARTS)
MOVES = tuple(verb for verb in ALL_ROWS if verb.sources and verb.available)

__all__ = [
    "FINAL",
    "MOVES",
    "OPEN",
    "OPEN_PARTS",
    "PART_TABLE",
    "TICKET_TABLE",
    "DemandType",
    "Finding",
    "FollowUpOutcome",
    "PartState",
    "RejectReason",
    "RequestKind",
    "ResultKind",
    "Satisfaction",
    "State",
    "SuspensionCause",
    "Urgency",
]
