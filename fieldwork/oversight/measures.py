"""K22 to K25 of a period inside places: numerator and denominator, and the rows behind each of them.

A task counts by its last day, an object of a patrol by the day it was visited. What was cancelled counts nowhere, what
was missed on leave without a substitute is taken out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum

from fieldwork.models import FieldTask, TaskObject
from fieldwork.states import DONE, LATE_DONE, TaskState
from fieldwork.terms import ObjectState, Subject, Work
from governance.foundation.percent import percent_words
from grids.territory import current as territory
from registers.models import KeyPlace
from registers.querysets import inside

ENDED: Final = frozenset({*DONE, *LATE_DONE, TaskState.MISSED})
KEY_FIELDS: Final = {Subject.KEY_PLACE: "key_place", Subject.KEY_PERSON: "key_person"}


@dataclass(frozen=True, kw_only=True)
class Period:
    """Local days, both included; never beyond today."""

    first: date
    last: date

    @property
    def query(self) -> str:
        """As the part of an address."""
        return f"since={self.first:%Y-%m-%d}&until={self.last:%Y-%m-%d}"


LISTED: Final[dict[Subject, Callable[[Period], Q]]] = {
    Subject.KEY_PLACE: lambda period: Q(
        key_place__is_active=True, key_place__created_at__date__lte=period.first
    ),
    Subject.KEY_PERSON: lambda period: (
        Q(key_person__opened_on__lte=period.first)
        & (Q(key_person__closed_on=None) | Q(key_person__closed_on__gt=period.last))
    ),
}
"""On the list from the first day to the last."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One indicator. `late` is what was made up, shown apart and in neither of the two."""

    part: int
    whole: int
    late: int = 0

    @property
    def missing(self) -> int:
        return self.whole - self.part

    @property
    def percent(self) -> str:
        """Two decimals, half up, as all indicators; a dash where there is nothing."""
        return percent_words(self.part, self.whole)


def ended(paths: Sequence[str], period: Period, work: Work) -> QuerySet[FieldTask]:
    """The tasks whose last day lies in the period and that have ended: handed in, made up or missed."""
    rows = FieldTask.objects.filter(inside(paths, "region_path"), work=work, state__in=sorted(ENDED))
    rows = rows.filter(ends_on__gte=period.first, ends_on__lte=period.last)
    return rows.exclude(state=TaskState.MISSED, is_excused=True)


def in_time(rows: QuerySet[FieldTask]) -> QuerySet[FieldTask]:
    """Those that were done in time."""
    return rows.filter(state__in=sorted(DONE))


def made_up(rows: QuerySet[FieldTask]) -> QuerySet[FieldTask]:
    """Those that were done late."""
    return rows.filter(state__in=sorted(LATE_DONE))


def not_done(rows: QuerySet[FieldTask]) -> QuerySet[FieldTask]:
    """Those that were not done in time."""
    return rows.exclude(state__in=sorted(DONE))


def completion(rows: QuerySet[FieldTask]) -> Measure:
    """K23: tasks done in time, of those that ended: one statement."""
    found = rows.aggregate(
        whole=Count("pk"),
        part=Count("pk", filter=Q(state__in=sorted(DONE))),
        late=Count("pk", filter=Q(state__in=sorted(LATE_DONE))),
    )
    return Measure(**found)


def visits(rows: QuerySet[FieldTask]) -> Measure:
    """K24: visits done in time, of the visits that tasks planned: one statement."""
    found = rows.aggregate(
        whole=Sum("object_count", default=0),
        part=Sum("done_count", filter=Q(state__in=sorted(DONE)), default=0),
        late=Sum("done_count", filter=Q(state__in=sorted(LATE_DONE)), default=0),
    )
    return Measure(**found)


def patrolled(paths: Sequence[str], period: Period) -> QuerySet[TaskObject]:
    """Key places as they were visited on patrols."""
    rows = TaskObject.objects.filter(
        inside(paths, "key_place__path"),
        subject=Subject.KEY_PLACE,
        state=ObjectState.DONE,
        task__work=Work.PATROL,
        key_place__is_active=True,
    )
    return rows.filter(done_at__date__gte=period.first, done_at__date__lte=period.last)


def places(paths: Sequence[str]) -> QuerySet[KeyPlace]:
    """The key places that should be visited."""
    return KeyPlace.objects.active().filter(inside(paths))


def unvisited(paths: Sequence[str], period: Period) -> QuerySet[KeyPlace]:
    """Those that no patrol has visited in the period."""
    return places(paths).exclude(pk__in=patrolled(paths, period).values("key_place"))


def visited(paths: Sequence[str], period: Period) -> QuerySet[KeyPlace]:
    """Those that a patrol has visited."""
    return places(paths).filter(pk__in=patrolled(paths, period).values("key_place"))


def walked_grids(paths: Sequence[str], period: Period) -> set[int]:
    """The grids in which a daily patrol was done."""
    rows = ended(paths, period, Work.PATROL).filter(rule__subject=Subject.GRID, grid__isnull=False)
    done = rows.filter(state__in=sorted(DONE | LATE_DONE)).order_by()
    return set(done.values_list("grid", flat=True).distinct())


def grids_inside(paths: Sequence[str]) -> list[int]:
    """The grids that should be walked."""
    return [pk for pk, grid in territory().grids.items() if grid.path.startswith(tuple(paths) or ("-",))]


def coverage(paths: Sequence[str], period: Period) -> tuple[Measure, Measure]:
    """K22 of key places and of grids, each by distinct object: three statements."""
    done = patrolled(paths, period).aggregate(found=Count("key_place", distinct=True))["found"]
    grids = grids_inside(paths)
    walked = walked_grids(paths, period) & set(grids)
    return Measure(part=done, whole=places(paths).count()), Measure(part=len(walked), whole=len(grids))


def together(*parts: Measure) -> Measure:
    """The sum of measures."""
    return Measure(
        part=sum(item.part for item in parts),
        whole=sum(item.whole for item in parts),
        late=sum(item.late for item in parts),
    )


@dataclass(frozen=True, kw_only=True)
class KeyObject:
    """A key object that visits were planned for: how many, and how many of them are done."""

    subject: str
    key: int
    planned: int
    done: int

    @property
    def is_met(self) -> bool:
        return self.planned == self.done


def key_objects(paths: Sequence[str], period: Period) -> list[KeyObject]:
    """K25: each key object on the list for the whole period, with its required visits in tasks that ended.

    One statement for each kind.
    """
    found = []
    for subject, name in KEY_FIELDS.items():
        rows = TaskObject.objects.filter(
            inside(paths, "task__region_path"),
            subject=subject,
            rule__isnull=False,
            **{f"{name}__isnull": False},
        )
        rows = rows.filter(task__ends_on__gte=period.first, task__ends_on__lte=period.last)
        rows = rows.filter(LISTED[subject](period))
        rows = rows.exclude(task__state=TaskState.CANCELLED)
        rows = rows.exclude(task__state=TaskState.MISSED, task__is_excused=True)
        counted = (
            rows.order_by()
            .values_list(name)
            .annotate(planned=Count("pk"), done=Count("pk", filter=Q(state=ObjectState.DONE)))
        )
        found += [
            KeyObject(subject=subject, key=key, planned=planned, done=done)
            for key, planned, done in counted.order_by(F("planned") - F("done"), name)
        ]
    return found


def met(objects: Sequence[KeyObject]) -> Measure:
    """K25: those with every required visit, of those with any."""
    return Measure(part=sum(item.is_met for item in objects), whole=len(objects))
