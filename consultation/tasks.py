"""Thin, named tasks of calls, consultations and meetings: safe to run twice, in bounded batches."""

from celery import shared_task

from consultation import following, recurring
from consultation import sweep as sweeping
from governance.foundation.clock import now


@shared_task(name="consultation.sweep", ignore_result=True)
def sweep() -> int:
    """Raise the alarms of called departments, consultations and action items."""
    return sweeping.sweep(at=now())


@shared_task(name="consultation.follow", ignore_result=True)
def follow() -> int:
    """Convene consultations after a second return; close what was carried out; cancel what was overtaken."""
    return following.follow(at=now())


@shared_task(name="consultation.plan_meetings", ignore_result=True)
def plan_meetings() -> int:
    """Plan the next meetings of recurring plans."""
    return recurring.plan_due(at=now())
