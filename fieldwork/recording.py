"""What a worker records on the way: check-ins, and what was found at an object. Each once, whatever the line does.

A visit to people is written through the registers' own deed, so that the household's card knows it; what concerns a
key person goes into the person's file, which only the responsible line reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext, pgettext, pgettext_lazy

from fieldwork import values
from fieldwork.checklists import PURPOSES, checked, list_of
from fieldwork.frame import happened, locked
from fieldwork.models import CheckIn, FieldTask, FieldValue, ObjectAnswer, TaskObject
from fieldwork.photos import keep
from fieldwork.rules import can_be_made_up, must_carry, role_for
from fieldwork.states import TASK_TABLE, TaskState
from fieldwork.terms import ObjectState, Subject
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound, Unprocessable
from grids.coordinates import InvalidPoint, metres_between
from grids.coordinates import checked as checked_point
from registers.deeds.files import write_note
from registers.deeds.visiting import VisitFacts, note_visit
from registers.models import HouseholdVisit

LONGEST: Final = 2000
FAR_WORDS: Final = pgettext_lazy(
    "check-in", "You are %(metres)d m away from the place: say in a word why, or go there and check in again"
)
NO_POSITION: Final = pgettext_lazy("check-in", "Without a position say in a word why")


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where the telephone says it is. WGS-84; `accuracy` in metres."""

    lon: float
    lat: float
    accuracy: float | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found at one object. `answers` by line of the checklist: `yes`, `no`, a number or words."""

    was_met: bool = True
    note: str = ""
    purpose: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    photos: Sequence[UUID] = ()


@transaction.atomic
def check_in(
    task_id: int,
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    target_id: int | None = None,
    position: Position | None = None,
    words: str = "",
    occurred_at: datetime | None = None,
) -> CheckIn:
    """Be at an object (or at the task, without one). Away from it, or without a position, it needs a word of why.

    The same key again is the same check-in. Raises NotFound, Forbidden, IllegalTransition, Unprocessable.
    """
    task = begun(task_id, by=by, at=at, occurred_at=occurred_at)
    known = CheckIn.objects.filter(key=key).first()
    if known is not None:
        return known
    target = target_of(task, target_id) if target_id is not None else None
    tolerance, most = values.values(
        FieldValue.Name.TOLERANCE, FieldValue.Name.MOST_ACCURACY, on=local(at).date()
    )
    where, metres = _whereabouts(position, point_of(target) if target else None, tolerance, most)
    if where is not CheckIn.Whereabouts.NEAR and not words.strip():
        fault = FAR_WORDS % {"metres": metres} if metres is not None else NO_POSITION
        raise Unprocessable(fields={"words": [fault]}, code="elsewhere")
    if by.user is None:
        raise NotFound()
    return CheckIn.objects.create(
        task=task,
        target=target,
        user=by.user,
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        accuracy=position.accuracy if position else None,
        metres=metres,
        whereabouts=where,
        words=words.strip()[:200],
        occurred_at=happened(occurred_at, at),
        received_at=at,
        key=key,
    )


def _whereabouts(
    position: Position | None, point: tuple[float, float] | None, tolerance: int, most: int
) -> tuple[CheckIn.Whereabouts, int | None]:
    """Near within the tolerance and the telephone's own accuracy, as far as that still counts."""
    if position is None:
        return CheckIn.Whereabouts.UNKNOWN, None
    try:
        checked_point(position.lon, position.lat)
    except InvalidPoint as error:
        raise Unprocessable(
            fields={"position": [pgettext_lazy("check-in", "This is not a possible position")]}
        ) from error
    accuracy = position.accuracy or 0.0
    if accuracy > most:
        return CheckIn.Whereabouts.UNKNOWN, None
    if point is None:
        return CheckIn.Whereabouts.NEAR, None
    metres = round(metres_between(position.lon, position.lat, *point))
    is_near = metres <= tolerance + accuracy
    return (CheckIn.Whereabouts.NEAR if is_near else CheckIn.Whereabouts.FAR), metres


def nearness(target: TaskObject | None, *, on: date) -> str:
    """What a phone needs to ask for a word of why itself: tolerance and worst accuracy in metres, then lon and lat."""
    numbers = values.values(FieldValue.Name.TOLERANCE, FieldValue.Name.MOST_ACCURACY, on=on)
    point = point_of(target) if target is not None else None
    return ",".join(str(number) for number in (*numbers, *(point or ())))


def point_of(target: TaskObject) -> tuple[float, float] | None:
    """Where the object lies, as its register says today."""
    if target.key_place is not None:
        return target.key_place.lon, target.key_place.lat
    home = target.household
    if home is None and target.key_person is not None:
        home = target.key_person.resident.household
    if home is not None:
        return home.building.lon, home.building.lat
    return (target.lon, target.lat) if target.lon is not None and target.lat is not None else None


def begun(task_id: int, *, by: Actor, at: datetime, occurred_at: datetime | None = None) -> FieldTask:
    """The task of this worker, locked, under way; what is only assigned is started by the first thing recorded.

    Raises NotFound, Forbidden, IllegalTransition; Conflict for one whose time is over.
    """
    from fieldwork.transitions.ending import OVER, start

    task = locked(task_id)
    if not FieldTask.objects.visible_to(by).filter(pk=task_id).exists():
        raise NotFound()
    must_carry(task, by)
    role_for(TASK_TABLE["start"], task, by)
    if task.state in {TaskState.ASSIGNED, TaskState.SENT_BACK}:
        return start(task_id, by=by, at=at, occurred_at=occurred_at)
    if task.state == TaskState.MISSED:
        if not can_be_made_up(task, at) and happened(occurred_at, at) > task.due_at:
            raise Conflict(OVER, code="too_late")
        return task
    if task.state != TaskState.IN_PROGRESS:
        TASK_TABLE.check("start", task.state)
    return task


