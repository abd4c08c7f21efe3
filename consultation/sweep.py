"""The alarms of this app: bounded batches of what is due, claimed with SKIP LOCKED, one row for each that was raised.

A called department or a consultation is warned, is late, climbs to the duty roster, and is told no more; an action
item is chased until it is done. A row that cannot be worked out is pushed forward and reported: the others go on.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from consultation import notices
from consultation.limits import CLIMB, LAST, OVERDUE, WARN, chase_at, climb_at
from consultation.models import ActionItem, Alarm, CallLine, Consultation

logger = logging.getLogger(__name__)

PUSH_FORWARD = timedelta(minutes=10)
CLIMBING_ROUND = 3
KINDS = {WARN: Alarm.Kind.WARN, OVERDUE: Alarm.Kind.OVERDUE, CLIMB: Alarm.Kind.CLIMB}


def sweep(*, at: datetime, limit: int = 200) -> int:
    """Raise every alarm that is due, at most `limit` of each kind; returns how many rows were looked at."""
    return sum(_sweep(rows, deed, at, limit) for rows, deed in _sources())


def _sources() -> list[tuple[QuerySet[Any], Callable[[Any, datetime], None]]]:
    return [
        (CallLine.objects.select_related("call"), _raise_line),
        (Consultation.objects.select_related("ticket").defer("ticket__search"), _raise_consultation),
        (ActionItem.objects.select_related("meeting"), _raise_action),
    ]


def _sweep(rows: QuerySet[Any], deed: Callable[[Any, datetime], None], at: datetime, limit: int) -> int:
    """Row after row, each in a transaction of its own: what fails takes nothing else along."""
    due = rows.filter(next_alarm_at__lte=at).order_by("next_alarm_at", "pk")
    keys = list(due.values_list("pk", flat=True)[:limit])
    for pk in keys:
        try:
            with transaction.atomic():
                row = (
                    rows.select_for_update(skip_locked=True, of=("self",))
                    .filter(pk=pk, next_alarm_at__lte=at)
                    .first()
                )
                if row is not None:
                    deed(row, at)
        except Exception:
            logger.exception(
                "an alarm of %s %s could not be raised; tried again later", rows.model.__name__, pk
            )
            rows.model.objects.filter(pk=pk, next_alarm_at__lte=at).update(next_alarm_at=at + PUSH_FORWARD)
    return len(keys)


def _raise_line(row: CallLine, at: datetime) -> None:
    _raise(row, row.stage, KINDS[row.rung], at)
    assert row.due_at is not None
    row.next_alarm_at = _next(row.rung, row.due_at, at, row.call.kind, row.unit_id)
    _step_up(row)


def _raise_consultation(row: Consultation, at: datetime) -> None:
    _raise(row, "decide", KINDS[row.rung], at)
    row.next_alarm_at = _next(row.rung, row.due_at, at, row.ticket.urgency, row.centre_id)
    _step_up(row)


def _raise_action(row: ActionItem, at: datetime) -> None:
    if row.rung == WARN:
        kind = Alarm.Kind.WARN
    else:
        kind = Alarm.Kind.CLIMB if row.rung == CLIMBING_ROUND else Alarm.Kind.OVERDUE
    _raise(row, "do", kind, at)
    row.next_alarm_at = _chase_again(row, at)
    _step_up(row)


def _chase_again(row: ActionItem, at: datetime) -> datetime:
    """The next time on the item's own rhythm that lies ahead, however long nobody swept."""
    rung = row.rung + 1
    following = chase_at(closing(row), rung)
    while following <= at:
        rung += 1
        following = chase_at(closing(row), rung)
    return following


def closing(row: ActionItem) -> datetime:
    """The end of the day on which an item is due."""
    from consultation.meetings import end_of_day

    return end_of_day(row.due_on)


def _next(rung: int, due_at: datetime, at: datetime, kind: str, unit_id: int) -> datetime | None:
    if rung == WARN:
        return due_at
    return climb_at(at, "emergency" if kind == "critical" else kind, unit_id) if rung == OVERDUE else None


def _step_up(row: Any) -> None:
    row.rung = min(row.rung + 1, LAST) if not isinstance(row, ActionItem) else row.rung + 1
    row.save(update_fields=["rung", "next_alarm_at"])


def _raise(row: CallLine | Consultation | ActionItem, stage: str, kind: Alarm.Kind, at: datetime) -> None:
    told = notices.told_alarm(row, kind.value, stage, at)
    name = {CallLine: "line", Consultation: "consultation", ActionItem: "action"}[type(row)]
    Alarm.objects.create(
        **{name: row}, stage=stage, round=row.version, rung=row.rung, kind=kind, at=at, told=told
    )
