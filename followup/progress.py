"""How far a matter is, in plain words: what a citizen may know, and nothing of people, opinions or other reporters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Text
from grids.territory import current as territory
from incidents.models import Step, Ticket
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


def state_words(ticket: Ticket) -> tuple[str, str]:
    """(heading, sentence) of a state."""
    known = {
        State.REGISTERED: (_("Received"), _("Your matter is registered and will be looked at soon.")),
        State.VERIFYING: (_("Being looked at"), _("Somebody has been sent to look at the place.")),
        State.REJECTED: (_("Not accepted"), _("The matter cannot be accepted; the reason is below.")),
        State.MERGED: (
            _("Handled together with the same matter"),
            _("The same matter has been reported before. You will be told the result as well."),
        ),
        State.ACCEPTED: (pgettext("citizen", "Accepted"), _("A unit to handle it is being chosen.")),
        State.DISPATCHED: (pgettext("citizen", "Accepted"), _("The matter has been given to a unit.")),
        State.RETURNED: (pgettext("citizen", "Accepted"), _("A unit to handle it is being chosen.")),
        State.HANDLING: (pgettext("citizen", "Being handled"), _("The unit is working on it.")),
        State.SUSPENDED: (
            pgettext("citizen", "Cannot be solved for now"),
            _("It needs conditions that do not exist yet. Work goes on as soon as they do."),
        ),
        State.FEEDBACK: (pgettext("citizen", "Handled, being checked"), _("The result is being checked.")),
        State.FOLLOW_UP: (
            pgettext("citizen", "Handled"),
            _("The result has been checked. You may evaluate it; somebody may also call you."),
        ),
        State.CLOSED: (pgettext("citizen", "Finished"), _("The matter is finished.")),
        State.ARCHIVED: (pgettext("citizen", "Finished"), _("The matter is finished.")),
    }
    return known[State(ticket.state)]


def progress_of(ticket: Ticket) -> Progress:
    """The page of one ticket, whose category and main ticket are read already."""
    main = ticket.merged_into if ticket.merged_into is not None else ticket
    heading, words = state_words(ticket)
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


TITLES: Mapping[str, Text] = {
    "register": pgettext_lazy("citizen", "Registered"),
    "import": pgettext_lazy("citizen", "Registered"),
    "accept": pgettext_lazy("citizen", "Accepted"),
    "reject": pgettext_lazy("citizen", "Not accepted"),
    "merge": pgettext_lazy("citizen", "Joined to the same matter"),
    "dispatch": pgettext_lazy("citizen", "Given to a unit"),
    "sign": pgettext_lazy("citizen", "The unit has begun"),
    "extend": pgettext_lazy("citizen", "More time was needed"),
    "suspend": pgettext_lazy("citizen", "Cannot be solved for now"),
    "resume": pgettext_lazy("citizen", "Work goes on"),
    "supplement": pgettext_lazy("citizen", "Something was added"),
    "feedback": pgettext_lazy("citizen", "The unit has reported the result"),
    "check": pgettext_lazy("citizen", "The result was checked"),
    "rework": pgettext_lazy("citizen", "Sent back to be done again"),
    "redo": pgettext_lazy("citizen", "Sent back to be done again"),
    "reopen": pgettext_lazy("citizen", "Sent back to be done again"),
    "close": pgettext_lazy("citizen", "Finished"),
    "self_handle": pgettext_lazy("citizen", "Finished"),
}
"""The deeds of which a citizen hears. A refusal is worded for the citizen, every other opinion is internal."""
