"""One entrance for callers that hold a verb's name and its data: the API, the forms, the importers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.errors import IllegalTransition
from incidents.models import Ticket
from incidents.transitions.checking import check, close, follow_up, redo, rework
from incidents.transitions.correcting import reclassify, take_back
from incidents.transitions.dispatching import dispatch, escalate, sign, withdraw
from incidents.transitions.ending import archive, reopen, void
from incidents.transitions.extending import ask_extension, extend, refuse_extension
from incidents.transitions.handling import feedback
from incidents.transitions.linking import link, unlink
from incidents.transitions.marking import clear_pressing, mark_pressing
from incidents.transitions.merging import merge, unmerge
from incidents.transitions.returning import ask_return, decline_return, grant_return, refuse_return, send_back
from incidents.transitions.splitting import split
from incidents.transitions.suspending import ask_suspension, refuse_suspension, resume, suspend
from incidents.transitions.taking_in import accept, reject
from incidents.transitions.urging import urge
from incidents.transitions.verifying import send_verification, verify

VERBS: dict[str, Callable[..., Ticket]] = {
    "split": split,
    "link": link,
    "unlink": unlink,
    "urge": urge,
    "mark_pressing": mark_pressing,
    "clear_pressing": clear_pressing,
    "accept": accept,
    "reject": reject,
    "reclassify": reclassify,
    "take_back": take_back,
    "dispatch": dispatch,
    "merge": merge,
    "unmerge": unmerge,
    "sign": sign,
    "send_verification": send_verification,
    "verify": verify,
    "withdraw": withdraw,
    "ask_return": ask_return,
    "return": send_back,
    "decline_return": decline_return,
    "grant_return": grant_return,
    "refuse_return": refuse_return,
    "escalate": escalate,
    "ask_extension": ask_extension,
    "extend": extend,
    "refuse_extension": refuse_extension,
    "ask_suspension": ask_suspension,
    "suspend": suspend,
    "refuse_suspension": refuse_suspension,
    "resume": resume,
    "feedback": feedback,
    "check": check,
    "rework": rework,
    "follow_up": follow_up,
    "redo": redo,
    "close": close,
    "reopen": reopen,
    "archive": archive,
    "void": void,
}


def perform(
    verb: str, ticket_id: int, *, by: Actor, at: datetime, data: Mapping[str, Any], version: int | None = None
) -> Ticket:
    """Do `verb` with the data its needs name (shape already checked). Raises what the verb raises."""
    deed = VERBS.get(verb)
    if deed is None:
        raise IllegalTransition(verb=verb)
    return deed(ticket_id, by=by, at=at, version=version, **data)
