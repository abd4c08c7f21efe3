"""Thin, named tasks of knowledge: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from knowledge import answering


@shared_task(name="knowledge.sweep", ignore_result=True)
def sweep() -> int:
    """Tell of questions that are late and of entries to be reviewed."""
    return answering.sweep(at=now())


@shared_task(name="knowledge.forget", ignore_result=True)
def forget() -> int:
    """Forget names, telephones and words of old questions, and counts of tries."""
    return answering.forget(at=now())
