"""Starting and finishing, by the worker. What was done in time without a line counts as in time."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import pgettext_lazy

from fieldwork import teaming, values
from fieldwork.frame import Move, happened, locked, moving
from fieldwork.models import CheckIn, FieldTask, FieldValue, TaskObject
from fieldwork.rules import can_be_made_up
from fieldwork.states import TaskState
from fieldwork.terms import ObjectState, Work
from fieldwork.touring import minutes_toured, stop_open
from fieldwork.transitions.assigning import drop_open
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Unprocessable

OVER: Final = pgettext_lazy("field task", "The time to make this task up has passed; nothing was changed")
TOO_EARLY: Final = pgettext_lazy("field task", "The period of this task has not begun yet")


def start(
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    occurred_at: datetime | None = None,
) -> FieldTask:
    """Set out. Of a team whoever does it first carries the patrol.

    Raises as `moving` does; Conflict before the period has begun.
    """
    with moving("start", pk, by=by, at=at, version=version, occurred_at=occurred_at) as move:
        if local(move.happened_at).date() < move.task.starts_on:
            raise Conflict(TOO_EARLY, code="too_early")
        if move.task.started_at is None:
            move.task.started_at = move.happened_at
        if move.task.team_id is not None:
            teaming.set_out(move)
    return move.task


@transaction.atomic
def finish(
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    occurred_at: datetime | None = None,
    opinion: str = "",
) -> FieldTask:
    """Hand the task in: `submit`, or `make_up` once it is missed.

    Raises as `moving` does; Conflict when it is too late.
    """
    row, done_at = locked(pk), happened(occurred_at, at)
    if row.state == TaskState.IN_PROGRESS and done_at > row.due_at:
        from fieldwork.transitions.missing import miss

        miss([row], at=at)
        version = None
    name = "make_up" if row.state == TaskState.MISSED else "submit"
    with moving(name, pk, by=by, at=at, version=version, occurred_at=occurred_at) as move:
        was_in_time = move.happened_at <= move.task.due_at
        if name == "make_up":
            if not was_in_time and not can_be_made_up(move.task, at):
                raise Conflict(OVER, code="too_late")
            move.to_state = TaskState.SUBMITTED if was_in_time else TaskState.MADE_UP
        move.say(opinion)
        _hand_in(move, is_late_news=name == "make_up" and was_in_time and _is_old(move))
    return move.task


def _is_old(move: Move) -> bool:
    """Whether it was done longer before than a telephone's clock may be wrong."""
    wrong = values.value(FieldValue.Name.SKEW_SECONDS, on=local(move.at).date())
    return (move.at - move.happened_at).total_seconds() > wrong


def _hand_in(move: Move, *, is_late_news: bool) -> None:
    task = move.task
    stop_open(task, at=move.happened_at, received_at=move.at)
    task.minutes = _minutes(task, move.happened_at)
    task.is_short = task.minutes < task.minutes_needed
    states = list(TaskObject.objects.filter(task=task).values_list("state", flat=True))
    left = sum(state in {ObjectState.OPEN, ObjectState.DROPPED} for state in states)
    if states and left == len(states):
        raise Unprocessable(
            pgettext_lazy("field task", "Nothing is recorded yet: record at least one object"),
            code="nothing_done",
        )
    if (left or task.is_short) and not move.words:
        raise Unprocessable(fields={"opinion": [_why(task, left)]}, code="needs_words")
    drop_open(task)
    task.object_count = len(states)
    task.done_count = sum(state == ObjectState.DONE for state in states)
    task.started_at = task.started_at or move.happened_at
    task.submitted_at, task.received_at = move.happened_at, move.at
    task.has_doubt = is_late_news or has_doubt(task)
    if task.has_doubt:
        days = values.value(FieldValue.Name.REVIEW_DAYS, on=local(move.at).date())
        task.is_sampled, task.review_due_at = True, values.workdays_after(move.at, days)
    move.data |= {"minutes": task.minutes, "done": task.done_count, "of": task.object_count, "left": left}


def _why(task: FieldTask, left: int) -> str:
    if left:
        words = pgettext_lazy("field task", "%(left)d objects are not recorded: say why")
        return str(words) % {"left": left}
    words = pgettext_lazy("field task", "%(minutes)d of %(needed)d minutes: say why it was shorter")
    return str(words) % {"minutes": task.minutes, "needed": task.minutes_needed}


def _minutes(task: FieldTask, done_at: datetime) -> int:
    """Of a patrol what its tours took; of visits the time since the start."""
    if task.work == Work.PATROL:
        return minutes_toured(task)
    return max(0, int((done_at - (task.started_at or done_at)).total_seconds() // 60))


def has_doubt(task: FieldTask) -> bool:
    """Whether something recorded was not checked in at its place."""
    near = CheckIn.objects.filter(target=OuterRef("pk"), whereabouts=CheckIn.Whereabouts.NEAR)
    recorded = TaskObject.objects.filter(task=task, state__in=[ObjectState.DONE, ObjectState.NOT_MET])
    return recorded.filter(~Exists(near)).exists()
