"""Thin, named tasks of the command centre: safe to run twice."""

from celery import shared_task

from governance.command.goals import snapshots
from governance.foundation.clock import now


@shared_task(name="command.take_goals", ignore_result=True)
def take_goals() -> int:
    """Count the figures of the goal panel for the present month, and for those that are not frozen yet."""
    return snapshots.take_due(at=now())
