"""What the pages of a round show: cards of tasks, objects in their order, the household's card, what was amiss."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import pgettext

from fieldwork.models import ChecklistItem, FieldTask, ObjectAnswer, TaskObject
from fieldwork.recording import point_of
from fieldwork.rounds.deeds import object_address
from fieldwork.rounds.forms import PREFIX
from fieldwork.rules import may_see_people
from fieldwork.telling import address
from fieldwork.terms import ObjectState, Subject, Work
from governance.accounts.actors import Actor
from governance.foundation.naming import label_of
from grids.territory import current as territory
from registers.models import Household, HouseholdVisit, Resident

OBJECT_TONES = {"open": "work", "done": "done", "not_met": "wait", "dropped": "stop"}
STATE_TONES = {
    "planned": "wait",
    "assigned": "work",
    "in_progress": "work",
    "submitted": "done",
    "reviewed": "done",
    "sent_back": "wait",
    "missed": "wait",
    "made_up": "done",
    "cancelled": "stop",
}
HEADS = ("household__building", "key_person__resident__household__building", "key_place", "task")


@dataclass(frozen=True, kw_only=True)
class TaskFace:
    """A task as a card or row."""

    task: FieldTask
    title: str
    place: str
    lamp: str
    tone: str
    url: str


def heading(task: FieldTask) -> str:
    """What the task is called, in the reader's language where the rule has a name in it."""
    return task.rule.label if task.rule is not None else task.title


def face_of(task: FieldTask, at: datetime) -> TaskFace:
    """The card of a task."""
    place = territory().by_path.get(task.region_path)
    return TaskFace(
        task=task,
        title=heading(task),
        place=label_of(place) if place is not None else "",
        lamp=task.lamp(at),
        tone=STATE_TONES[task.state],
        url=address(task),
    )


@dataclass(frozen=True, kw_only=True)
class ObjectFace:
    """One object of a task in its order; `name` hides people from whoever may not know them."""

    target: TaskObject
    name: str
    sub: str
    tone: str
    url: str
    point: tuple[float, float] | None


def objects_of(task: FieldTask, by: Actor) -> list[ObjectFace]:
    """The objects in their order: one statement."""
    rows = TaskObject.objects.filter(task=task).select_related(*HEADS).order_by("position", "pk")
    is_clear = may_see_people(task, by)
    return [object_face(row, is_clear=is_clear) for row in rows]


def object_face(row: TaskObject, *, is_clear: bool) -> ObjectFace:
    """One object as a line."""
    name, sub = _words(row, is_clear=is_clear)
    is_home = row.subject in {Subject.HOUSEHOLD, Subject.KEY_PERSON}
    return ObjectFace(
        target=row,
        name=name,
        sub=sub,
        tone=OBJECT_TONES[row.state],
        url=object_address(row),
        point=point_of(row) if is_clear or not is_home else None,
    )


def _words(row: TaskObject, *, is_clear: bool) -> tuple[str, str]:
    if row.household is not None:
        return (row.household.address if is_clear else row.household.masked_address), ""
    if row.key_person is not None:
        who, home = row.key_person.resident, row.key_person.resident.household
        if not is_clear:
            return row.get_subject_display(), ""
        return f"{who.name} · {home.address}", row.key_person.get_kind_display()
    if row.key_place is not None:
        return row.key_place.name, f"{row.key_place.get_kind_display()} · {row.key_place.address}".strip(" ·")
    return row.label or row.get_subject_display(), row.get_subject_display()


def markers(faces: Iterable[ObjectFace]) -> dict[str, Any]:
    """The route as GeoJSON: numbered points in their order."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(face.point)},
            "properties": {
                "label": f"{face.target.position} {face.name}",
                "text": str(face.target.position),
                "lamp": "green" if face.target.state == ObjectState.DONE else "amber",
                "url": face.url,
            },
        }
        for face in faces
        if face.point is not None
    ]
    return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True, kw_only=True)
class HomeCard:
    """The household's card on the way: where, how many live there, the last visit."""

    household: Household
    people: int
    groups: list[str]
    last: HouseholdVisit | None


def home_of(row: TaskObject) -> Household | None:
    """The household that a visit leads to."""
    if row.household is not None:
        return row.household
    return row.key_person.resident.household if row.key_person is not None else None


def card_of(row: TaskObject) -> HomeCard | None:
    """The card; two statements. None for a place."""
    home = home_of(row)
    if home is None:
        return None
    people = Resident.objects.filter(household=home).present()
    counted = people.order_by().values("kind").annotate(n=Count("pk"))
    kinds = {line["kind"]: line["n"] for line in counted}
    last = (
        HouseholdVisit.objects.filter(household=home).select_related("author").order_by("-on", "-pk").first()
    )
    groups = [f"{Resident.Kind(kind).label} {number}" for kind, number in sorted(kinds.items())]
    return HomeCard(household=home, people=sum(kinds.values()), groups=groups, last=last)


@dataclass(frozen=True, kw_only=True)
class Amiss:
    """A line that was not in order, and where its finding is made, filled in already."""

    line: str
    url: str
    field: str = ""


def amiss_of(row: TaskObject) -> list[Amiss]:
    """What of the last record asks for a finding."""
    answers = ObjectAnswer.objects.filter(target=row, round=row.round, is_amiss=True).select_related("item")
    return [amiss_face(row, answer.item) for answer in answers.order_by("item__position")]


def amiss_face(row: TaskObject, item: ChecklistItem) -> Amiss:
    """A line of the checklist as a finding that is filled in already."""
    text = pgettext("checklist", "%(line)s: not in order") % {"line": item.label}
    said = urlencode({"kind": item.finding, "category": item.category, "text": text})
    return Amiss(
        line=item.label, url=f"{finding_address(row.task, row.pk)}&{said}", field=f"{PREFIX}{item.pk}"
    )


def finding_address(task: FieldTask, target_id: int | None = None) -> str:
    """Where a finding of this task is reported."""
    name = "rounds:patrol-finding" if task.work == Work.PATROL else "rounds:visit-finding"
    query = f"?target={target_id}" if target_id is not None else "?"
    return f"{reverse(name, args=[task.pk])}{query}"
