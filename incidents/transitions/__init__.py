"""The verbs of the ticket: the only writers of `state`."""

from incidents.transitions.checking import check, close, follow_up, redo, rework
from incidents.transitions.dispatching import dispatch, escalate, sign
from incidents.transitions.ending import archive, reopen, void
from incidents.transitions.handling import feedback
from incidents.transitions.moving import Move, moving
from incidents.transitions.performing import perform
from incidents.transitions.taking_in import accept, reject

__all__ = [
    "Move",
    "accept",
    "archive",
    "check",
    "close",
    "dispatch",
    "escalate",
    "feedback",
    "follow_up",
    "moving",
    "perform",
    "redo",
    "reject",
    "reopen",
    "rework",
    "sign",
    "void",
]
