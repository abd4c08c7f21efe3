"""Alarms of limits, reminders of sessions: bounded batches, each row by itself, safe to run twice."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance.accounts.actors import SYSTEM_ACTOR
from mediation import asking, clocks, handover, screening
from mediation.frame import locked
from mediation.models import CaseClock, ClockKind, Session
from mediation.states import CaseState
from mediation.telling import tell_callers, tell_mediators, tell_people, tell_town
from mediation.transitions import perform
from mediation.values import value

BATCH: Final = 200
LATER: Final = timedelta(minutes=30)
AGAIN: Final = timedelta(days=1)
BEFORE_SESSION: Final = timedelta(hours=24)
LOG = logging.getLogger(__name__)
K = ClockKind
WATCHED: Final = (CaseState.PERFORMING, CaseState.BREACHED)


def sweep(*, at: datetime) -> int:
    """Raise every alarm that is due; returns how many."""
    resumed = _resume_due(at)
    _end_unused(at)
    due = CaseClock.objects.filter(stopped_at=None, alarm_at__lte=at).exclude(kind=K.PAUSE)
    due = due.order_by("alarm_at", "pk")
    raised = sum(_raise(pk, at) for pk in list(due.values_list("pk", flat=True)[:BATCH]))
    asking.forget(at=at)
    return resumed + raised + _remind_sessions(at) + screening.sweep(at=at) + handover.follow_leavers(at=at)


def _resume_due(at: datetime) -> int:
    """Suspended cases whose day has come go on; one that cannot is reported and looked at again later."""
    due = CaseClock.objects.filter(kind=K.PAUSE, stopped_at=None, alarm_at__lte=at).order_by("alarm_at", "pk")
    done = 0
    for pk, case_id in list(due.values_list("pk", "case_id")[:BATCH]):
        try:
            perform("resume", case_id, by=SYSTEM_ACTOR, at=at)
            done += 1
        except Exception:
            LOG.exception("A suspended case could not go on", extra={"case": case_id})
            CaseClock.objects.filter(pk=pk, stopped_at=None).update(alarm_at=at + LATER)
    return done


def _end_unused(at: datetime) -> None:
    """The 30 days for confirmation end by themselves where performance is watched: nobody has failed to do anything."""
    due = CaseClock.objects.filter(kind=K.CONFIRM, stopped_at=None, alarm_at__lte=at, due_at__lte=at)
    due = due.filter(case__state__in=WATCHED).order_by("alarm_at", "pk")
    for case_id in list(due.values_list("case_id", flat=True)[:BATCH]):
        with transaction.atomic():
            row = locked(case_id)
            if row.state in WATCHED and clocks.end(row, K.CONFIRM, at=at):
                clocks.refresh(row)
                row.save(update_fields=["next_due_at", "next_due"])


def _raise(pk: int, at: datetime) -> int:
    """One alarm; a row that cannot be told is reported and looked at again later: it does not stop the others."""
    try:
        with transaction.atomic():
            rows = CaseClock.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
            clock = rows.select_related("case").filter(pk=pk, stopped_at=None, alarm_at__lte=at).first()
            if clock is None:
                return 0
            is_late = clock.due_at <= at
            _tell(clock, is_late, at)
            clock.rung += 1
            clock.alarm_at = next_alarm(clock, at)
            clock.save(update_fields=["rung", "alarm_at"])
            return 1
    except Exception:
        LOG.exception("The alarm of a limit could not be raised", extra={"clock": pk})
        CaseClock.objects.filter(pk=pk, stopped_at=None).update(alarm_at=at + LATER)
        return 0


def next_alarm(clock: CaseClock, at: datetime) -> datetime | None:
    """Before its end: at the next reminder of the confirmation, then at its end. After it, once more a day later."""
    if at < clock.due_at:
        if clock.kind == K.CONFIRM:
            later = [clock.due_at - timedelta(days=days) for days in value("mediation.confirm_reminders")]
            return next((moment for moment in later if moment > at), clock.due_at)
        return clock.due_at
    return max(at, clock.due_at + AGAIN) if clock.due_at > at - AGAIN else None


def _tell(clock: CaseClock, is_late: bool, at: datetime) -> None:
    """Whoever has to act; past the end the town as well, and the responsible leader."""
    row, key = clock.case, f"{clock.pk}-{clock.rung}"
    what = f"{'overdue' if is_late else 'warn'}_{clock.kind}"
    if clock.kind == K.CALLBACK:
        tell_callers(row, what, at=at, key=key)
        return
    if clock.kind in {K.SORT, K.REPORT}:
        tell_town(row, what, at=at, key=key)
        return
    tell_mediators(row, what, at=at, key=key)
    if is_late and clock.kind != K.PASS_ON:
        tell_town(row, what, at=at, key=f"{key}-town")


def _remind_sessions(at: datetime) -> int:
    """The mediators of a session that begins within a day, once."""
    rows = Session.objects.filter(
        state="planned", reminded_at=None, starts_at__gt=at, starts_at__lte=at + BEFORE_SESSION
    ).select_related("case")
    done = 0
    for session in rows.order_by("starts_at")[:BATCH]:
        tell_people(session.case, "session_soon", session.case.handled_by, at=at, key=f"session-{session.pk}")
        done += Session.objects.filter(pk=session.pk, reminded_at=None).update(reminded_at=at)
    return done
