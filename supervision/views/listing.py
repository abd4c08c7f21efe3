"""Supervision tasks: the list with filters, and the same as a file."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.spreadsheets import csv_lines
from grids import scope as scopes
from grids.views.pagers import page_of
from supervision.models import SupervisionTask, TaskClock
from supervision.names import Cause, Kind, Stage, TaskState
from supervision.querysets import TaskQuerySet
from supervision.rules import may_order, may_see_board
from supervision.views.doors import must_read
from supervision.views.faces import KIND_TONES, TONES, place_words, task_lamp

SIZE, MOST = 50, 10_000
FILTERS = ("state", "kind", "cause", "q", "open", "late", "mine", "recheck", "listed")


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first. Filters: state and kind (several), cause, words, open, late, of the own unit, to look at again."""
    must_read(actor)
    at = now()
    rows = wanted(SupervisionTask.objects.visible_to(actor), request, actor, at)
    page = page_of(rows.with_labels(), "created_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [
            (row, TONES[row.state], task_lamp(row, at), KIND_TONES[Kind(row.kind)]) for row in page.rows
        ],
        "states": TaskState.choices,
        "kinds": Kind.choices,
        "causes": Cause.choices,
        "is_filtered": any(request.GET.get(key) for key in FILTERS),
        "may_order": may_order(actor),
        "sees_board": may_see_board(actor),
    }
    return render(request, "supervision/tasks.html", context)


def wanted(rows: TaskQuerySet, request: HttpRequest, actor: Actor, at: datetime) -> TaskQuerySet:
    """The filters of the list and of its file."""
    query = request.GET
    for name, values in (("state", TaskState.values), ("kind", Kind.values), ("cause", Cause.values)):
        if chosen := [value for value in query.getlist(name) if value in values]:
            rows = rows.filter(**{f"{name}__in": chosen})
    rows = narrowed(rows, [name for name in FLAGS if query.get(name)], actor, at)
    if words := query.get("q", "").strip()[:100]:
        rows = rows.filter(number__iexact=words) | rows.filter(title__icontains=words)
    return rows


def narrowed(rows: TaskQuerySet, names: Iterable[str], actor: Actor, at: datetime) -> TaskQuerySet:
    """Restricted by flags; both doors ask the same."""
    for name in names:
        rows = FLAGS[name](rows, actor, at)
    return rows


def to_look_at(rows: TaskQuerySet, actor: Actor, at: datetime) -> TaskQuerySet:
    """Closed long enough ago to be looked at again."""
    due = TaskClock.objects.filter(stage=Stage.RECHECK, stopped_at=None, due_at__lte=at)
    return rows.filter(recheck="", pk__in=due.values("task"))


FLAGS: dict[str, Callable[[TaskQuerySet, Actor, datetime], TaskQuerySet]] = {
    "open": lambda rows, actor, at: rows.open(),
    "late": lambda rows, actor, at: rows.open().filter(due_at__lte=at),
    "listed": lambda rows, actor, at: rows.listed(),
    "mine": lambda rows, actor, at: rows.filter(unit__in=sorted(scopes.of(actor.user).unit_ids)),
    "recheck": to_look_at,
}


HEADS = (
    pgettext_lazy("supervision", "Number"),
    pgettext_lazy("supervision", "Kind"),
    pgettext_lazy("supervision", "Cause"),
    pgettext_lazy("supervision", "Title"),
    pgettext_lazy("supervision", "Unit"),
    pgettext_lazy("supervision", "Place"),
    pgettext_lazy("supervision", "State"),
    pgettext_lazy("supervision", "Created"),
    pgettext_lazy("supervision", "Due"),
    pgettext_lazy("supervision", "Score"),
)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as CSV, at most ten thousand rows."""
    must_read(actor)
    rows = wanted(SupervisionTask.objects.visible_to(actor), request, actor, now())
    found = rows.with_labels().order_by("-created_at", "-pk")[:MOST]
    answer = StreamingHttpResponse(csv_lines(HEADS, cells(found)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="supervision.csv"'
    return answer


def cells(rows: Any) -> Iterator[list[object]]:
    """The lines of the file."""
    for row in rows.iterator(chunk_size=1000):
        yield [
            row.number,
            row.get_kind_display(),
            row.get_cause_display(),
            row.title,
            row.unit.label,
            place_words(row.region_path),
            row.get_state_display(),
            f"{local(row.created_at):%Y-%m-%d %H:%M}",
            f"{local(row.due_at):%Y-%m-%d %H:%M}" if row.due_at else "",
            row.score or "",
        ]
