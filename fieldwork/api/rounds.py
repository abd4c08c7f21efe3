"""Patrols and visits over REST: for people, as far as their pages show them."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fieldwork.api import shapes
from fieldwork.api.pages import Shown, code_of, inside, page_answer
from fieldwork.models import FieldTask, TaskObject
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.errors import NotFound
from grids.api.callers import staff
from incidents.api.listing import plain

QUERY, ROW, THING = shapes.TaskQuery(), shapes.FieldTaskOut(), shapes.FieldObjectOut()
PREFIX = len("XC20261116")


def condition(wanted: dict[str, Any]) -> Q:
    """What the filters leave."""
    found = inside(wanted.get("region", ""))
    for name in ("work", "patrol_kind"):
        if wanted.get(name):
            found &= Q(**{name: wanted[name]})
    if wanted.get("state"):
        found &= Q(state__in=wanted["state"])
    if wanted.get("since"):
        found &= Q(ends_on__gte=wanted["since"])
    if wanted.get("until"):
        found &= Q(ends_on__lte=wanted["until"])
    return found


def shown(rows: list[FieldTask]) -> list[Shown]:
    """Rows with the words that stand elsewhere; the workers were read with them."""
    return [
        Shown(
            row,
            region_code=code_of(row.region_path),
            worker_name=row.assignee.name if row.assignee else "",
            team_name=row.team.label if row.team else "",
        )
        for row in rows
    ]


class TasksView(ApiView):
    """The patrols and visits that the caller may see."""

    @extend_schema(
        operation_id="fieldwork_tasks_list",
        tags=["fieldwork"],
        parameters=[shapes.TaskQuery],
        responses={200: shapes.FieldTaskPage},
        summary="List patrols and visits, the latest last day first",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        wanted = read(QUERY, plain(request.query_params))
        rows = FieldTask.objects.visible_to(by).filter(condition(wanted)).select_related("assignee", "team")
        if wanted.get("mine"):
            rows = rows.filter(assignee=by.user_id)
        return page_answer(request, rows, "ends_on", wanted, ROW, shown)


class TaskView(ApiView):
    """One patrol or round of visits."""

    @extend_schema(
        operation_id="fieldwork_tasks_read",
        tags=["fieldwork"],
        responses={200: shapes.FieldTaskDetail},
        summary="Read a patrol or round of visits and what it leads to; residents have no name here",
    )
    def get(self, request: Request, number: str) -> Response:
        by = staff(request)
        rows = FieldTask.objects.visible_to(by).select_related("assignee", "team")
        row = rows.filter(pk=int(number[PREFIX:])).first()
        if row is None or row.number != number:
            raise NotFound()
        body = ROW.to_representation(shown([row])[0])
        things = row.objects_of.select_related("key_place").order_by("position", "pk")
        return Response(body | {"leads_to": [THING.to_representation(named(thing)) for thing in things]})


def named(thing: TaskObject) -> Shown:
    """A place has a name; a person or household has none outside the pages of those who look after them."""
    place = thing.key_place
    is_point = thing.household_id is None and thing.key_person_id is None
    return Shown(thing, open_name=place.name if place is not None else thing.label if is_point else "")
