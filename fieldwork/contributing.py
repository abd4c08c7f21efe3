"""What patrols and visits say of a worker's year: done in time, made up, missed, objects, joint patrols along."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, Sum
from django.utils.translation import pgettext_lazy

from fieldwork.models import FieldTask, PatrolPresence
from fieldwork.states import DONE, LATE_DONE, TaskState
from governance.foundation.clock import local
from staffing.contributions import Counted, Source


def walked(user_ids: Sequence[int], since: datetime, until: datetime) -> Counted:
    """By worker, of the tasks whose last day lies in that time: two statements. Missed on leave does not count."""
    tasks = FieldTask.objects.filter(
        assignee__in=user_ids, ends_on__gte=local(since).date(), ends_on__lt=local(until).date()
    )
    missed = Q(state=TaskState.MISSED, is_excused=False)
    counted = (
        tasks.order_by()
        .values("assignee")
        .annotate(
            tasks_done=Count("pk", filter=Q(state__in=sorted(DONE))),
            tasks_late=Count("pk", filter=Q(state__in=sorted(LATE_DONE))),
            tasks_missed=Count("pk", filter=missed),
            objects_seen=Sum("done_count", default=0),
        )
    )
    found = {row["assignee"]: {name: row[name] for name in NAMES} for row in counted}
    along = PatrolPresence.objects.filter(
        member__user__in=user_ids, occurred_at__gte=since, occurred_at__lt=until
    )
    for row in along.order_by().values("member__user").annotate(n=Count("task", distinct=True)):
        found.setdefault(row["member__user"], {})["joint_patrols"] = row["n"]
    return found


NAMES: Final = ("tasks_done", "tasks_late", "tasks_missed", "objects_seen")
SOURCE: Final = Source(
    name="fieldwork",
    labels={
        "tasks_done": pgettext_lazy("contribution", "Patrols and visits in time"),
        "tasks_late": pgettext_lazy("contribution", "Made up"),
        "tasks_missed": pgettext_lazy("contribution", "Missed"),
        "objects_seen": pgettext_lazy("contribution", "Households and places seen"),
        "joint_patrols": pgettext_lazy("contribution", "Along on joint patrols"),
    },
    count=walked,
)
