"""Chores of the exchange: thin, named, safe to run twice."""

from celery import shared_task

from governance.exchange import tidying
from governance.foundation.clock import now


@shared_task(name="exchange.tidy", ignore_result=True)
def tidy() -> int:
    """Forget nonces, kept answers and log rows that are older than they are kept."""
    return tidying.tidy(at=now())
