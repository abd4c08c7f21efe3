"""Chores of the territory: thin, named, safe to run twice."""

from celery import shared_task

from governance.foundation.clock import now
from grids.coverage import run_check


@shared_task(name="grids.check_city", ignore_result=True)
def check_city_task() -> int:
    """Check every community of the city and keep what was found; how many were checked."""
    run = run_check(at=now(), clock=now)
    return run.community_count if run is not None else 0
