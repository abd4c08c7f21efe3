"""What a worker does on the way, from the fields of a form: one place for the page and for the phone's outbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork import findings, recording, teaming, touring, transitions
from fieldwork.checklists import list_of
from fieldwork.findings import Found
from fieldwork.models import FieldTask, TaskObject
from fieldwork.packing import Point
from fieldwork.rounds.forms import (
    AlongForm,
    CheckInForm,
    FindingForm,
    RecordForm,
    RoundForm,
    StartForm,
    WordsForm,
)
from fieldwork.rules import visible_task
from fieldwork.telling import address
from fieldwork.terms import Subject, Work
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Invalid, NotFound, Unprocessable

HOMES: Final = frozenset({Subject.HOUSEHOLD, Subject.KEY_PERSON})


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One deed: on which task and object, by whom, when it came in and when it was done.

    `ahead` is by how much the phone's clock was; `occurred_at` is right already.
    """

    task_id: int
    target_id: int | None
    data: QueryDict
    by: Actor
    at: datetime
    occurred_at: datetime | None = None
    key: UUID | None = None
    ahead: timedelta = timedelta()

    def key_of(self, form: RoundForm) -> UUID:
        return self.key or form.form_key


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the worker is told, and where it is to be seen; `look`: where what was made of it stands, if elsewhere."""

    words: str
    url: str
    version: int | None = None
    look: str = ""


def valid(form: RoundForm) -> None:
    """Raises Unprocessable with the form's own sentences."""
    if not form.is_valid():
        raise Unprocessable(
            fields={name: [str(text) for text in texts] for name, texts in form.errors.items()}
        )


def start(doing: Doing) -> Outcome:
    """Set out: a patrol with a tour, visits without. A phone names the tour: its track begins before it is sent."""
    form = StartForm(doing.data)
    valid(form)
    task = visible_task(doing.by, doing.task_id)
    if task.work == Work.PATROL:
        key = form.cleaned_data["tour"] or doing.key_of(form)
        touring.begin(task.pk, key=key, by=doing.by, at=doing.at, occurred_at=doing.occurred_at)
    else:
        task = transitions.start(task.pk, by=doing.by, at=doing.at, occurred_at=doing.occurred_at)
    return Outcome(words=pgettext("round", "Under way: %(title)s") % {"title": task.title}, url=address(task))


def stop(doing: Doing) -> Outcome:
    """Stop the tour; the patrol may go on later."""
    task = touring.end(doing.task_id, by=doing.by, at=doing.at, occurred_at=doing.occurred_at)
    words = pgettext("round", "Stopped after %(minutes)d minutes: %(title)s")
    return Outcome(words=words % {"minutes": task.minutes, "title": task.title}, url=address(task))


def check_in(doing: Doing) -> Outcome:
    """Be at the place."""
    form = CheckInForm(doing.data)
    valid(form)
    row = recording.check_in(
        doing.task_id,
        key=doing.key_of(form),
        by=doing.by,
        at=doing.at,
        target_id=doing.target_id,
        position=form.position,
        words=form.cleaned_data["words"],
        occurred_at=doing.occurred_at,
    )
    return Outcome(
        words=pgettext("round", "Checked in: %(where)s") % {"where": row.get_whereabouts_display()},
        url=address(row.task),
    )


@transaction.atomic
def record(doing: Doing) -> Outcome:
    """Check in at an object and write what was found there, with one press."""
    target = object_of(doing)
    form = record_form(target, doing.data, at=doing.occurred_at or doing.at)
    valid(form)
    key = doing.key_of(form)
    known = TaskObject.objects.filter(key=key).exists()
    if not known:
        recording.check_in(
            doing.task_id,
            key=uuid5(key, "check-in"),
            by=doing.by,
            at=doing.at,
            target_id=target.pk,
            position=form.position,
            words=form.cleaned_data["words"],
            occurred_at=doing.occurred_at,
        )
    row = recording.record(
        doing.task_id,
        target.pk,
        form.report,
        key=key,
        by=doing.by,
        at=doing.at,
        occurred_at=doing.occurred_at,
    )
    has_more = row.answers.filter(is_amiss=True, round=row.round).exists()
    url = object_address(row) if has_more else address(row.task)
    return Outcome(words=pgettext("round", "Recorded: %(what)s") % {"what": row.get_state_display()}, url=url)


def submit(doing: Doing) -> Outcome:
    """Hand the task in."""
    form = WordsForm(doing.data)
    valid(form)
    task = transitions.finish(
        doing.task_id,
        by=doing.by,
        at=doing.at,
        occurred_at=doing.occurred_at,
        opinion=form.cleaned_data["opinion"],
    )
    words = pgettext("round", "%(state)s: %(title)s")
    return Outcome(words=words % {"state": task.get_state_display(), "title": task.title}, url=address(task))


