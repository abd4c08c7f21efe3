"""How supervision looks on a screen: tones of states, entries of stories, bars of time, rows of the board."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import Text
from governance.foundation.naming import label_of
from governance.foundation.state_machine import StateTable
from governance.foundation.templatetags.frame import MINUTES_PER_DAY, duration
from grids.territory import current as territory
from incidents.models import Ticket
from incidents.states import State
from incidents.views.case import photo_of
from incidents.views.faces import unit_name, workday_minutes
from supervision.models import OversightStep, Proof, SupervisionTask
from supervision.names import Kind, Recheck
from supervision.queries import Way
from supervision.states import APPEAL_TABLE
from supervision.timing import OFFICE

TONES = {
    "created": "wait",
    "notified": "wait",
    "rectifying": "work",
    "submitted": "wait",
    "accepted": "done",
    "rejected": "stop",
    "escalated": "stop",
    "closed": "done",
    "withdrawn": "stop",
    "lodged": "wait",
    "reviewed": "wait",
    "granted": "done",
    "refused": "stop",
    "given": "wait",
    "routed": "work",
    "answered": "done",
    "concluded": "done",
    "proposed": "wait",
    "planned": "wait",
    "running": "work",
    "cancelled": "stop",
    "draft": "work",
    "published": "done",
    "discarded": "stop",
    "open": "wait",
    "acknowledged": "work",
    "resolved": "done",
    "expired": "done",
    "dismissed": "stop",
}
KIND_TONES = {Kind.URGE: "", Kind.SUPERVISE: "amber", Kind.LISTED: "red", Kind.INTERVIEW: "red"}
STATE_TONES = {
    State.HANDLING: "work",
    State.DISPATCHED: "wait",
    State.RETURNED: "back",
    State.SUSPENDED: "still",
    State.FEEDBACK: "wait",
}
WIDTH = 300
LEAST = 2


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One step of a story."""

    title: str
    at: datetime
    who: str
    role: str = ""
    unit: str = ""
    text: str = ""
    tone: str = ""
    lamp: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    photos: list[Any] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    is_now: bool = False


def entries(steps: Iterable[OversightStep], table: StateTable) -> list[Entry]:
    """The story, as given; steps with their proofs fetched before."""
    return [
        Entry(
            title=str(table[step.verb].label),
            at=step.at,
            who=step.actor_name if step.role != SYSTEM else pgettext("supervision", "The platform"),
            role=str(Role(step.role).label) if step.role in Role.values else "",
            text=step.opinion,
            tone=TONES.get(step.to_state, ""),
            facts=list(facts_of(step)),
            photos=[proof_face(proof) for proof in step.proofs.all() if proof.attachment.is_image],
            files=[proof_face(proof) for proof in step.proofs.all() if not proof.attachment.is_image],
        )
        for step in steps
    ]


def facts_of(step: OversightStep) -> Iterable[tuple[str, str]]:
    """What a step says beside its words."""
    data = step.data
    if "from" in data:
        yield pgettext("supervision", "Kind"), f"{kind_words(data['from'])} → {kind_words(data['to'])}"
    for name, (label, words) in FACTS.items():
        if data.get(name):
            yield str(label), words(data[name])


def kind_words(kind: str) -> str:
    """A kind, or the accountability above the gravest one."""
    return str(Kind(kind).label) if kind in Kind.values else pgettext("supervision", "accountability")


def advice_words(advice: str) -> str:
    """What the reviewer advised."""
    need = APPEAL_TABLE["review"].need("advice")
    return str(dict(need.choices)[advice]) if need is not None else advice


FACTS: dict[str, tuple[Text, Callable[[Any], str]]] = {
    "kind": (pgettext_lazy("supervision", "Kind"), kind_words),
    "unit": (pgettext_lazy("supervision", "Unit"), unit_name),
    "plan": (pgettext_lazy("supervision", "Plan of rectification"), str),
    "person": (pgettext_lazy("supervision", "Responsible person"), str),
    "measure": (pgettext_lazy("recurrence", "Measure"), str),
    "count": (pgettext_lazy("recurrence", "Tickets"), str),
    "tickets": (pgettext_lazy("recurrence", "New tickets"), "、".join),
    "score": (pgettext_lazy("supervision", "Score"), str),
    "held_on": (pgettext_lazy("supervision", "Held on"), str),
    "outcome": (pgettext_lazy("supervision", "What was found"), lambda value: str(Recheck(value).label)),
    "advice": (pgettext_lazy("supervision", "Advice"), advice_words),
    "auto_signed": (
        pgettext_lazy("supervision", "Signed"),
        lambda _value: pgettext("supervision", "by the platform, the unit did not"),
    ),
    "places": (pgettext_lazy("supervision", "Places"), str),
    "left_out": (pgettext_lazy("supervision", "Why it is left out"), str),
}


def proof_face(proof: Proof) -> Any:
    """One file as the photo grid shows it, at the address where oversight gives it out."""
    url = reverse("supervision:proof", args=[proof.attachment_id])
    thumb = f"{url}?thumb=1" if proof.attachment.thumbnail else ""
    return replace(photo_of(proof.attachment), url=url, thumb_url=thumb)


def place_words(path: str) -> str:
    """Town, community and grid of a place; the city where it is no narrower."""
    chain = territory().chain(path)
    names = [label_of(place) for place in chain if place.level in {"town", "community", "grid"}]
    return " / ".join(names or [label_of(place) for place in chain[-1:]])


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One part of a bar."""

    x: float
    width: float
    tone: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Where the time of a ticket went. `due_x`: where its limit ended; `words`: the stage that took most."""

    slices: Sequence[Slice]
    due_x: float | None
    words: str


def bar_of(way: Way) -> Bar:
    """The way as parts of a line of fixed width."""
    whole, day = way.minutes, day_of(way)
    slices: list[Slice] = []
    x = 0.0
    for item in way.stretches:
        width = max(LEAST, WIDTH * item.minutes / whole) if whole else 0
        label = f"{State(item.state).label} · {unit_name(item.unit_id)} · {duration(item.minutes, day)}"
        slices.append(
            Slice(
                x=round(x, 1),
                width=round(width, 1),
                tone=STATE_TONES.get(State(item.state), "plain"),
                label=label,
            )
        )
        x += width
    scale = WIDTH / x if x > WIDTH else 1.0
    fitted = [
        Slice(x=round(one.x * scale, 1), width=round(one.width * scale, 1), tone=one.tone, label=one.label)
        for one in slices
    ]
    due_x = round(min(WIDTH, WIDTH * way.due / whole), 1) if whole and way.due is not None else None
    return Bar(slices=fitted, due_x=due_x, words=longest_words(way, day))


def day_of(way: Way) -> int:
    """The minutes of a day on the clock of a way: a workday is shorter."""
    return workday_minutes(load_calendar(OFFICE)) if way.is_working else MINUTES_PER_DAY


def longest_words(way: Way, day: int) -> str:
    """The stage in which most of the time went, with whom and how long."""
    item = way.longest
    if item is None:
        return ""
    return f"{State(item.state).label} · {unit_name(item.unit_id)} {duration(item.minutes, day)}"


@dataclass(frozen=True, kw_only=True)
class Card:
    """One ticket of the board."""

    ticket: Ticket
    unit: str
    place: str
    days: int
    lamp: str
    bar: Bar
    may_order: bool


def task_lamp(task: SupervisionTask, at: datetime) -> str:
    """The lamp of a task; none where it is over."""
    return task.lamp(at) if task.is_open else ""
