"""Thin, named tasks of key reports: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from key_reports import causes
from key_reports import sweep as alarms


@shared_task(name="key_reports.follow_causes", ignore_result=True)
def follow_causes() -> int:
    """Draft what tickets and red disputes call for."""
    return causes.follow(at=now())


@shared_task(name="key_reports.sweep", ignore_result=True)
def sweep() -> int:
    """Raise every alarm that is due."""
    return alarms.sweep(at=now())