def target_of(task: FieldTask, target_id: int) -> TaskObject:
    """One object of the task, with what it is about, locked. Raises NotFound."""
    rows = TaskObject.objects.select_for_update(of=("self",)).select_related(
        "task__campaign__checklist",
        "household__building",
        "key_person__resident__household__building",
        "key_place",
    )
    row = rows.filter(task=task, pk=target_id).first()
    if row is None:
        raise NotFound()
    return row


@transaction.atomic
def record(
    task_id: int,
    target_id: int,
    report: Report,
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    occurred_at: datetime | None = None,
) -> TaskObject:
    """Write what was found at an object. The same key again changes nothing; another one at the same object is refused,
    unless nobody was met before.

    Raises NotFound, Forbidden, IllegalTransition, Conflict, Unprocessable.
    """
    known = TaskObject.objects.filter(key=key, task_id=task_id, pk=target_id).first()
    if known is not None and FieldTask.objects.visible_to(by).filter(pk=task_id).exists():
        return known
    task = begun(task_id, by=by, at=at, occurred_at=occurred_at)
    target, done_at = target_of(task, target_id), happened(occurred_at, at)
    if target.state == ObjectState.DONE:
        raise Conflict(
            pgettext_lazy("fieldwork object", "This object is recorded already; nothing was changed"),
            code="recorded",
        )
    if len(report.note) > LONGEST:
        raise Unprocessable(fields={"note": [pgettext_lazy("field task", "At most 2,000 characters")]})
    checklist = list_of(target, on=local(done_at).date())
    answers = checked(checklist, report.answers) if report.was_met else []
    visit = _visited(target, report, key=key, by=by, at=at, done_at=done_at)
    if target.state == ObjectState.DROPPED and _planned_again(target):
        target.rule = None  # the later task stands for the rule
    target.state = ObjectState.DONE if report.was_met else ObjectState.NOT_MET
    target.done_at, target.key, target.checklist, target.visit = done_at, key, checklist, visit
    target.note = "" if target.subject == Subject.KEY_PERSON else report.note.strip()
    target.photos = [*target.photos, *keep(report.photos, by=by, have=target.photos)]
    target.save()
    ObjectAnswer.objects.bulk_create(
        ObjectAnswer(
            target=target, item=given.item, value=given.value, is_amiss=given.is_amiss, round=target.round
        )
        for given in answers
    )
    journal.record(
        "fieldwork.record",
        by=by.acting_as(role_for(TASK_TABLE["start"], task, by)),
        obj=task,
        at=at,
        details={
            "object": target.pk,
            "state": target.state,
            "amiss": sum(given.is_amiss for given in answers),
        },
    )
    if report.was_met:
        _same_elsewhere(target, done_at=done_at, by=by)
    return target


def _visited(
    target: TaskObject, report: Report, *, key: UUID, by: Actor, at: datetime, done_at: datetime
) -> HouseholdVisit | None:
    """A visit to people stands in the registers: the household's own row, and the note of a key person's file."""
    if target.subject not in PURPOSES:
        return None
    purpose = report.purpose or PURPOSES[Subject(target.subject)]
    if purpose not in HouseholdVisit.Purpose.values:
        raise Unprocessable(fields={"purpose": [pgettext_lazy("fieldwork object", "Choose a purpose")]})
    home, note, person = target.household, report.note.strip(), target.key_person
    if person is not None:
        home = person.resident.household
        if report.was_met and not note:
            raise Unprocessable(fields={"note": [gettext("Say in a word what was found")]})
        if note:
            write_note(person.pk, text=note, key=uuid5(key, "file"), by=by, at=at)
        note = pgettext("fieldwork object", "Recorded in the file") if report.was_met else ""
    assert home is not None, "the constraint of the table"
    facts = VisitFacts(on=local(done_at).date(), purpose=purpose, was_met=report.was_met, note=note)
    return note_visit(home.pk, facts, key=key, by=by, at=at)


def _planned_again(target: TaskObject) -> bool:
    """Whether the object of a lapsed task is in a later task of the same rule and period."""
    if target.rule_id is None:
        return False
    rows = TaskObject.objects.filter(
        rule_id=target.rule_id,
        period_from=target.period_from,
        household=target.household,
        key_person=target.key_person,
        key_place=target.key_place,
        state__in=[ObjectState.OPEN, ObjectState.DONE],
    )
    return rows.exists()


def _same_elsewhere(target: TaskObject, *, done_at: datetime, by: Actor) -> None:
    """The same object in other tasks of the person that run on that day is done as well: nothing is entered twice."""
    day = local(done_at).date()
    twins = TaskObject.objects.filter(
        household=target.household,
        key_person=target.key_person,
        key_place=target.key_place,
        state=ObjectState.OPEN,
        task__assignee_id=by.user_id,
        task__starts_on__lte=day,
        task__ends_on__gte=day,
        task__state__in=[TaskState.ASSIGNED, TaskState.IN_PROGRESS],
    ).exclude(subject=Subject.HOT_SPOT)
    twins.exclude(pk=target.pk).update(
        state=ObjectState.DONE, done_at=done_at, checklist=target.checklist, visit=target.visit
    )
