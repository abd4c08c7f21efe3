"""Thin, named tasks of mediation: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from mediation import retention
from mediation import sweep as sweeping


@shared_task(name="mediation.sweep", ignore_result=True)
def sweep() -> int:
    """Raise the alarms of limits, remind of sessions, go on with screenings."""
    return sweeping.sweep(at=now())


@shared_task(name="mediation.forget", ignore_result=True)
def forget() -> int:
    """Take out of cases what the rules let expire."""
    return retention.sweep(at=now())
