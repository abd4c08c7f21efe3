"""How calls, consultations and meetings look on a screen: tones of states, entries of the story, fields of a dialog."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from consultation.models import CallLine, Deed
from consultation.rules import TABLES, permitted
from consultation.states.who import STANCES
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.naming import label_of
from governance.foundation.state_machine import NeedKind, StateTable, Verb
from grids.territory import current as territory
from incidents.views.faces import unit_name

TONES = {
    "requested": "wait",
    "called": "wait",
    "accepted": "work",
    "arrived": "work",
    "declined": "stop",
    "done": "done",
    "completed": "done",
    "ended": "stop",
    "rejected": "stop",
    "withdrawn": "stop",
    "released": "stop",
    "convened": "wait",
    "opinions": "work",
    "decided": "done",
    "closed": "done",
    "cancelled": "stop",
    "planned": "wait",
    "held": "work",
    "published": "done",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One deed of the story."""

    title: str
    at: datetime
    who: str
    role: str = ""
    unit: str = ""
    text: str = ""
    tone: str = ""
    lamp: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def entries(deeds: Iterable[Deed], table: StateTable) -> list[Entry]:
    """The story, as given; deeds of a called department name it."""
    lines = TABLES[CallLine]
    return [
        Entry(
            title=str((lines if deed.line_id else table)[deed.verb].label),
            at=deed.at,
            who=deed.actor_name if deed.role != SYSTEM else _("System"),
            role=str(Role(deed.role).label) if deed.role in Role.values else "",
            unit=unit_name(deed.line.unit_id) if deed.line else "",
            text=deed.opinion,
            tone=TONES.get(deed.to_state, ""),
            facts=list(_facts(deed.data)),
        )
        for deed in deeds
    ]


def _facts(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What a deed recorded besides words."""
    for name, (label, words) in FACTS.items():
        if data.get(name) not in (None, "", [], False):
            yield str(label), words(data[name])


def names_of(ids: Iterable[int]) -> str:
    """Units in words."""
    return "、".join(filter(None, (unit_name(unit) for unit in ids)))


FACTS: Mapping[str, tuple[Text, Callable[[Any], str]]] = {
    "units": (gettext_lazy("Called or invited"), names_of),
    "late": (gettext_lazy("Answered"), lambda _value: _("after its limit")),
    "metres": (gettext_lazy("Distance to the place"), lambda value: _("%(n)d m") % {"n": value}),
    "score": (pgettext_lazy("whistle line", "Points"), str),
    "unit": (gettext_lazy("Unit"), unit_name),
    "stance": (
        pgettext_lazy("consultation", "Position of the unit"),
        lambda value: str(dict(STANCES).get(value, "")),
    ),
    "lead": (gettext_lazy("Lead unit"), unit_name),
    "co_handlers": (gettext_lazy("Co-handlers"), names_of),
    "basis": (gettext_lazy("Basis"), str),
    "user": (pgettext_lazy("consultation", "Recused"), str),
}


@dataclass(frozen=True, kw_only=True)
class LineFace:
    """A called department with its clock, its pictures and what this person may do for it."""

    line: CallLine
    name: str
    tone: str
    lamp: str
    buttons: list[tuple[Verb, str, bool]]
    photos: list[Mapping[str, str]]
    is_mine: bool

    @property
    def is_late(self) -> bool:
        """Answered after its limit, or not yet although it has passed."""
        return self.line.is_in_time is False or (self.lamp == "red")


FORWARD = frozenset(
    {"accept", "arrive", "report", "score", "confirm", "opine", "decide", "minute", "publish"}
)


def line_faces(lines: Iterable[CallLine], actor: Actor, at: datetime, mine: Iterable[int]) -> list[LineFace]:
    """The called departments; the person's own come first."""
    own = set(mine)
    found = []
    for line in lines:
        verbs = permitted(line, actor)
        order = {"arrive": 0, "accept": 0}
        verbs = sorted(verbs, key=lambda verb: (verb.dangerous, order.get(verb.name, 1)))
        first = next((verb.name for verb in verbs if verb.name in FORWARD), "")
        found.append(
            LineFace(
                line=line,
                name=unit_name(line.unit_id),
                tone=TONES[line.state],
                lamp=line.lamp(at),
                buttons=[(verb, line_url(line, verb.name), verb.name == first) for verb in verbs],
                photos=[photo_face(str(photo.pk), photo.at) for photo in line.photos.all()],
                is_mine=line.unit_id in own,
            )
        )
    return sorted(found, key=lambda face: (not face.is_mine, face.line.pk))


def photo_face(key: str, at: datetime) -> Mapping[str, str]:
    """A picture as the photo grid shows it."""
    url = reverse("consultation:photo", args=[key])
    return {"id": key, "url": url, "thumb_url": url, "name": _("Photo"), "at": str(at)}


def line_url(line: CallLine, verb: str) -> str:
    """Where a verb of a called department is done."""
    return reverse("consultation:line-verb", args=[line.call.number, line.pk, verb])


@dataclass(frozen=True, kw_only=True)
class FieldFace:
    """How one field of a dialog or form is asked for."""

    part: str
    bound: Any
    url: str = ""
    shown: str = ""
    options: list[tuple[int, str, bool]] = field(default_factory=list)
    have: Any = None
    error: str = ""
    add: str = ""


def faces_of(form: forms.Form, verb: Verb, path: str) -> list[FieldFace]:
    """The fields of a verb's dialog, as its needs say."""
    found = []
    for need in verb.needs:
        bound = form[need.name]
        if need.kind is NeedKind.UNITS:
            found.append(units_face(bound, path, departments_only=verb.name == "call_more"))
        elif need.kind is NeedKind.UNIT:
            value = str(bound.value() or "")
            unit = territory().units.get(int(value)) if value.isdigit() else None
            url = f"{reverse('incidents:pick-units')}?path={path}"
            shown = label_of(unit) if unit is not None else ""
            found.append(FieldFace(part="picker", bound=bound, url=url, shown=shown))
        elif need.kind is NeedKind.PHOTOS:
            found.append(FieldFace(part="photos", bound=bound, error=" ".join(map(str, bound.errors))))
        elif need.kind is NeedKind.POSITION:
            found.append(FieldFace(part="position", bound=bound, have=bound.value() or {}))
        else:
            found.append(FieldFace(part="plain", bound=bound))
    return found


def units_face(bound: Any, path: str, *, departments_only: bool = False) -> FieldFace:
    """Several units: those chosen as ticks, others through a search."""
    name = "consultation:pick-departments" if departments_only else "incidents:pick-units"
    chosen = [int(item) for item in bound.value() or () if str(item).isdigit()]
    return FieldFace(
        part="units",
        bound=bound,
        url=f"{reverse(name)}?path={path}",
        options=[(unit, unit_name(unit), True) for unit in chosen if unit in territory().units],
        add=_("Add a department") if departments_only else _("Add a unit"),
    )


def people_face(bound: Any) -> FieldFace:
    """Several people, found by name."""
    chosen = [int(item) for item in bound.value() or () if str(item).isdigit()]
    rows = User.objects.filter(pk__in=chosen, is_active=True).values_list("pk", "name") if chosen else ()
    return FieldFace(
        part="units",
        bound=bound,
        url=reverse("consultation:pick-people"),
        options=[(pk, name, True) for pk, name in rows],
        add=_("Add a person"),
    )
