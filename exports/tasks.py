"""Thin, named tasks of exports, imports and open data: safe to run twice, in bounded batches."""

import time

from celery import shared_task

from exports import importing, opendata, running
from governance.foundation.clock import now

TURN_SECONDS = 20.0
"""How long a run of imports goes on before others of the worker have their turn."""


@shared_task(name="exports.run_due", ignore_result=True)
def run_due() -> int:
    """Write exports that wait."""
    return running.run_due(at=now())


@shared_task(name="exports.take_rows", ignore_result=True)
def take_rows() -> int:
    """Take in the next rows of imports that run, batch by batch."""
    taken, ends_at = 0, time.monotonic() + TURN_SECONDS
    while time.monotonic() < ends_at and (found := importing.continue_all(at=now())):
        taken += found
    return taken


@shared_task(name="exports.tidy", ignore_result=True)
def tidy() -> int:
    """Remove files whose time has ended, and publish the open data of months that are over."""
    return running.expire(at=now()) + importing.forget(at=now()) + opendata.publish(at=now())
