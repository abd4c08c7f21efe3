"""The verbs of the ticket: the only writers of `state`."""

from incidents.transitions.checking import check, close, follow_up, redo, rework
from incidents.transitions.correcting import reclassify, take_back
from incidents.transitions.dispatching import dispatch, escalate, sign, withdraw
from incidents.transitions.ending import archive, reopen, void
from incidents.transitions.extending import ask_extension, extend, refuse_extension
from incidents.transitions.handling import feedback
from incidents.transitions.merging import merge, unmerge
from incidents.transitions.moving import Move, moving
from incidents.transitions.performing import perform
from incidents.transitions.returning import ask_return, decline_return, grant_return, refuse_return, send_back
from incidents.transitions.suspending import ask_suspension, refuse_suspension, resume, suspend
from incidents.transitions.taking_in import accept, reject
from incidents.transitions.verifying import send_verification, verify

__all__ = [
    "Move",
    "accept",
    "archive",
    "ask_extension",
    "ask_return",
    "ask_suspension",
    "check",
    "close",
    "decline_return",
    "dispatch",
    "escalate",
    "extend",
    "feedback",
    "follow_up",
    "grant_return",
    "merge",
    "moving",
    "perform",
    "reclassify",
    "redo",
    "refuse_extension",
    "refuse_return",
    "refuse_suspension",
    "reject",
    "reopen",
    "resume",
    "rework",
    "send_back",
    "send_verification",
    "sign",
    "suspend",
    "take_back",
    "unmerge",
    "verify",
    "void",
    "withdraw",
]
