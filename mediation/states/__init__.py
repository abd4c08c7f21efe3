"""The state table of a mediation case as data: every verb, from where to where, who, with what. Pure."""

from typing import Final

from governance.foundation.state_machine import StateTable
from mediation.states.elsewhere import ELSEWHERE_VERBS
from mediation.states.ending import ENDING_VERBS
from mediation.states.keeping import KEEPING_VERBS
from mediation.states.mediating import MEDIATING_VERBS
from mediation.states.names import (
    AGREED,
    ENDED,
    OPEN,
    TONES,
    CaseLevel,
    CaseOrigin,
    CaseState,
    RiskColor,
    SessionKind,
)
from mediation.states.opening import OPENING_VERBS

__all__ = [
    "AGREED",
    "CASE_TABLE",
    "ENDED",
    "OPEN",
    "TONES",
    "CaseLevel",
    "CaseOrigin",
    "CaseState",
    "RiskColor",
    "SessionKind",
]

CASE_TABLE: Final = StateTable(
    CaseState,
    {
        verb.name: verb
        for verb in (*OPENING_VERBS, *MEDIATING_VERBS, *ENDING_VERBS, *KEEPING_VERBS, *ELSEWHERE_VERBS)
    },
    OPEN,
)
