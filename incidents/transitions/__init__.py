"""The verbs of the ticket: the only writers of `state`."""

from incidents.transitions.checking import check, close, follow_up, redo, rework
from incidents.transitions.correcting import reclassify, take_back
from incidents.transitions.dispatching import dispatch, escalate, sign, withdraw
from incidents.transitions.ending import archive, reopen, void
from incidents.transitions.extending import ask_extension, extend, refuse_extension
from incidents.transitions.handling import feedback
from incidents.transitions.linking import link, unlink
from incidents.transitions.marking import clear_pressing, mark_pressing
from incidents.transitions.merging import merge, unmerge
from incidents.transitions.moving import Move, moving
from incidents.transitions.parting import (
    add_part,
    answer_part,
    keep_part,
    perform_part,
    redo_part,
    release_part,
    remove_part,
    return_part,
    sign_part,
)
from incidents.transitions.performing import perform
from incidents.transitions.returning import ask_return, decline_return, grant_return, refuse_return, send_back
from incidents.transitions.splitting import split, split_off
from incidents.transitions.suspending import ask_suspension, refuse_suspension, resume, suspend
from incidents.transitions.taking_in import accept, reject
from incidents.transitions.urging import urge, urge_once
from incidents.transitions.verifying import send_verification, verify

__all__ = [
    "Move",
    "accept",
    "add_part",
    "answer_part",
    "archive",
    "ask_extension",
    "ask_return",
    "ask_suspension",
    "check",
    "clear_pressing",
    "close",
    "decline_return",
    "dispatch",
    "escalate",
    "extend",
    "feedback",
    "follow_up",
    "grant_return",
    "keep_part",
    "link",
    "mark_pressing",
    "merge",
    "moving",
    "perform",
    "perform_part",
    "reclassify",
    "redo",
    "redo_part",
    "refuse_extension",
    "refuse_return",
    "refuse_suspension",
    "reject",
    "release_part",
    "remove_part",
    "reopen",
    "resume",
    "return_part",
    "rework",
    "send_back",
    "send_verification",
    "sign",
    "sign_part",
    "split",
    "split_off",
    "suspend",
    "take_back",
    "unlink",
    "unmerge",
    "urge",
    "urge_once",
    "verify",
    "void",
    "withdraw",
]
