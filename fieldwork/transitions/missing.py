"""The period is over: tasks that nobody finished are missed, in bounded batches; the worker may explain."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from fieldwork import telling, values
from fieldwork.frame import facts, moving
from fieldwork.models import FieldStep, FieldTask, FieldValue, PatrolTour, TaskObject
from fieldwork.states import TASK_TABLE, UNFINISHED, TaskState
from fieldwork.terms import ObjectState
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from staffing.models import Leave
from staffing.states import LeaveState

BATCH = 500
SECOND = timedelta(seconds=1)


def miss_overdue(*, at: datetime, limit: int = 5000) -> int:
    """Miss what is due; returns how many. Safe beside people, beside itself, and when it stops in the middle."""
    done = 0
    while done < limit:
        with transaction.atomic():
            rows = FieldTask.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            found = list(
                rows.filter(state__in=sorted(UNFINISHED), due_at__lte=at).order_by("due_at", "id")[:BATCH]
            )
            miss(found, at=at)
        done += len(found)
        if len(found) < BATCH:
            break
    return done


def miss(rows: Sequence[FieldTask], *, at: datetime) -> None:
    """Write the state, the steps and the journal of locked rows, and tell their workers. In a transaction."""
    if not rows:
        return
    days, until = values.value(FieldValue.Name.MAKE_UP_DAYS, on=local(at).date()), dict[datetime, datetime]()
    away, verb = _away(rows), TASK_TABLE["miss"]
    entries, steps, by_worker = [], [], defaultdict[int, list[FieldTask]](list)
    for row in rows:
        before, from_state = facts(row), row.state
        start = max(row.due_at, row.missed_at or row.due_at)
        if start not in until:
            until[start] = values.workdays_after(start - SECOND, days)  # a period ends with its last day
        row.state, row.missed_at, row.make_up_until = TaskState.MISSED, at, until[start]
        row.is_excused, row.version = row.pk in away, row.version + 1
        steps.append(
            FieldStep(
                task=row,
                verb=verb.name,
                from_state=from_state,
                to_state=row.state,
                at=at,
                occurred_at=row.due_at,
                actor_name=SYSTEM_ACTOR.name,
                role=SYSTEM_ACTOR.role,
                data={"excused": row.is_excused},
            )
        )
        entries.append(
            journal.entry("fieldwork.miss", by=SYSTEM_ACTOR, obj=row, at=at, before=before, after=facts(row))
        )
        if row.assignee_id is not None and not row.is_excused:
            by_worker[row.assignee_id].append(row)
    FieldTask.objects.bulk_update(
        rows, ["state", "missed_at", "make_up_until", "is_excused", "version"], batch_size=BATCH
    )
    FieldStep.objects.bulk_create(steps)
    journal.record_many(entries)
    _stop_tours(rows, at)
    for worker, missed in by_worker.items():
        telling.tell_missed(worker, missed, at=at)


def _away(rows: Sequence[FieldTask]) -> set[int]:
    """The tasks whose worker was on leave all the time without a substitute (K23)."""
    people = {row.assignee_id for row in rows if row.assignee_id is not None}
    leaves = defaultdict[int, list[Leave]](list)
    first, last = min(row.starts_on for row in rows), max(row.ends_on for row in rows)
    asked = Leave.objects.filter(
        user_id__in=people, state=LeaveState.APPROVED, starts_on__lte=last, ends_on__gte=first
    )
    for leave in asked:
        leaves[leave.user_id].append(leave)
    return {
        row.pk
        for row in rows
        for leave in leaves.get(row.assignee_id or 0, ())
        if leave.starts_on <= row.starts_on and row.ends_on <= leave.ends_on
    }


def _stop_tours(rows: Sequence[FieldTask], at: datetime) -> None:
    """A tour does not go on past the end of its task."""
    due = {row.pk: row.due_at for row in rows}
    tours = list(PatrolTour.objects.select_for_update().filter(task__in=list(due), stopped_at=None))
    for tour in tours:
        tour.stopped_at = max(tour.started_at, due[tour.task_id])
        tour.stopped_received_at = at
    PatrolTour.objects.bulk_update(tours, ["stopped_at", "stopped_received_at"])


def release_lapsed(*, at: datetime, limit: int = 20_000) -> int:
    """What can be made up no longer is free to be planned again; returns how many objects. Run twice, none."""
    lapsed = TaskObject.objects.filter(
        state=ObjectState.OPEN, task__state=TaskState.MISSED, task__make_up_until__lte=at
    )
    ids = list(lapsed.values_list("pk", flat=True)[:limit])
    return TaskObject.objects.filter(pk__in=ids, state=ObjectState.OPEN).update(state=ObjectState.DROPPED)


def explain(pk: int, *, opinion: str, by: Actor, at: datetime, version: int | None = None) -> FieldTask:
    """Why it was missed, in the worker's words. Raises as `moving` does."""
    with moving("explain", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.task
