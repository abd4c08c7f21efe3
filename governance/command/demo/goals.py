"""The goal panel of the demo city: a target that was raised, and the figures of the months that its tickets cover."""

from decimal import Decimal
from typing import Final

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.goals import snapshots
from governance.command.goals.targets import NewTarget, set_target
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.coverage import check_city, keep
from grids.models import CommunityCoverage

PART: Final = "goals"


@transaction.atomic
def build_goals() -> int:
    """Count once; returns how many figures there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    if not CommunityCoverage.objects.exists():
        keep(list(check_city(at=at)), at=at)
    user = User.objects.get(username="oversight")
    wanted = NewTarget(
        measure="grid_solved",
        value=Decimal("75.00"),
        starts_on=local(at).date(),
        reason="年度网格工作要点：小事不出网格",
    )
    set_target(wanted, by=Actor(user=user, unit_id=user.unit_id), at=at)
    counted = snapshots.take_due(at=at)
    mark_done(JOB, PART, at=at, figures=counted)
    return counted
