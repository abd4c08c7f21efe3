"""What a task brought home: photos of its objects, lines that were not in order, findings. Each for whoever may see it.

Photos of homes and people are for those who keep the registers of the place; those of key places for everybody who
sees the task. A finding that became a ticket is shown to whoever sees the ticket. The task would tell who made a
confidential report: only its author finds it there.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from fieldwork.hazards.models import Hazard
from fieldwork.hazards.states import TONES, HazardState
from fieldwork.models import FieldFinding, FieldTask, ObjectAnswer, TaskObject
from fieldwork.rounds.faces import ObjectFace
from fieldwork.rules import may_see_people, visible_task
from fieldwork.terms import Subject
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.errors import NotFound
from incidents.models import Attachment, Ticket
from incidents.states import State
from incidents.views.case import Photo, photo_of
from incidents.views.faces import tone_of
from incidents.views.files import file_answer

HOMES: Final = frozenset({Subject.HOUSEHOLD, Subject.KEY_PERSON})


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One object with what was brought home from it."""

    face: ObjectFace
    photos: Sequence[Photo] = field(default_factory=tuple)
    amiss: Sequence[str] = field(default_factory=tuple)


def is_open(target: TaskObject, *, is_clear: bool) -> bool:
    """Whether what was found at the object is for this reader."""
    return is_clear or target.subject not in HOMES


def proofs_of(task: FieldTask, faces: Sequence[ObjectFace], *, is_clear: bool) -> list[Proof]:
    """The objects in their order with photos and lines that were not in order: two statements."""
    shown = [face.target for face in faces if is_open(face.target, is_clear=is_clear)]
    photos = {
        row.pk: row
        for row in Attachment.objects.filter(
            pk__in={pk for target in shown for pk in target.photos}, is_stored=True
        )
    }
    amiss: dict[int, list[str]] = defaultdict(list)
    answers = ObjectAnswer.objects.filter(target__in=shown, is_amiss=True).select_related("item", "target")
    for answer in answers.order_by("item__position"):
        if answer.round == answer.target.round:
            amiss[answer.target_id].append(answer.item.label)
    seen = {target.pk for target in shown}
    return [
        Proof(
            face=face,
            photos=[
                photo_here(task, photos[pk])
                for pk in face.target.photos
                if face.target.pk in seen and pk in photos
            ],
            amiss=amiss.get(face.target.pk, ()),
        )
        for face in faces
    ]


def photo_here(task: FieldTask, row: Attachment) -> Photo:
    """The photo with the address at which this app gives it out."""
    url = reverse("fieldwork:task-photo", args=[task.pk, row.pk])
    found = photo_of(row)
    return replace(found, url=url, thumb_url=f"{url}?thumb=1" if found.thumb_url else "")


@dataclass(frozen=True, kw_only=True)
class FindingFace:
    """A finding with what has become of it."""

    row: FieldFinding
    number: str
    url: str
    state: str
    label: str
    tone: str


DESK: Final = ("incidents:ticket", "fieldwork:hazard")
PHONE: Final = ("phone:ticket", "phone-hazards:hazard")
"""Where a ticket and a hazard are looked at."""


def findings_of(task: FieldTask, by: Actor, pages: tuple[str, str] = DESK) -> list[FindingFace]:
    """What was found on the way, as far as the reader sees what has become of it: three statements."""
    told = task.findings.select_related("author").order_by("pk")
    rows = list(told.exclude(~Q(author=by.user_id), ticket__is_confidential=True))
    tickets = {
        pk: (number, state, str(State(state).label), tone_of(state))
        for pk, number, state in Ticket.objects.visible_to(by)
        .filter(pk__in=[row.ticket_id for row in rows if row.ticket_id])
        .values_list("pk", "number", "state")
    }
    hazards = {
        pk: (number, state, str(HazardState(state).label), TONES[HazardState(state)])
        for pk, number, state in Hazard.objects.visible_to(by)
        .filter(pk__in=[row.hazard_id for row in rows if row.hazard_id])
        .values_list("pk", "number", "state")
    }
    found = []
    for row in rows:
        for facts, name in (
            (tickets.get(row.ticket_id or 0), pages[0]),
            (hazards.get(row.hazard_id or 0), pages[1]),
        ):
            if facts is not None:
                number, state, label, tone = facts
                url = reverse(name, args=[number])
                found.append(
                    FindingFace(row=row, number=number, url=url, state=state, label=label, tone=tone)
                )
    return found


@require_safe
@desk_page
def photo(request: HttpRequest, actor: Actor, pk: int, attachment_id: UUID) -> HttpResponseBase:
    """A photo of an object, or `?thumb=1` its small picture."""
    task = visible_task(actor, pk)
    target = TaskObject.objects.filter(task=task, photos__contains=[attachment_id]).first()
    if target is None or not is_open(target, is_clear=may_see_people(task, actor)):
        raise NotFound()
    row = Attachment.objects.filter(pk=attachment_id, is_stored=True).first()
    if row is None:
        raise NotFound()
    is_small = request.GET.get("thumb") == "1" and bool(row.thumbnail)
    return file_answer(request, row, actor, is_thumbnail=is_small)


def context_of(task: FieldTask, faces: Sequence[ObjectFace], by: Actor) -> dict[str, Any]:
    """What the pages of a task show of it."""
    is_clear = may_see_people(task, by)
    return {
        "is_clear": is_clear,
        "proofs": proofs_of(task, faces, is_clear=is_clear),
        "findings": findings_of(task, by) if is_clear else (),
    }
