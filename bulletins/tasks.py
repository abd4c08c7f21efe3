"""Thin, named tasks of bulletins: safe to run twice."""

from celery import shared_task

from bulletins import writing
from governance.foundation.clock import now


@shared_task(name="bulletins.draft_due", ignore_result=True)
def draft_due() -> int:
    """Draft what the schedules ask for."""
    return writing.draft_due(at=now())
