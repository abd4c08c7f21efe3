"""Thin, named tasks of online opinion: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from opinions import conduct


@shared_task(name="opinions.sweep_limits", ignore_result=True)
def sweep_limits() -> int:
    """Tell of limits that have passed."""
    return conduct.sweep(at=now())
