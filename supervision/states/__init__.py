"""The state tables as data: supervision tasks (table 5d), appeals, instructions, inspections, bulletins,
recurrence warnings. Pure.
"""

from typing import Final

from governance.foundation.state_machine import StateTable
from supervision.names import (
    AppealState,
    BulletinState,
    InspectionState,
    InstructionState,
    RecurrenceState,
    TaskState,
)
from supervision.states.others import (
    APPEAL_VERBS,
    BULLETIN_VERBS,
    INSPECTION_VERBS,
    INSPECTORS,
    INSTRUCTION_VERBS,
)
from supervision.states.recurrence import RECURRENCE_VERBS
from supervision.states.tasks import TASK_VERBS
from supervision.states.who import ORDERING, SPEAKERS, A, B, I, L, T

TASK_OPEN: Final = frozenset(set(T) - {T.CLOSED, T.WITHDRAWN})
APPEAL_OPEN: Final = frozenset({A.LODGED, A.REVIEWED})
INSTRUCTION_OPEN: Final = frozenset({L.GIVEN, L.ROUTED, L.ANSWERED})
RECURRENCE_OPEN: Final = frozenset({RecurrenceState.OPEN, RecurrenceState.ACKNOWLEDGED})
INSPECTION_OPEN: Final = frozenset({I.PROPOSED, I.PLANNED, I.RUNNING})

TASK_TABLE: Final = StateTable(TaskState, {verb.name: verb for verb in TASK_VERBS}, TASK_OPEN)
APPEAL_TABLE: Final = StateTable(AppealState, {verb.name: verb for verb in APPEAL_VERBS}, APPEAL_OPEN)
INSTRUCTION_TABLE: Final = StateTable(
    InstructionState, {verb.name: verb for verb in INSTRUCTION_VERBS}, INSTRUCTION_OPEN
)
INSPECTION_TABLE: Final = StateTable(
    InspectionState, {verb.name: verb for verb in INSPECTION_VERBS}, INSPECTION_OPEN
)
BULLETIN_TABLE: Final = StateTable(
    BulletinState, {verb.name: verb for verb in BULLETIN_VERBS}, frozenset({B.DRAFT})
)
RECURRENCE_TABLE: Final = StateTable(
    RecurrenceState, {verb.name: verb for verb in RECURRENCE_VERBS}, RECURRENCE_OPEN
)

__all__ = [
    "APPEAL_OPEN",
    "APPEAL_TABLE",
    "BULLETIN_TABLE",
    "INSPECTION_OPEN",
    "INSPECTION_TABLE",
    "INSPECTORS",
    "INSTRUCTION_OPEN",
    "INSTRUCTION_TABLE",
    "ORDERING",
    "RECURRENCE_OPEN",
    "RECURRENCE_TABLE",
    "SPEAKERS",
    "TASK_OPEN",
    "TASK_TABLE",
]
