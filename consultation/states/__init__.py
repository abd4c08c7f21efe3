"""Four state tables as data: a whistle call, a called department's part in it, a consultation, a meeting. Pure."""

from typing import Final

from django.db.models import TextChoices

from consultation.states.conferring import CONSULTATION_VERBS
from consultation.states.meeting import MEETING_VERBS
from consultation.states.names import (
    CALL_OPEN,
    CONSULTATION_OPEN,
    LINE_OPEN,
    LINE_UNFINISHED,
    MEETING_OPEN,
    CallKind,
    CallState,
    ConsultationState,
    LineState,
    MeetingKind,
    MeetingState,
)
from consultation.states.whistle import CALL_VERBS, LINE_VERBS
from governance.foundation.state_machine import StateTable, Verb

__all__ = [
    "CALL_OPEN",
    "CALL_TABLE",
    "CONSULTATION_OPEN",
    "CONSULTATION_TABLE",
    "LINE_OPEN",
    "LINE_TABLE",
    "LINE_UNFINISHED",
    "MEETING_OPEN",
    "MEETING_TABLE",
    "CallKind",
    "CallState",
    "ConsultationState",
    "LineState",
    "MeetingKind",
    "MeetingState",
]


def _table(states: type[TextChoices], verbs: tuple[Verb, ...], still_open: frozenset[str]) -> StateTable:
    return StateTable(states, {verb.name: verb for verb in verbs}, still_open)


CALL_TABLE: Final = _table(CallState, CALL_VERBS, frozenset(CALL_OPEN))
LINE_TABLE: Final = _table(LineState, LINE_VERBS, frozenset(LINE_UNFINISHED))
CONSULTATION_TABLE: Final = _table(ConsultationState, CONSULTATION_VERBS, frozenset(CONSULTATION_OPEN))
MEETING_TABLE: Final = _table(MeetingState, MEETING_VERBS, frozenset(MEETING_OPEN))
