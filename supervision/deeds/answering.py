"""What people do about a recurrence warning: take it in hand, mark it as resolved, say that it is none."""

from datetime import datetime

from governance.accounts.actors import Actor
from supervision.frame import RECURRENCES, Move, moving
from supervision.models import RecurrenceWarning

LONGEST_NAME = 60


def acknowledge(
    pk: int, *, by: Actor, at: datetime, person: str, measure: str, version: int | None = None
) -> RecurrenceWarning:
    """Who takes which measure. Raises what `moving` raises."""
    move: Move[RecurrenceWarning]
    with moving(RECURRENCES, "acknowledge", pk, by=by, at=at, version=version) as move:
        move.row.person = move.say(person, name="person")[:LONGEST_NAME]
        move.row.measure = move.say(measure, name="measure")
        move.data = {"person": move.row.person, "measure": move.row.measure}
    return move.row


def resolve(
    pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> RecurrenceWarning:
    """The cause is dealt with; with the result."""
    return _close("resolve", pk, by=by, at=at, opinion=opinion, version=version)


def dismiss(
    pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> RecurrenceWarning:
    """It is no recurrence; with the reason."""
    return _close("dismiss", pk, by=by, at=at, opinion=opinion, version=version)


def _close(
    verb: str, pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None
) -> RecurrenceWarning:
    move: Move[RecurrenceWarning]
    with moving(RECURRENCES, verb, pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.closed_at = at
    return move.row
