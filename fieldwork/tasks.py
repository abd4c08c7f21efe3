"""Thin, named tasks of fieldwork: safe to run twice, in bounded batches."""

from celery import shared_task

from fieldwork.guests import inviting
from fieldwork.hazards import sweep
from governance.foundation.clock import now


@shared_task(name="fieldwork.watch_hazards", ignore_result=True)
def watch_hazards() -> int:
    """Tell who is late with judging, controlling, rectifying, checking or looking at a hazard."""
    return sweep.sweep(at=now())


@shared_task(name="fieldwork.forget_guest_addresses", ignore_result=True)
def forget_guest_addresses() -> int:
    """Forget from where people have joined a group, after a day."""
    return inviting.forget_addresses(at=now())
