"""Thin, named tasks of the analysis: safe to run twice."""

from celery import shared_task

from analysis import nightly
from governance.foundation.clock import local, now


@shared_task(name="analysis.analyse_days", ignore_result=True)
def analyse_days() -> int:
    """Analyse the days up to yesterday that are missing, and ask the rules about each."""
    at = now()
    return nightly.run(at=at, today=local(at).date())
