"""Chores of the registers: thin, named, safe to run twice, in bounded batches."""

from celery import shared_task

from governance.foundation.clock import now
from registers.retention import anonymise_moved_out


@shared_task(name="registers.anonymise_moved_out", ignore_result=True)
def anonymise_moved_out_task(limit: int = 2000) -> int:
    """Forget residents who moved out long enough ago."""
    return anonymise_moved_out(at=now(), limit=limit).anonymised
