"""The alarms of key reports: bounded batches, each row by itself, safe to run twice, and never silent.

A limit that nobody heeds climbs: whoever has to act, then the centre on duty and its roster, then oversight, then the
leaders of the place; it is told again until somebody has acted.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance.accounts.actors import SYSTEM_ACTOR
from key_reports import answering, values, zero
from key_reports.frame import Move, facts, leave_step
from key_reports.models import AccountabilityCase, KeyReport, OwingUnit, ReportClock
from key_reports.states import REPORT_TABLE, AccountState, Stage
from key_reports.telling import (
    tell_duty,
    tell_leaders,
    tell_overseers,
    tell_recipient,
    tell_reporters,
)

BATCH: Final = 200
LATER: Final = timedelta(minutes=5)
LAST_RUNG: Final = 32000
LOG = logging.getLogger(__name__)


def sweep(*, at: datetime) -> int:
    """Raise every alarm that is due, at most a batch of each kind; how many were looked at."""
    clocks = ReportClock.objects.filter(stopped_at=None, next_alarm_at__lte=at)
    found = list(clocks.order_by("next_alarm_at", "pk").values_list("pk", "report")[:BATCH])
    for pk, report_id in found:
        _alone(_raise, pk, report_id, at)
    cases = AccountabilityCase.objects.filter(next_alarm_at__lte=at).order_by("next_alarm_at", "pk")
    ended = list(cases.values_list("pk", flat=True)[:BATCH])
    for pk in ended:
        _alone(_end_limit, pk, 0, at)
    owing = zero.sweep(at=at, limit=BATCH)
    for pk in owing:
        _remind(pk, at)
    return len(found) + len(ended) + len(owing)


def _remind(pk: int, at: datetime) -> None:
    """One unit's daily report; as with every alarm, one that cannot be told stops none of the others."""
    try:
        zero.remind(pk, at)
    except Exception:
        LOG.exception("The alarm of a daily report could not be raised", extra={"row": pk})
        OwingUnit.objects.filter(pk=pk, next_alarm_at__lte=at).update(next_alarm_at=at + LATER)


def _alone(do: Callable[[int, int, datetime], None], pk: int, other: int, at: datetime) -> None:
    """One row; one that cannot be told is reported and looked at again soon: it stops none of the others."""
    try:
        with transaction.atomic():
            do(pk, other, at)
    except Exception:
        LOG.exception("An alarm of a key report could not be raised", extra={"row": pk})
        rows = ReportClock.objects.filter(stopped_at=None) if other else AccountabilityCase.objects.all()
        rows.filter(pk=pk, next_alarm_at__lte=at).update(next_alarm_at=at + LATER)


def _raise(pk: int, report_id: int, at: datetime) -> None:
    reports = KeyReport.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    row = reports.select_related("category", "ticket__source").filter(pk=report_id).first()
    if row is None:
        return  # somebody works on it just now; the next run looks again
    clock = ReportClock.objects.filter(pk=pk, stopped_at=None, next_alarm_at__lte=at).first()
    if clock is None:
        return
    if at < clock.due_at:
        _tell_responsible(row, clock, "warn", at)
        clock.next_alarm_at = clock.due_at
    else:
        climb(row, clock, at)
        clock.rung = min(clock.rung + 1, LAST_RUNG)
        clock.next_alarm_at = at + values.pause_after(clock.rung)
        if clock.stage == Stage.WRITTEN and clock.rung == 1:
            leave_step(Move(row, REPORT_TABLE["overrun"], SYSTEM_ACTOR, at, row.state), row.state, facts(row))
            answering.suspect_missed(row, at=at)
    clock.save(update_fields=["rung", "next_alarm_at"])


def climb(row: KeyReport, clock: ReportClock, at: datetime) -> None:
    """Past the limit: each time one rung higher, and everybody below hears of it again."""
    what, key = f"late_{clock.stage}", f"late-{clock.pk}-{clock.rung}"
    _tell_responsible(row, clock, "late", at)
    tell_duty(row, what, at=at, key=f"{key}-duty")
    if clock.rung >= 1:
        tell_overseers(row, what, at=at, key=f"{key}-oversight")
    if clock.rung >= 2:
        tell_leaders(row, what, at=at, key=f"{key}-leaders")


def _tell_responsible(row: KeyReport, clock: ReportClock, kind: str, at: datetime) -> None:
    what, key = f"{kind}_{clock.stage}", f"{kind}-{clock.pk}-{clock.rung}"
    if clock.recipient is not None:
        clock.recipient.report = row
        tell_recipient(clock.recipient, what, at=at, key=key)
    elif clock.stage == Stage.RELAY:
        tell_duty(row, what, at=at, key=f"{key}-relay")
    else:
        tell_reporters(row, what, at=at, key=key)


def _end_limit(pk: int, _other: int, at: datetime) -> None:
    """The time to explain or to appeal is over: it goes on by itself, and nothing is decided by that."""
    row = AccountabilityCase.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None or row.next_alarm_at is None or row.next_alarm_at > at:
        return
    name = {AccountState.NOTIFIED: "investigate", AccountState.DECIDED: "close"}.get(AccountState(row.state))
    if name is None:
        row.next_alarm_at = None
        row.save(update_fields=["next_alarm_at"])
        return
    answering.perform(name, pk, by=SYSTEM_ACTOR, at=at, data={})
