"""Callbacks and what they find: settled, come back, not reached; and the archive when every record is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Conflict
from mediation import clocks
from mediation.archive import faults_of
from mediation.callbacks import waiting, watch_next
from mediation.frame import Move, refuse
from mediation.models import Callback
from mediation.rules import named_readers
from mediation.states import CaseState
from mediation.telling import tell_holder, tell_mediators
from mediation.transitions.opening import start

EARLY: Final = timedelta(days=1)
MOST_TRIES: Final = 3
OUTCOME = Callback.Outcome


def _call_back(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    outcome = move.choice("outcome", data.get("outcome"))
    satisfaction = move.choice("satisfaction", data.get("satisfaction"))
    move.say(data)
    left = waiting(row)
    if not left:
        raise Conflict(pgettext_lazy("mediation", "Every callback has been made"), code="no_callback")
    item = left[0]
    if outcome != OUTCOME.RELAPSE and move.at < item.due_at - EARLY:
        raise Conflict(
            pgettext_lazy("mediation", "The callback after %(days)d days is not due yet")
            % {"days": item.days},
            code="too_early",
        )
    item.tries += 1
    if outcome != OUTCOME.UNREACHABLE or item.tries >= MOST_TRIES:
        item.called_at, item.outcome, item.called_by, item.words = move.at, outcome, move.by.user, move.words
        item.satisfaction = int(satisfaction) if satisfaction else None
    item.save()
    move.data |= {"days": item.days, "outcome": outcome, "tries": item.tries}
    if outcome == OUTCOME.RELAPSE:
        _reopen(move)
    else:
        watch_next(row, move.at)


def _reopen(move: Move) -> None:
    """The quarrel is back: what was still to be called falls away, the limits begin anew."""
    row = move.row
    row.callbacks.filter(called_at=None, dropped_at=None).update(dropped_at=move.at)
    clocks.end(row, at=move.at)
    row.relapses += 1
    row.extensions, row.ended_at, row.accepted_at, row.agreed_at = 0, None, move.at, None
    move.to_state = CaseState.ACCEPTED
    start(move)
    tell_mediators(row, "relapse", at=move.at, by=move.by)
    tell_holder(row, "relapse", at=move.at, by=move.by)


def _archive(move: Move, data: dict[str, Any]) -> None:
    missing = faults_of(move.row)
    if missing:
        words = "；".join(str(item.words) for item in missing)
        text = pgettext_lazy("archive", "Not complete for the archive: %(missing)s")
        refuse("records", text % {"missing": words}, missing[0].code)
    row = move.row
    move.say(data)
    clocks.end(row, at=move.at)
    row.archived_at = move.at
    named = set(named_readers(row))
    row.readers = [key for key in row.readers if key not in named]


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "call_back": _call_back,
    "archive": _archive,
}
