"""Thin, named tasks of the police link: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from police_link import conduct


@shared_task(name="police_link.sweep_limits", ignore_result=True)
def sweep_limits() -> int:
    """Remind of limits and let the first receiver keep what nobody has decided."""
    return conduct.sweep(at=now())
