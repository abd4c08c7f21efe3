"""The alarm sweep of hazards: who is late with judging, controlling, rectifying, checking or looking is told.

One transaction for each hazard: one that cannot be worked out is pushed forward and reported, it stops nobody.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from fieldwork.hazards import telling
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.timing import alarms, next_alarm

LOG = logging.getLogger(__name__)
BATCH: Final = 200
PUSH_FORWARD: Final = timedelta(minutes=10)


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """Raise the alarms due at `at`, at most `limit` of them; returns how many hazards were looked at."""
    due = Hazard.objects.filter(alarm_at__lte=at).order_by("alarm_at", "pk")
    found = list(due.values_list("pk", flat=True)[:limit])
    for pk in found:
        try:
            _raise(pk, at=at)
        except Exception:
            Hazard.objects.filter(pk=pk, alarm_at__lte=at).update(alarm_at=at + PUSH_FORWARD)
            LOG.exception("hazard %s", pk)
    return len(found)


@transaction.atomic
def _raise(pk: int, *, at: datetime) -> None:
    rows = Hazard.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    row = rows.filter(pk=pk, alarm_at__lte=at).first()
    if row is None:
        return  # done already, or somebody works on it just now; the next run looks again
    told = row.told_at
    for moment, kind in sorted(alarms(row)):
        if moment <= at and (told is None or moment > told):
            _tell(row, kind, moment, at=at)
    row.told_at = at
    row.alarm_at = next_alarm(row)
    row.save(update_fields=["told_at", "alarm_at"])


def _tell(row: Hazard, kind: str, moment: datetime, *, at: datetime) -> None:
    key = f"{moment:%Y%m%d%H%M%S}"
    if kind == "judge":
        telling.tell_judges(row, kind, at=at, key=key)
    if kind in {"warn", "late", "control"}:
        telling.tell_unit(row, kind, at=at, key=key)
    if kind in {"late", "control", "recheck", "look"}:
        telling.tell_checkers(row, kind, at=at, key=key)
