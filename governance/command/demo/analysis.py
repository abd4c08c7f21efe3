"""The analysis of the demo city: its last days analysed, rules asked, one warning acknowledged, one project begun."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from analysis import answering, evening, projects, watching
from analysis.models import EarlyWarning
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local

PART: Final = "analysis"
DAYS: Final = 3
GOAL: Final = "三个月内同类事件下降三成，查清反复发生的原因并落实长效管理"


@transaction.atomic
def build_analysis() -> int:
    """Analyse once; returns how many warnings stand, 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    today = local(at).date()
    for back in range(DAYS, 0, -1):
        run = evening.analyse(today - timedelta(days=back), at=at)
        if run is not None:
            watching.watch(run, at=at)
    user = User.objects.get(username="oversight")
    by = Actor(user=user, unit_id=user.unit_id)
    waiting = list(EarlyWarning.objects.open().order_by("severity", "pk")[:3])
    if waiting:
        row = answering.begin_project(waiting[0].pk, by=by, at=at, goal=GOAL)
        if row.project is not None:
            projects.add_measure(
                row.project.pk,
                by=by,
                at=at,
                words="逐件回访近期工单，查明反复发生的原因",
                due_on=today + timedelta(days=14),
            )
    if len(waiting) > 1:
        answering.acknowledge(waiting[1].pk, by=by, at=at, opinion="已通知属地核实")
    counted = EarlyWarning.objects.count()
    mark_done(JOB, PART, at=at, warnings=counted)
    return counted
