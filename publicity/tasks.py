"""Thin, named tasks of policy notices: safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from publicity import spreading


@shared_task(name="publicity.settle_notices", ignore_result=True)
def settle_notices() -> int:
    """Take in people who have come into posts, let go of those who have left."""
    return spreading.settle_due(at=now())


@shared_task(name="publicity.tell_readers", ignore_result=True)
def tell_readers() -> int:
    """Tell some batches of readers who have not been told yet."""
    return spreading.deliver_due(at=now())
