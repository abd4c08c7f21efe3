"""The indicators of the demo city: its tickets counted, the months that are over frozen, and one recount."""

from datetime import date
from typing import Final

from django.db import transaction

from assessment.checking import recount
from assessment.freezing import freeze_due
from assessment.models import Occasion, Recount
from assessment.running import catch_up
from assessment.sources import sources
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local

PART: Final = "indicators"


def build_indicators() -> int:
    """Count once; returns how many occasions there are then, 0 when it was done already. Safe to break off."""
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    catch_up(at=at)
    freeze_due(at=at)
    with transaction.atomic():
        one_at_a_time(JOB, PART)
        if PART in done_parts(JOB):
            return 0
        counted = Occasion.objects.count()
        mark_done(JOB, PART, at=at, occasions=counted)
    if not Recount.objects.exists():
        present: date = local(at).date().replace(day=1)
        for source in sources():
            recount(source, at=at, low=1, high=source.last_item(), months=[present])
    return counted
