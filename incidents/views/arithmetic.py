"""How a due time of a ticket was worked out, line by line: asked for when somebody opens a clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.calendars import Clock, Extension, Limit, Line, Pause, Unit, explain, load_calendar
from governance.foundation.clock import now
from governance.foundation.errors import NotFound
from governance.foundation.pages import is_partial
from governance.foundation.prepared import fetch_models
from incidents.deadlines import extensions_of, pauses_of
from incidents.models import Deadline, DueChange
from incidents.opening import visible_ticket
from incidents.views.faces import clock_face

CHANGE_WORDS = {
    "external": gettext_lazy("The sender's own due time is earlier"),
    "extension": gettext_lazy("Extension granted"),
    "merge": gettext_lazy("Merge undone: the time between does not count"),
    "acceptance": gettext_lazy("Acceptance taken back: the time between does not count"),
    "verification": gettext_lazy("Being verified: the time until the report does not count"),
    "suspension": gettext_lazy("Suspended: the time until it is resumed does not count"),
    "return": gettext_lazy("Return granted: the time that the unit had it does not count"),
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """The lines of the arithmetic, then every move of the due time: from, to, why.

    `day` is how many minutes the lines call a day; `original_due_at` is None where the due time never moved.
    """

    lines: Sequence[Line]
    changes: Sequence[tuple[datetime, datetime, str]]
    original_due_at: datetime | None
    day: int


@require_safe
@desk_page
def account(request: HttpRequest, actor: Actor, number: str, clock_id: int) -> HttpResponse:
    """The account of one clock of a ticket; one of another ticket's is not found."""
    ticket = visible_ticket(actor, number)
    rows = fetch_models(Deadline, "WHERE id = %s AND ticket_id = %s", [clock_id, ticket.pk])
    if not rows:
        raise NotFound()
    story = fetch_models(DueChange, "WHERE deadline_id = %s ORDER BY id", [clock_id])
    context = {"ticket": ticket, "account": account_of(rows[0], story, now())}
    template = "incidents/_arithmetic.html" if is_partial(request) else "incidents/arithmetic.html"
    return render(request, template, context)


def account_of(row: Deadline, story: Sequence[DueChange], at: datetime) -> Account:
    """The account of one limit; `story`: what moved its due time, in order."""
    limit = Limit(row.amount, Unit(row.amount_unit), Clock(row.clock))
    return Account(
        lines=explain(load_calendar(row.calendar), limit, row.started_at, *_ledger_of(row, story)),
        changes=[(change.old_due_at, change.new_due_at, change_words(change.reason)) for change in story],
        original_due_at=row.original_due_at if row.original_due_at != row.due_at else None,
        day=clock_face(row, at).day,
    )


def _ledger_of(row: Deadline, story: Sequence[DueChange]) -> tuple[Sequence[Pause], Sequence[Extension]]:
    """What the arithmetic takes in; beside a due time of the sender's the changes are only listed."""
    if any(change.kind == DueChange.Kind.EXTERNAL for change in story):
        return (), ()
    return pauses_of(story), extensions_of(row, story)


def change_words(reason: str) -> str:
    """Why a due time was moved."""
    return str(CHANGE_WORDS.get(reason, reason))
