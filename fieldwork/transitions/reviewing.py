"""Sample review: a share of each community's day, drawn so that nobody foresees it; passed or sent back."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from math import ceil

from django.conf import settings
from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork import telling, values
from fieldwork.frame import moving
from fieldwork.models import FieldTask, FieldValue, TaskObject
from fieldwork.states import TaskState
from fieldwork.terms import ObjectState
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from grids.territory import current as territory

BATCH = 2000


def review(pk: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = "") -> FieldTask:
    """It is in order. Raises as `moving` does."""
    with moving("review", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.task.reviewed_at, move.task.reviewed_by_id = at, by.user_id
    return move.task


def send_back(
    pk: int,
    *,
    opinion: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
    objects: Sequence[int] = (),
) -> FieldTask:
    """It is not in order: say why, and which objects are to be done again (all where none is named).

    Raises as `moving` does; Unprocessable for an object of another task.
    """
    with moving("send_back", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        task = move.task
        again = TaskObject.objects.filter(task=task)
        if objects:
            again = again.filter(pk__in=objects)
            if again.count() != len(set(objects)):
                raise Unprocessable(
                    fields={"objects": [pgettext_lazy("field task", "This object belongs to another task")]}
                )
        move.data["objects"] = sorted(objects)
        for row in again:
            row.state, row.round, row.key = ObjectState.OPEN, row.round + 1, None
            row.save(update_fields=["state", "round", "key"])
        days = values.value(FieldValue.Name.MAKE_UP_DAYS, on=local(at).date())
        task.due_at = max(task.due_at, values.workdays_after(at, days))
        task.reviewed_at, task.reviewed_by_id = at, by.user_id
        task.submitted_at = task.received_at = task.review_due_at = None
        task.is_sampled = None
        task.done_count = TaskObject.objects.filter(task=task, state=ObjectState.DONE).count()
    telling.tell_sent_back(task, opinion.strip(), at=at, by=by)
    return task


@transaction.atomic
def draw_sample(*, at: datetime, limit: int = BATCH) -> int:
    """Draw from what was submitted before today, by community and day; returns how many are to be reviewed.

    What is drawn once is not drawn again. Of few tasks at least one; those in doubt were taken already and count.
    """
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = FieldTask.objects.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(
        state=TaskState.SUBMITTED, is_sampled=None, submitted_at__lt=midnight
    )
    heaps: dict[tuple[str, str], list[FieldTask]] = defaultdict(list)
    for row in rows.order_by("submitted_at")[:limit]:
        assert row.submitted_at is not None
        heaps[_community(row.region_path), local(row.submitted_at).date().isoformat()].append(row)
    percent, days = values.values(
        FieldValue.Name.REVIEW_PERCENT, FieldValue.Name.REVIEW_DAYS, on=local(at).date()
    )
    taken: list[int] = []
    for heap in heaps.values():
        heap.sort(key=_lot)
        taken += [row.pk for row in heap[: ceil(len(heap) * percent / 100)]]
    drawn = [row.pk for heap in heaps.values() for row in heap]
    FieldTask.objects.filter(pk__in=drawn).update(is_sampled=False)
    if taken:
        due = values.workdays_after(at, days)
        FieldTask.objects.filter(pk__in=taken).update(is_sampled=True, review_due_at=due)
    return len(taken)


def _lot(row: FieldTask) -> bytes:
    """A number that nobody outside can work out."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"fieldwork-review:{row.pk}".encode(), "sha256")


def _community(path: str) -> str:
    """The path of the community that a place lies in."""
    place = territory().at_level(path, "community")
    return place.path if place is not None else path
