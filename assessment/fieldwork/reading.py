"""Fieldwork for the engine: what the steps after a cursor touched, and what a list shows of an item."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Model
from django.urls import reverse

from assessment.fieldwork import deriving
from assessment.fieldwork.words import GRID, HAZARD, JOINT, KEY_OBJECT, PATROL, PLACE, REVIEW, VISIT
from assessment.sources import Changes, Item, Source
from fieldwork.hazards.states import HazardState
from fieldwork.models import (
    CountStep,
    FieldStep,
    FieldTask,
    Hazard,
    HazardStep,
    MonthObject,
    ReportReview,
)
from fieldwork.states import TaskState
from fieldwork.terms import Subject
from governance.accounts.actors import Actor
from governance.foundation.horizon import reach
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.models import Ticket
from registers.models import KeyPlace
from registers.querysets import inside, paths_for
from registers.roles import READERS


def last_of(model: type[Model]) -> Callable[[], int]:
    """The highest key that an item has."""
    rows = model._default_manager.order_by("-pk")
    return lambda: rows.values_list("pk", flat=True).first() or 0


def changed_by(steps: type[Model], column: str) -> Callable[[int, int, int], Changes]:
    """The items of the next steps."""

    def changed(after: int, upto: int, limit: int) -> Changes:
        rows = steps._default_manager.filter(pk__gt=after, pk__lte=upto).order_by("pk")
        found = list(rows.values_list("pk", column)[:limit])
        reached = found[-1][0] if len(found) == limit else upto
        return Changes(ids=sorted({item for _pk, item in found}), reached=reached, steps=len(found))

    return changed


def pending_by(steps: type[Model], column: str) -> Callable[[Sequence[int], int], set[int]]:
    """Those of the items that have a later step."""

    def pending(ids: Sequence[int], after: int) -> set[int]:
        rows = steps._default_manager.filter(pk__gt=after, **{f"{column}__in": ids})
        return set(rows.values_list(column, flat=True))

    return pending


def tasks_shown(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Those of the tasks that the reader may see."""
    rows = FieldTask.objects.visible_to(by).filter(pk__in=ids).select_related("rule")
    return {
        row.pk: Item(
            number=row.number,
            title=row.rule.label if row.rule is not None else row.title,
            url=reverse("fieldwork:task", args=[row.pk]),
            words=str(TaskState(row.state).label),
        )
        for row in rows
    }


def hazards_shown(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Those of the hazards that the reader may see."""
    rows = Hazard.objects.visible_to(by).filter(pk__in=ids)
    return {
        pk: Item(
            number=number,
            title=title,
            url=reverse("fieldwork:hazard", args=[number]),
            words=str(HazardState(state).label),
        )
        for pk, number, title, state in rows.values_list("pk", "number", "title", "state")
    }


def months_shown(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Places and grids by name where the reader has the registers; of people the place alone."""
    rows = list(MonthObject.objects.filter(inside(paths_for(by, READERS), "region_path"), pk__in=ids))
    places = KeyPlace.objects.in_bulk([row.object_id for row in rows if row.subject == Subject.KEY_PLACE])
    return {row.pk: _month_face(row, places) for row in rows}


def _month_face(row: MonthObject, places: Mapping[int, KeyPlace]) -> Item:
    where = territory().by_path.get(row.region_path)
    words = label_of(where) if where is not None else ""
    number = f"{row.month:%Y-%m}"
    place = places.get(row.object_id) if row.subject == Subject.KEY_PLACE else None
    if place is not None:
        url = reverse("registers:place", args=[place.pk])
        return Item(number=number, title=place.name, url=url, words=words)
    return Item(number=number, title=str(Subject(row.subject).label), url="", words=words)


def reviews_shown(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Those whose ticket the reader may see."""
    reviews = dict(ReportReview.objects.filter(pk__in=ids).values_list("ticket_id", "pk"))
    rows = Ticket.objects.visible_to(by, along="few").filter(pk__in=list(reviews))
    return {
        reviews[pk]: Item(number=number, title=title, url=reverse("incidents:ticket", args=[number]))
        for pk, number, title in rows.values_list("pk", "number", "title")
    }


def counted(after: int, upto: int, limit: int) -> Changes:
    """The objects that the next runs of the month's count have written."""
    rows = CountStep.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk")
    found: set[int] = set()
    reached, steps = upto, 0
    for pk, ids in rows.values_list("pk", "ids").iterator(chunk_size=10):
        found.update(ids)
        steps += 1
        if len(found) >= limit:
            reached = pk
            break
    return Changes(ids=sorted(found), reached=reached, steps=steps)


def not_counted(ids: Sequence[int], after: int) -> set[int]:
    """Those of the objects that a later run has touched."""
    rows = CountStep.objects.filter(pk__gt=after, ids__overlap=list(ids)).values_list("ids", flat=True)
    return {pk for touched in rows for pk in touched} & set(ids)


def _source(name: str, steps: type[Model], column: str, rows: type[Model], **more: Any) -> Source:
    return Source(
        name=name,
        horizon=lambda: reach(steps),
        changed=changed_by(steps, column),
        last_item=last_of(rows),
        pending=pending_by(steps, column),
        **more,
    )


SOURCES: Final = (
    _source(
        "field_tasks",
        FieldStep,
        "task_id",
        FieldTask,
        kinds=(PATROL, VISIT, JOINT),
        derive=deriving.tasks,
        items=tasks_shown,
    ),
    _source(
        "hazards",
        HazardStep,
        "hazard_id",
        Hazard,
        kinds=(HAZARD,),
        derive=deriving.hazards,
        items=hazards_shown,
    ),
    _source(
        "report_reviews",
        ReportReview,
        "pk",
        ReportReview,
        kinds=(REVIEW,),
        derive=deriving.reviews,
        items=reviews_shown,
    ),
    Source(
        name="field_months",
        kinds=(PLACE, GRID, KEY_OBJECT),
        horizon=lambda: reach(CountStep),
        changed=counted,
        last_item=last_of(MonthObject),
        pending=not_counted,
        derive=deriving.months,
        items=months_shown,
    ),
)