def explain(doing: Doing) -> Outcome:
    """Why it was missed."""
    form = WordsForm(doing.data)
    valid(form)
    task = transitions.explain(doing.task_id, opinion=form.cleaned_data["opinion"], by=doing.by, at=doing.at)
    return Outcome(words=pgettext("round", "Your explanation is noted"), url=address(task))


def finding(doing: Doing) -> Outcome:
    """What was found becomes what it has to be."""
    form = FindingForm(doing.data)
    valid(form)
    data = form.cleaned_data
    row = findings.report(
        doing.task_id,
        Found(
            kind=data["kind"],
            text=data["text"],
            category=data["category"],
            photos=data["attachments"],
            position=form.position,
            is_confidential=data["is_confidential"],
        ),
        key=doing.key_of(form),
        by=doing.by,
        at=doing.at,
        target_id=doing.target_id,
        occurred_at=doing.occurred_at,
    )
    number, look = findings.made_of(row)
    words = pgettext("round", "%(kind)s made of the finding %(number)s")
    return Outcome(
        words=words % {"kind": row.get_kind_display(), "number": number}, url=address(row.task), look=look
    )


def along(doing: Doing) -> Outcome:
    """Somebody of the team is along: the person who presses, or whom the one who carries the patrol names."""
    form = AlongForm(doing.data)
    valid(form)
    row = teaming.note(
        doing.task_id,
        form.cleaned_data["member"],
        by=doing.by,
        at=doing.at,
        occurred_at=doing.occurred_at,
    )
    words = pgettext("joint patrol", "Along on this patrol: %(name)s") % {"name": row.member.shown_name}
    return Outcome(words=words, url=address(row.task))


def track(doing: Doing) -> Outcome:
    """A part of the track: `tour` is its key, `points` are `seconds,lon,lat` texts, several of them parted by `;`."""
    try:
        tour = UUID(doing.data.get("tour", ""))
        texts = [text for texts in doing.data.getlist("points") for text in texts.split(";")]
        points = [_point(text, doing.ahead) for text in texts]
    except (ValueError, OverflowError) as error:
        raise Unprocessable(
            fields={"points": [pgettext_lazy("patrol", "These points cannot be read")]}
        ) from error
    if doing.key is None:
        raise Invalid(fields={"key": [pgettext_lazy("patrol", "A part of a track needs its key")]})
    part = touring.keep_track(tour, points, key=doing.key, by=doing.by, at=doing.at)
    words = pgettext("round", "%(count)d points of the track kept") % {"count": part.count if part else 0}
    return Outcome(words=words, url=address(visible_task(doing.by, doing.task_id)))


def _point(text: str, ahead: timedelta) -> Point:
    seconds, lon, lat = (float(part) for part in text.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(text)
    return Point(datetime.fromtimestamp(seconds, UTC) - ahead, lon, lat)


def object_of(doing: Doing) -> TaskObject:
    """The object of a deed, with all that its form needs. Raises NotFound."""
    if not FieldTask.objects.visible_to(doing.by).filter(pk=doing.task_id).exists():
        raise NotFound()
    rows = TaskObject.objects.select_related(
        "task__campaign__checklist",
        "household__building",
        "key_person__resident__household__building",
        "key_place",
    )
    row = rows.filter(task_id=doing.task_id, pk=doing.target_id or 0).first()
    if row is None:
        raise NotFound()
    return row


def record_form(target: TaskObject, data: QueryDict | None, *, at: datetime) -> RecordForm:
    """The form of an object: the lines of its checklist, and the purpose where people live."""
    checklist = list_of(target, on=local(at).date())
    return RecordForm(data, checklist=checklist, is_home=target.subject in HOMES)


def object_address(target: TaskObject) -> str:
    """The object on the worker's phone."""
    name = "rounds:patrol-object" if target.task.work == Work.PATROL else "rounds:visit-object"
    return reverse(name, args=[target.task_id, target.pk])


DEEDS: Final[Mapping[str, Callable[[Doing], Outcome]]] = {
    "patrol_start": start,
    "patrol_stop": stop,
    "visit_start": start,
    "check_in": check_in,
    "visit": record,
    "finding": finding,
    "explain": explain,
    "submit": submit,
    "track": track,
    "along": along,
}
"""By the name of the phone's action."""
LABELS: Final[Mapping[str, Any]] = {
    "patrol_start": pgettext_lazy("phone action", "Start the patrol"),
    "patrol_stop": pgettext_lazy("phone action", "Stop the patrol"),
    "visit_start": pgettext_lazy("phone action", "Start the visits"),
    "check_in": pgettext_lazy("phone action", "Check in at a place"),
    "visit": pgettext_lazy("phone action", "Record an object"),
    "finding": pgettext_lazy("phone action", "Report a finding"),
    "explain": pgettext_lazy("phone action", "Explain a missed task"),
    "submit": pgettext_lazy("phone action", "Submit a task"),
    "track": pgettext_lazy("phone action", "Track of a patrol"),
    "along": pgettext_lazy("phone action", "Along on a joint patrol"),
}
