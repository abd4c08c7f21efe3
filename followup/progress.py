"""How far a matter is, in plain words: what a citizen may know, and nothing of people, opinions or other reporters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.foundation.clock import local
from grids.territory import current as territory
from incidents.models import Step, Ticket
from incidents.plain_words import TITLES, state_words
from incidents.states import OPEN, ResultKind, State


@dataclass(frozen=True)
class Event:
    """One line of the public story."""

    at: datetime
    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the page shows."""

    number: str
    title: str
    state: str
    tone: str
    words: str
    expected: str
    unit: str
    events: list[Event]


TONES = {
    State.CLOSED: "done",
    State.ARCHIVED: "done",
    State.REJECTED: "stop",
    State.SUSPENDED: "stop",
    State.REGISTERED: "wait",
    State.VERIFYING: "wait",
    State.MERGED: "wait",
}


def progress_of(ticket: Ticket) -> Progress:
    """The page of one ticket, whose category and main ticket are read already."""
    main = ticket.merged_into if ticket.merged_into is not None else ticket
    heading, words = state_words(ticket.state)
    unit = territory().units.get(main.lead_unit_id or 0)
    return Progress(
        number=ticket.number,
        title=ticket.title,
        state=heading,
        tone=TONES.get(State(ticket.state), "work"),
        words=words,
        expected=expected_words(main),
        unit=unit.name if unit and not ticket.is_sensitive else "",
        events=list(events_of(ticket)),
    )


def expected_words(ticket: Ticket) -> str:
    """`预计12月3日前答复`; empty where nothing is promised or an answer is there."""
    if ticket.due_at is None or ticket.state not in OPEN or ticket.feedback_at is not None:
        return ""
    if ticket.state == State.SUSPENDED:
        return ""
    day = local(ticket.due_at)
    date = pgettext("date", "%(month)d/%(day)d") % {"month": day.month, "day": day.day}
    return _("An answer is expected by %(date)s") % {"date": date}


def events_of(ticket: Ticket) -> Iterator[Event]:
    """The public story, newest first: what happened and when, never who or with which words."""
    steps = list(ticket.steps.order_by("pk"))
    seen_dispatch = False
    found: list[Event] = []
    for step in steps:
        event = _event(step, is_first_dispatch=not seen_dispatch)
        seen_dispatch = seen_dispatch or step.verb == "dispatch"
        if event is not None:
            found.append(event)
    yield from reversed(found)


def _event(step: Step, *, is_first_dispatch: bool) -> Event | None:
    title = TITLES.get(step.verb)
    if title is None or (step.verb == "dispatch" and not is_first_dispatch):
        return None
    text = step.opinion if step.verb == "reject" else ""
    kind = step.data.get("result_kind", "") if step.verb == "feedback" else ""
    return Event(step.at, str(title), str(ResultKind(kind).label) if kind in ResultKind.values else text)
