"""Supervision tasks over REST: those of the caller's own unit, and of the places that the caller oversees."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.foundation.api.paging import Cursor, Key, page_links
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import ChoiceField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from grids.api.callers import staff
from incidents.api.listing import QueryFlag, plain
from supervision.api import showing
from supervision.api.showing import TaskOut
from supervision.models import SupervisionTask
from supervision.names import Kind, TaskState
from supervision.querysets import TaskQuerySet
from supervision.views.listing import narrowed

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


class TaskQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    state = serializers.ListField(child=ChoiceField(TaskState.choices), required=False)
    kind = ChoiceField(Kind.choices, required=False)
    mine = QueryFlag(required=False, help_text="Only what the caller's own unit has to answer.")
    open = QueryFlag(required=False)
    overdue = QueryFlag(required=False, help_text="Open, and past the due time of its present stage.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class TaskPage(Base):
    """One page, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = TaskOut(many=True)


QUERY = TaskQuery()


class TasksView(ApiView):
    """The supervision tasks that the caller may see."""

    @extend_schema(
        operation_id="supervision_tasks_list",
        tags=["supervision"],
        parameters=[TaskQuery],
        responses={200: TaskPage},
        summary="List supervision tasks, newest first",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        wanted = read(QUERY, plain(request.query_params))
        cursor = Cursor.read(wanted.get("cursor", ""))
        rows = SupervisionTask.objects.visible_to(by).with_labels()
        flags = {"mine": wanted.get("mine"), "open": wanted.get("open"), "late": wanted.get("overdue")}
        at = now()
        rows = narrowed(rows, [name for name, is_on in flags.items() if is_on], by, at)
        if wanted.get("state"):
            rows = rows.filter(state__in=wanted["state"])
        if wanted.get("kind"):
            rows = rows.filter(kind=wanted["kind"])
        found, next_key, previous_key = page(rows, cursor, wanted.get("limit", DEFAULT_LIMIT))
        results = [TaskOut(showing.task(row, at)).data for row in found]
        return Response({**page_links(request, next_key, previous_key), "results": results})


def page(
    rows: TaskQuerySet, cursor: Cursor, size: int
) -> tuple[list[SupervisionTask], Key | None, Key | None]:
    """(rows, key of the next page, key of the one before)."""
    if cursor.before is not None:
        newer = list(rows.later_than(cursor.before).order_by("created_at", "pk")[: size + 1])
        more, found = len(newer) > size, list(reversed(newer[:size]))
        return found, key_of(found[-1]) if found else None, key_of(found[0]) if found and more else None
    if cursor.after is not None:
        rows = rows.earlier_than(cursor.after)
    older = list(rows.order_by("-created_at", "-pk")[: size + 1])
    more, found = len(older) > size, older[:size]
    is_first = cursor.after is None
    return (
        found,
        key_of(found[-1]) if found and more else None,
        key_of(found[0]) if found and not is_first else None,
    )


def key_of(row: SupervisionTask) -> Key:
    """What a page is found by."""
    return row.created_at, row.pk
