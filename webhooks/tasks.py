"""Thin, named tasks: safe to run twice; PostgreSQL knows what is due."""

from celery import shared_task

from governance.foundation.clock import now
from webhooks import running, tidying


@shared_task(name="webhooks.deliver", ignore_result=True)
def deliver() -> int:
    """Send what is due, for as long as there is something; nothing while another worker does."""
    return running.run()


@shared_task(name="webhooks.tidy", ignore_result=True)
def tidy() -> int:
    """Give up what has waited too long, forget what is kept no longer."""
    at = now()
    return tidying.give_up(at=at) + tidying.tidy(at=at)
