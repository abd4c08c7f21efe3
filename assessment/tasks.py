"""Thin, named tasks: safe to run twice; PostgreSQL knows what is due."""

from celery import shared_task

from assessment import checking, freezing, running
from assessment.sources import sources
from governance.foundation.clock import local, now


@shared_task(name="assessment.roll_up", ignore_result=True)
def roll_up() -> int:
    """Take new steps into the sums, for as long as there are some; nothing while another worker does."""
    return running.run()


@shared_task(name="assessment.freeze_months", ignore_result=True)
def freeze_months() -> int:
    """Freeze the months whose day has come."""
    return len(freezing.freeze_due(at=now()))


@shared_task(name="assessment.recount", ignore_result=True)
def recount() -> int:
    """Compare a stretch of the past and the last two months with the tickets; how much differs."""
    at = now()
    found = [checking.recount_next(source, at=at, today=local(at).date()) for source in sources()]
    return sum(row.differing_items + row.differing_cells for row in found)
