"""Thin, named tasks of supervision: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from supervision import ladder
from supervision.deeds import inspecting, recurring, watching
from supervision.sweep import sweep, sweep_appeals


@shared_task(name="supervision.sweep_alarms", ignore_result=True)
def sweep_alarms() -> int:
    """Raise the alarms that are due: of supervision clocks, and of appeals that wait for their decision."""
    at = now()
    return sweep(at=at) + sweep_appeals(at=at)


@shared_task(name="supervision.follow_tickets", ignore_result=True)
def follow_tickets() -> int:
    """Beget supervision where a ticket gives cause for it."""
    return ladder.follow_tickets(at=now())


@shared_task(name="supervision.follow_days", ignore_result=True)
def follow_days() -> int:
    """Beget regular supervision and put the next round of inspections on the plan."""
    at = now()
    return recurring.follow_days(at=at) + inspecting.follow_rounds(at=at)


@shared_task(name="supervision.watch_recurrence", ignore_result=True)
def watch_recurrence() -> int:
    """Look at new tickets for what comes again and again; let warnings lapse where nothing comes any more."""
    at = now()
    return watching.watch(at=at) + watching.lapse(at=at)
