"""Thin, named tasks of the mandates."""

from celery import shared_task

from governance.foundation.clock import now
from mandates import applications


@shared_task(name="mandates.follow_dates", ignore_result=True)
def follow_dates() -> int:
    """Put approved applications into force on their first day and end them after their last."""
    return applications.follow_dates(at=now())
