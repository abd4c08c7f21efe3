"""One entrance for callers that hold a verb's name and its data: the API, the forms, the importers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.errors import IllegalTransition
from incidents.models import Ticket
from incidents.transitions.checking import check, close, follow_up, redo, rework
from incidents.transitions.dispatching import dispatch, escalate, sign
from incidents.transitions.ending import archive, reopen, void
from incidents.transitions.handling import feedback
from incidents.transitions.taking_in import accept, reject

VERBS: dict[str, Callable[..., Ticket]] = {
    "accept": accept,
    "reject": reject,
    "dispatch": dispatch,
    "sign": sign,
    "escalate": escalate,
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
