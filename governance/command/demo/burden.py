"""The burden counter of the demo city: counted once over the months that its tickets, tasks and documents cover."""

from typing import Final

from django.db import transaction

from governance.command.burden.counting import count_due
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time

PART: Final = "burden"
ALL: Final = 1_000
"""More months of sources than there are."""


@transaction.atomic
def build_burden() -> int:
    """Count once; returns how many months of sources there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    counted = count_due(at=at, at_once=ALL)
    mark_done(JOB, PART, at=at, months=counted)
    return counted
