"""Giving a task to a worker, and calling it off."""

from datetime import datetime

from django.utils.translation import pgettext_lazy

from fieldwork import teaming, telling
from fieldwork.frame import moving
from fieldwork.models import FieldTask, TaskObject
from fieldwork.rules import is_fit
from fieldwork.terms import CancelReason, ObjectState, Subject
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.errors import Unprocessable

PEOPLE = (Subject.HOUSEHOLD, Subject.KEY_PERSON)


def assign(
    pk: int,
    *,
    person_id: int,
    by: Actor,
    at: datetime,
    version: int | None = None,
    opinion: str = "",
    team_id: int | None = None,
) -> FieldTask:
    """Give the task to a worker who stands in this place, a patrol to the team as well that he or she is in.

    Raises as `moving` does.
    """
    with moving("assign", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        person = User.objects.filter(pk=person_id).first()
        visits = TaskObject.objects.filter(task=move.task, subject__in=PEOPLE).exists()
        if person is None or not is_fit(person, move.task.region_path, writes_registers=visits):
            raise Unprocessable(
                fields={"person": [pgettext_lazy("field task", "This person has no post in this place")]}
            )
        move.data["from"] = move.task.assignee_id
        move.data["person"] = person.pk
        if move.task.assignee_id != person.pk:
            move.task.assignee, move.task.stands_in_for = person, None
        teaming.give(move.task, team_id, person, has_people=visits)
        if team_id is not None:
            move.data["team"] = team_id
    telling.tell_assigned(move.task, at=at, by=by)
    return move.task


def cancel(
    pk: int,
    *,
    reason_code: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
    opinion: str = "",
) -> FieldTask:
    """Nothing is to be done any more: its objects are free to be planned again. Raises as `moving` does."""
    with moving("cancel", pk, by=by, at=at, version=version) as move:
        if reason_code not in CancelReason.values:
            raise Unprocessable(fields={"reason_code": [pgettext_lazy("field task", "Choose a ground")]})
        move.say(opinion)
        if reason_code == CancelReason.OTHER and not move.words:
            raise Unprocessable(fields={"opinion": [pgettext_lazy("field task", "Please fill this in")]})
        move.data["reason_code"] = reason_code
        drop_open(move.task)
    return move.task


def drop_open(task: FieldTask) -> None:
    """What was not visited is so no longer under this task."""
    TaskObject.objects.filter(task=task, state=ObjectState.OPEN).update(state=ObjectState.DROPPED)
