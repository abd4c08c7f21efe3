"""Thin, named tasks of the follow-up: safe to run twice, in bounded batches."""

from celery import shared_task

from followup import calls, steps, turnstile
from followup.messages.sending import send_due
from governance.foundation.clock import now

MOST_BATCHES = 20


@shared_task(name="followup.read_steps", ignore_result=True)
def read_steps() -> int:
    """Read the steps that are new, at most 20 batches."""
    total = 0
    for _batch in range(MOST_BATCHES):
        done = steps.read_on(at=now())
        total += done
        if done < steps.BATCH:
            break
    return total


@shared_task(name="followup.send_messages", ignore_result=True)
def send_messages() -> int:
    """Send what waits, at most 20 batches."""
    total = 0
    for _batch in range(MOST_BATCHES):
        done = send_due(at=now())
        total += done
        if not done:
            break
    return total


@shared_task(name="followup.release_calls", ignore_result=True)
def release_calls() -> int:
    """Give back calls whose caller has gone away."""
    return calls.release_abandoned(at=now())


@shared_task(name="followup.tidy", ignore_result=True)
def tidy() -> int:
    """Open calls of tickets that waited before the first step was read; forget counts of tries."""
    at = now()
    turnstile.forget(at=at)
    return steps.reconcile(at=at)
