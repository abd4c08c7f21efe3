"""The alarm sweep of supervision: warn, remind, sign for the silent, escalate; unheeded, it falls to the duty roster.

One transaction for each clock, of a task or of an appeal that waits for its decision: one that cannot be worked out is
pushed forward and reported, it stops nobody.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.calendars import load_calendar, next_workday_close
from governance.foundation.errors import Problem
from supervision import words
from supervision.deeds import rectifying
from supervision.models import Appeal, SupervisionTask, TaskClock
from supervision.names import Stage
from supervision.states import APPEAL_OPEN
from supervision.timing import OFFICE, UNITS
from supervision.values import values_at

logger = logging.getLogger(__name__)
PUSH_FORWARD: Final = timedelta(minutes=10)
A_MOMENT: Final = timedelta(seconds=1)
LAST_RUNG: Final = 32000


def sweep(*, at: datetime, limit: int = 200) -> int:
    """Raise the alarms due at `at`, at most `limit` of them; returns how many were looked at."""
    due = TaskClock.objects.filter(next_alarm_at__lte=at).order_by("next_alarm_at", "id")
    found = list(due.values_list("pk", "task_id")[:limit])
    for clock_id, task_id in found:
        try:
            _raise(clock_id, task_id, at=at)
        except Exception as error:
            _push(clock_id, at=at)
            is_fault = not isinstance(error, Problem)
            logger.warning("supervision clock %s: %s", clock_id, error, exc_info=is_fault)
    return len(found)


def _push(clock_id: int, *, at: datetime) -> None:
    rows = TaskClock.objects.filter(pk=clock_id, stopped_at=None, next_alarm_at__lte=at)
    rows.update(next_alarm_at=at + PUSH_FORWARD)


@transaction.atomic
def _raise(clock_id: int, task_id: int, *, at: datetime) -> None:
    tasks = SupervisionTask.objects.select_for_update(skip_locked=True, of=("self",))
    task = tasks.filter(pk=task_id).first()
    if task is None:
        return  # somebody works on it just now; the next run looks again
    row = TaskClock.objects.filter(pk=clock_id, stopped_at=None, next_alarm_at__lte=at).first()
    if row is None:
        return
    if at <= row.due_at:
        _tell("warn", task, row, at=at)
        _move(row, 1, row.due_at + A_MOMENT)
    elif row.stage == Stage.SIGN:
        rectifying.sign(task.pk, by=SYSTEM_ACTOR, at=at)
    elif row.stage == Stage.RECTIFY:
        rectifying.escalate(task.pk, by=SYSTEM_ACTOR, at=at)
    else:
        _remind(task, row, at=at)


def _remind(task: SupervisionTask, row: TaskClock, *, at: datetime) -> None:
    """Up to oversight, and again every workday; from the second time on whoever is on duty hears of it too."""
    name = "recheck" if row.stage == Stage.RECHECK else "late"
    _tell(name, task, row, at=at)
    if row.rung >= 2:
        words.tell_duty(name, task, _key(row), at=at, stage=str(Stage(row.stage).label))
    calendar, days = load_calendar(row.calendar), values_at(at)["alarm.repeat_workdays"]
    _move(row, min(max(row.rung, 1) + 1, LAST_RUNG), next_workday_close(calendar, at, days))


def _tell(name: str, task: SupervisionTask, row: TaskClock, *, at: datetime) -> None:
    told = words.tell_unit if row.stage in UNITS else words.tell_oversight
    told(name, task, _key(row), at=at, stage=str(Stage(row.stage).label))


def _key(row: TaskClock) -> str:
    return f"clock:{row.pk}:{row.rung}"


def _move(row: TaskClock, rung: int, next_at: datetime) -> None:
    row.rung, row.next_alarm_at = rung, next_at
    row.save(update_fields=["rung", "next_alarm_at"])


def sweep_appeals(*, at: datetime, limit: int = 200) -> int:
    """Warn before an appeal is decided too late, remind afterwards; returns how many were looked at."""
    due = Appeal.objects.filter(next_alarm_at__lte=at).order_by("next_alarm_at", "id")
    found = list(due.values_list("pk", flat=True)[:limit])
    for pk in found:
        try:
            _raise_appeal(pk, at=at)
        except Exception:
            rows = Appeal.objects.filter(pk=pk, next_alarm_at__lte=at)
            rows.update(next_alarm_at=at + PUSH_FORWARD)
            logger.exception("supervision appeal %s", pk)
    return len(found)


@transaction.atomic
def _raise_appeal(pk: int, *, at: datetime) -> None:
    """Amber to oversight; red to oversight, every workday; from the second red on to whoever is on duty as well."""
    rows = Appeal.objects.select_for_update(skip_locked=True, of=("self",)).select_related("ticket")
    rows = rows.defer("ticket__search", "ticket__content").filter(state__in=sorted(APPEAL_OPEN))
    row = rows.filter(pk=pk, next_alarm_at__lte=at).first()
    if row is None:
        return  # decided, looked at already, or somebody works on it just now; the next run looks again
    if at <= row.due_at:
        words.tell_about_appeal("warn", row, at=at)
        row.rung, row.next_alarm_at = 1, row.due_at + A_MOMENT
    else:
        words.tell_about_appeal("late", row, at=at, is_duty=row.rung >= 2)
        days = values_at(at)["alarm.repeat_workdays"]
        row.rung = min(max(row.rung, 1) + 1, LAST_RUNG)
        row.next_alarm_at = next_workday_close(load_calendar(OFFICE), at, days)
    row.save(update_fields=["rung", "next_alarm_at"])
