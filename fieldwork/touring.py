"""Tours of a patrol: start, stop, and the track in between. Nothing is recorded outside of a tour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import pgettext_lazy

from fieldwork import values
from fieldwork.frame import happened, locked
from fieldwork.models import FieldTask, FieldValue, PatrolTour, TrackPart
from fieldwork.packing import Point, length, pack, unpack
from fieldwork.rules import can_be_made_up, may_see_track, must_carry, role_for
from fieldwork.states import TASK_TABLE, TaskState
from fieldwork.terms import Work
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from grids.coordinates import metres_between

MOST_POINTS: Final = 5000
"""Of one part; a telephone sends more in several."""


@transaction.atomic
def begin(
    task_id: int, *, key: UUID, by: Actor, at: datetime, occurred_at: datetime | None = None
) -> PatrolTour:
    """Press start: the task is under way and a tour is open. The same key again is the same tour.

    A tour that the person forgot to stop ends at its last point. Raises NotFound, Forbidden, Conflict.
    """
    from fieldwork.transitions.ending import start

    task, began = own_patrol(task_id, by), happened(occurred_at, at)
    known = PatrolTour.objects.filter(key=key).first()
    if known is not None:
        return known
    assert by.user is not None, "own_patrol lets nobody else pass"
    if task.state in {TaskState.ASSIGNED, TaskState.SENT_BACK}:
        task = start(task_id, by=by, at=at, occurred_at=occurred_at)
    elif task.state != TaskState.IN_PROGRESS and not can_be_made_up(task, at):
        TASK_TABLE.check("start", task.state)
    for other in PatrolTour.objects.select_for_update().filter(user_id=by.user_id or 0, stopped_at=None):
        _stop(
            other, at=other.parts.aggregate(last=Max("last_at"))["last"] or other.started_at, received_at=at
        )
    tour = PatrolTour.objects.create(
        task=task, user=by.user, started_at=began, started_received_at=at, key=key
    )
    FieldTask.objects.filter(pk=task.pk, started_at=None).update(started_at=began)
    return tour


@transaction.atomic
def end(task_id: int, *, by: Actor, at: datetime, occurred_at: datetime | None = None) -> FieldTask:
    """Press stop. Pressed twice, nothing more happens. Raises NotFound, Forbidden."""
    task = own_patrol(task_id, by)
    if stop_open(task, at=happened(occurred_at, at), received_at=at):
        task.minutes = minutes_toured(task)
        task.save(update_fields=["minutes"])
    return task


def own_patrol(task_id: int, by: Actor) -> FieldTask:
    """The patrol of this worker, locked. Raises NotFound, Forbidden."""
    task = locked(task_id)
    if not FieldTask.objects.visible_to(by).filter(pk=task_id).exists():
        raise NotFound()
    must_carry(task, by)
    role_for(TASK_TABLE["start"], task, by)
    if task.work != Work.PATROL:
        raise Conflict(pgettext_lazy("patrol", "Visits have no tour"), code="no_patrol")
    return task


def stop_open(task: FieldTask, *, at: datetime, received_at: datetime) -> bool:
    """End the open tour of a task, if there is one."""
    tours = list(PatrolTour.objects.select_for_update().filter(task=task, stopped_at=None))
    for tour in tours:
        _stop(tour, at=at, received_at=received_at)
    return bool(tours)


def _stop(tour: PatrolTour, *, at: datetime, received_at: datetime) -> None:
    tour.stopped_at, tour.stopped_received_at = max(at, tour.started_at), received_at
    tour.save(update_fields=["stopped_at", "stopped_received_at"])


def minutes_toured(task: FieldTask) -> int:
    """What the tours of a task took together."""
    spans = PatrolTour.objects.filter(task=task, stopped_at__isnull=False).values_list(
        "started_at", "stopped_at"
    )
    return int(sum((stop - begun for begun, stop in spans if stop), timedelta()).total_seconds() // 60)


@transaction.atomic
def keep_track(
    tour_key: UUID, points: Sequence[Point], *, key: UUID, by: Actor, at: datetime
) -> TrackPart | None:
    """Keep what was walked. Points outside of the tour, or that nobody can have reached, are left out.

    Sent again, it is kept once. None when nothing was left. Raises NotFound, Unprocessable.
    """
    tour = PatrolTour.objects.select_for_update().filter(key=tour_key, user_id=by.user_id or 0).first()
    if tour is None:
        raise NotFound()
    known = TrackPart.objects.filter(key=key).first()
    if known is not None:
        return known
    if len(points) > MOST_POINTS:
        raise Unprocessable(
            fields={"points": [pgettext_lazy("patrol", "A part of a track has at most 5,000 points")]}
        )
    last = tour.stopped_at or at
    inside = sorted((p for p in points if tour.started_at <= p.at <= last), key=lambda point: point.at)
    fastest = values.value(FieldValue.Name.TRACK_GAP, on=local(at).date())
    walked = _without_leaps(inside, fastest)
    if not walked:
        return None
    part = TrackPart.objects.create(
        tour=tour,
        first_at=walked[0].at,
        last_at=walked[-1].at,
        count=len(walked),
        points=pack(walked),
        received_at=at,
        key=key,
    )
    PatrolTour.objects.filter(pk=tour.pk).update(metres=F("metres") + round(length(walked)))
    return part


def _without_leaps(points: Sequence[Point], fastest: int) -> list[Point]:
    """Without single points that lie farther away than anybody moves in the time."""
    kept: list[Point] = []
    for point in points:
        if kept:
            before = kept[-1]
            seconds = max(1.0, (point.at - before.at).total_seconds())
            if metres_between(before.lon, before.lat, point.lon, point.lat) > fastest * seconds:
                continue
        kept.append(point)
    return kept


@transaction.atomic
def track_of(task: FieldTask, *, by: Actor, at: datetime) -> list[list[Point]]:
    """The tours of a patrol as points. Whoever else than the worker looks is on record. Raises Forbidden."""
    if not may_see_track(task, by):
        raise Forbidden(
            pgettext_lazy("patrol", "A track is for the worker and the supervisor of the grid only"),
            roles=["grid_supervisor"],
        )
    if by.user_id != task.assignee_id:
        journal.record("fieldwork.read_track", by=by, obj=task, at=at)
    found = []
    for tour in PatrolTour.objects.filter(task=task).order_by("started_at").prefetch_related("parts"):
        parts = sorted(tour.parts.all(), key=lambda part: part.first_at)
        found.append([point for part in parts for point in unpack(bytes(part.points))])
    return [points for points in found if points]


def forget_old(*, at: datetime, limit: int = 5000) -> int:
    """Delete the tracks whose time is over; returns how many parts. The length of a tour stays."""
    days = values.value(FieldValue.Name.TRACK_DAYS, on=local(at).date())
    old = TrackPart.objects.filter(last_at__lt=at - timedelta(days=days)).order_by("last_at")
    gone, _kinds = TrackPart.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()
    return gone
