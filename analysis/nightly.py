"""The night's work: analyse what is missing, then ask the rules. A kill between the two is made good by the
next run."""

from datetime import date, datetime, timedelta

from analysis import evening, watching
from analysis.models import AnalysisRun


def run(*, at: datetime, today: date) -> int:
    """Analyse the days that are missing and ask every rule about the last one; returns how many days were new.

    Warnings are asked for again each time: what stands already is only renewed.
    """
    new = evening.analyse_due(at=at, today=today)
    last = (
        AnalysisRun.objects.filter(day__gte=today - timedelta(days=evening.MOST_DAYS)).order_by("day").last()
    )
    if last is not None:
        watching.watch(last, at=at)
    return new
