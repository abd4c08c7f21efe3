"""The public query by case code: state, what comes next and by when; never who, what or why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import pgettext, pgettext_lazy

from governance.foundation.errors import NotFound, TooMany
from governance.foundation.sealed import keyed_hash
from governance.foundation.tries import count_try
from mediation.models import MediationCase, QueryTry
from mediation.states import CaseState

WINDOW: Final = timedelta(minutes=15)
MOST_OF_ADDRESS: Final = 30
MOST_OF_CASE: Final = 8
S = CaseState
NEXT: Final = {
    S.REGISTERED.value: pgettext_lazy("public case", "The governance centre sorts it within 2 hours."),
    S.TRIAGED.value: pgettext_lazy("public case", "The mediation body asks every party whether it agrees."),
    S.ACCEPTED.value: pgettext_lazy("public case", "The first session is being arranged."),
    S.MEDIATING.value: pgettext_lazy("public case", "Mediation goes on; you are invited to each session."),
    S.AGREED_WRITTEN.value: pgettext_lazy(
        "public case", "Both sides may apply together for judicial confirmation within 30 days of effect."
    ),
    S.CONFIRMING.value: pgettext_lazy("public case", "The court examines the agreement."),
    S.CONFIRM_REFUSED.value: pgettext_lazy(
        "public case", "The court did not confirm the agreement; it still binds both sides."
    ),
    S.PERFORMING.value: pgettext_lazy("public case", "What was agreed has to be performed on its days."),
    S.BREACHED.value: pgettext_lazy(
        "public case", "The other side may apply to the court; ask the mediation body."
    ),
    S.FAILED.value: pgettext_lazy(
        "public case", "Arbitration, an authority or the court are open; see the notice."
    ),
    S.REFUSED.value: pgettext_lazy(
        "public case", "Arbitration, an authority or the court are open; see the notice."
    ),
    S.NOT_MEDIABLE.value: pgettext_lazy("public case", "Another channel is open; see the notice."),
}
"""What comes next, where there is something to wait for or to do."""
TOLD: Final = frozenset({("confirm", S.AGREED_WRITTEN.value)})
"""Beside the case's own limit: what ends when, where the words of the state are about it."""


WAITS: Final = pgettext_lazy(
    "public case",
    "Mediation is suspended and its limits stand still; the mediator tells you when it goes on.",
)


@dataclass(frozen=True)
class Progress:
    """What may be told to whoever has the code."""

    number: str
    state: str
    label: str
    next_words: str
    body: str
    phone: str
    registered_at: datetime
    session_at: datetime | None
    due_at: datetime | None


def look_up(number: str, code: str, *, address: str, at: datetime) -> Progress:
    """How far a case is, for whoever knows its code and its query code. Raises NotFound, TooMany."""
    number, code = number.strip().upper(), code.strip()
    must_pass("address", address, MOST_OF_ADDRESS, at=at)
    must_pass("case", number, MOST_OF_CASE, at=at)
    row = MediationCase.objects.select_related("body").filter(number=number).first()
    if row is None or not code or row.query_code != code:
        raise NotFound(pgettext("public case", "Case code and query code do not fit each other."))
    QueryTry.objects.filter(key=_key("case", number)).delete()
    session = row.sessions.filter(state="planned", starts_at__gte=at).order_by("starts_at").first()
    return Progress(
        number=row.number,
        state=row.state,
        label=str(row.get_state_display()),
        next_words=str(NEXT.get(row.state, "") if row.paused_at is None else WAITS),
        body=row.body.name if row.body is not None else "",
        phone=row.body.phone if row.body is not None else "",
        registered_at=row.registered_at,
        session_at=session.starts_at if session is not None else None,
        due_at=row.next_due_at if (row.next_due, row.state) in TOLD or row.next_due == "case" else None,
    )


def must_pass(kind: str, value: str, most: int, *, at: datetime) -> None:
    """Count one try, safe side by side; raises TooMany above `most` of a window."""
    if count_try("mediation_querytry", _key(kind, value), at=at, window=WINDOW) > most:
        minutes = int(WINDOW.total_seconds()) // 60
        words = pgettext("public case", "Too many tries. Please come again in %(minutes)d minutes.")
        raise TooMany(words % {"minutes": minutes}, retry_after=minutes * 60)


def forget(*, at: datetime) -> int:
    """Remove counts of windows that are over; returns how many."""
    return QueryTry.objects.filter(since__lt=at - WINDOW).delete()[0]


def _key(kind: str, value: str) -> str:
    return keyed_hash(value, f"mediation.query.{kind}")
