"""Patrols and visits without a line: the deeds of the pages, sent by the phone's outbox, and what the phone keeps."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy

from fieldwork.models import FieldStep, FieldTask, PatrolTour, TaskObject
from fieldwork.rounds.deeds import DEEDS, LABELS, Doing
from fieldwork.rounds.faces import finding_address, objects_of
from fieldwork.states import TASK_TABLE
from fieldwork.sync import kinds, packing
from fieldwork.sync.kinds import Done, Handler, Kind, Sent
from fieldwork.sync.packing import Section
from fieldwork.telling import address
from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Unprocessable

DIGITS = 5
"""Of degrees: about a metre."""
MOST_TASKS = 12
"""Tasks whose pages are kept, due first: what one person does in two or three days."""


def register() -> None:
    """Called once, when the app is ready."""
    kinds.register(*(Kind(name=name, label=LABELS[name], do=_handler(name)) for name in DEEDS))
    packing.register("rounds", kept)
    packing.register("tour", tour_of)


def _handler(name: str) -> Handler:
    def do(sent: Sent, *, by: Actor, at: datetime) -> Done:
        task_id = _number(sent.one("task"))
        if task_id is None:
            raise Unprocessable(
                fields={"task": [pgettext_lazy("round", "This does not say which task it belongs to")]}
            )
        doing = Doing(
            task_id=task_id,
            target_id=_number(sent.one("target")),
            data=sent.form_data(),
            by=by,
            at=at,
            occurred_at=sent.occurred_at,
            key=sent.id,
            ahead=timedelta(seconds=sent.skew_seconds),
        )
        try:
            done = DEEDS[name](doing)
        except Conflict as problem:
            known = record_of(doing) if problem.code == "recorded" else None
            problem.extra = problem.extra | dict(known or last_deed(task_id))
            raise
        return Done(words=done.words, url=done.url, more={"look": done.look} if done.look else {})

    return do


def last_deed(task_id: int) -> Iterable[tuple[str, Any]]:
    """Who did what to the task last, for whoever acted on an older state of it."""
    step = FieldStep.objects.filter(task=task_id).order_by("-pk").first()
    if step is None:
        return ()
    label = str(TASK_TABLE[step.verb].label)
    return (("changed_by", step.actor_name), ("changed_at", step.at), ("changed_to", label))


def record_of(doing: Doing) -> Mapping[str, Any] | None:
    """Who recorded the object, when and as what, for whoever recorded it again."""
    rows = TaskObject.objects.filter(task_id=doing.task_id, pk=doing.target_id or 0, done_at__isnull=False)
    row = rows.select_related("task__assignee").first()
    if row is None or row.task.assignee is None:
        return None
    is_own = row.task.assignee_id == doing.by.user_id
    who = gettext("You yourself, on another device") if is_own else row.task.assignee.name
    return {"changed_by": who, "changed_at": row.done_at, "changed_to": row.get_state_display()}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def kept(actor: Actor, at: datetime) -> Section:
    """The worker's tasks that are due first, with the pages of their objects: no more of people than these show."""
    mine = FieldTask.objects.visible_to(actor).carried_by(actor).workable(at).begun(at)
    rows = list(mine.for_rows().order_by("due_at", "pk")[:MOST_TASKS])
    pages: list[str | tuple[str, str]] = [reverse("rounds:patrols"), reverse("rounds:visits")]
    found = []
    for task in rows:
        faces = objects_of(task, actor)
        states = "".join(face.target.state[0] for face in faces)
        tag = f"{task.version}-{task.minutes}-{states}"
        stops = [
            [face.name, *(round(value, DIGITS) for value in face.point), face.target.state, face.url]
            for face in faces
            if face.point is not None
        ]
        found.append({"id": task.pk, "title": task.title, "due": task.due_at, "stops": stops})
        pages += [(address(task), tag), (finding_address(task).rstrip("?"), tag)]
        pages += [(face.url, f"{tag}-{face.target.state}") for face in faces]
    return Section(data=found, pages=pages)


def tour_of(actor: Actor, at: datetime) -> Section:
    """The tour that is open for the platform: where it was stopped elsewhere, the phone records no further."""
    row = PatrolTour.objects.filter(user=actor.user_id, stopped_at=None).first()
    return Section(data={"tour": str(row.key), "task": str(row.task_id)} if row is not None else None)
