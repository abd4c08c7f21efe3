"""The list of tasks with its filters and export, one task with its story, its verbs in a dialog, the review queue."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from fieldwork import teaming, touring, transitions
from fieldwork.desk.forms import VerbForm
from fieldwork.desk.proofs import context_of
from fieldwork.models import FieldTask
from fieldwork.querysets import FieldTaskQuerySet
from fieldwork.rounds.faces import face_of, heading, markers, objects_of
from fieldwork.rules import (
    may_plan,
    may_read,
    may_review,
    may_see_track,
    permitted,
    role_for,
    visible_task,
)
from fieldwork.states import READERS, TASK_TABLE, TaskState
from fieldwork.terms import Mode, ObjectState, PatrolKind, Work
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.spreadsheets import csv_lines
from grids.territory import current as territory
from grids.views.ground import area_of, ground_of
from grids.views.pagers import page_of
from registers.views.frames import workers_near

SIZE: Final = 50
MOST_ROWS: Final = 20_000
DESK_VERBS: Final[dict[str, Callable[..., FieldTask]]] = {
    "assign": transitions.assign,
    "cancel": transitions.cancel,
    "review": transitions.review,
    "send_back": transitions.send_back,
}
"""What is done at a desk; the rest is the worker's, on the phone."""


def must_read(by: Actor) -> None:
    """Raises Forbidden for whoever oversees no place; the own tasks are on the phone."""
    if not may_read(by):
        raise Forbidden(
            pgettext("field task", "These pages are for those who plan and oversee"), roles=sorted(READERS)
        )


def frame_of(by: Actor) -> dict[str, Any]:
    """What the frame of these pages asks for."""
    return {"may_plan": may_plan(by), "may_review": may_review(by)}


def wanted(rows: FieldTaskQuerySet, query: QueryDict, *, at: datetime) -> FieldTaskQuerySet:
    """The rows that the filters of a query leave."""
    for key, choices in {"state": TaskState, "work": Work, "patrol_kind": PatrolKind, "mode": Mode}.items():
        if values := [value for value in query.getlist(key) if value in choices.values]:
            rows = rows.filter(**{f"{key}__in": values})
    if query.get("late"):
        rows = rows.filter(Q(state=TaskState.MISSED) | Q(pk__in=rows.unfinished().filter(due_at__lte=at)))
    rows = _within(rows, query)
    if words := query.get("q", "").strip().replace("\x00", "")[:80]:
        rows = rows.filter(Q(title__icontains=words) | Q(assignee__name__icontains=words))
    return rows


def _within(rows: FieldTaskQuerySet, query: QueryDict) -> FieldTaskQuerySet:
    """A place, a campaign, some days."""
    place = territory().by_code.get(query.get("place", ""))
    if place is not None:
        rows = rows.filter(region_path__startswith=place.path)
    campaign = str(query.get("campaign", ""))[:15]
    if campaign.isascii() and campaign.isdigit():
        rows = rows.filter(campaign_id=int(campaign))
    for key, lookup in {"since": "ends_on__gte", "until": "ends_on__lte"}.items():
        if day := _day(query.get(key, "")):
            rows = rows.filter(**{lookup: day})
    return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?state=`, `?work=`, `?patrol_kind=`, `?mode=`, `?late=1`, `?place=`, `?campaign=`, `?since=`, `?until=`,
    `?q=`."""
    must_read(actor)
    at = now()
    rows = wanted(FieldTask.objects.visible_to(actor), request.GET, at=at)
    page = page_of(rows.for_rows(), "ends_on", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [face_of(row, at) for row in page.rows],
        "states": TaskState.choices,
        "works": Work.choices,
        "kinds": PatrolKind.choices,
        "modes": Mode.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        "kept": [
            (key, item)
            for key, items in request.GET.lists()
            for item in items
            if key not in {"q", "since", "until", "cursor"}
        ],
        "query": request.GET.urlencode(),
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/tasks.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The filtered list as CSV; the export stands in the journal."""
    must_read(actor)
    at = now()
    rows = wanted(FieldTask.objects.visible_to(actor), request.GET, at=at).for_rows()
    found = [face_of(row, at) for row in rows.order_by("-ends_on", "-pk")[:MOST_ROWS]]
    assert actor.user is not None
    details = {"rows": len(found), "filter": request.GET.urlencode()[:400]}
    journal.record("fieldwork.export", by=actor, obj=actor.user, at=at, details=details)
    head = [
        pgettext("field task", "number"),
        pgettext("field task", "work"),
        pgettext("field task", "kind of patrol"),
        pgettext("field task", "origin"),
        pgettext("field task", "title"),
        pgettext("field task", "place"),
        pgettext("field task", "worker"),
        pgettext("field task", "state"),
        pgettext("field task", "from"),
        pgettext("field task", "to"),
        pgettext("field task", "objects"),
        pgettext("field task", "visited"),
        pgettext("field task", "minutes"),
    ]
    lines = [
        [
            face.task.number,
            face.task.get_work_display(),
            face.task.get_patrol_kind_display(),
            face.task.get_mode_display(),
            face.title,
            face.place,
            face.task.assignee.name if face.task.assignee else "",
            face.task.get_state_display(),
            face.task.starts_on.isoformat(),
            face.task.ends_on.isoformat(),
            face.task.object_count,
            face.task.done_count,
            face.task.minutes,
        ]
        for face in found
    ]
    answer = StreamingHttpResponse(csv_lines(head, lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="field-tasks-{local(at):%Y%m%d-%H%M}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@desk_page
def review_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was drawn to be reviewed, due first; `?all=1` everything submitted by others."""
    must_read(actor)
    at = now()
    rows = FieldTask.objects.visible_to(actor).to_review(actor)
    if not request.GET.get("all"):
        rows = rows.filter(is_sampled=True)
    page = page_of(rows.for_rows(), "submitted_at", request.GET.get("cursor", ""), SIZE, is_ascending=True)
    context = {
        "page": page,
        "rows": [
            (face_of(row, at), bool(row.review_due_at and row.review_due_at <= at)) for row in page.rows
        ],
        "is_all": bool(request.GET.get("all")),
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/review.html", context)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One task: what, who, which objects, what was found, the story; a track for those who may see it."""
    must_read(actor)
    at, task = now(), visible_task(actor, pk)
    faces = objects_of(task, actor)
    context = {
        "task": task,
        "face": face_of(task, at),
        "heading": heading(task),
        "objects": faces,
        **context_of(task, faces, actor),
        "left": sum(face.target.state == ObjectState.OPEN for face in faces),
        "markers": markers(faces),
        "has_points": any(face.point for face in faces),
        "ground": ground_of(area_of(actor.user)),
        "companions": teaming.companions(task, actor),
        "check_ins": task.check_ins.select_related("target", "user").order_by("occurred_at"),
        "entries": entries(task),
        "track_url": reverse("fieldwork:task-track", args=[task.pk])
        if task.work == Work.PATROL and may_see_track(task, actor)
        else "",
        "buttons": [
            (verb, reverse("fieldwork:task-verb", args=[task.pk, verb.name]))
            for verb in permitted(task, actor, at=at)
            if verb.name in DESK_VERBS
        ],
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/task.html", context)


def entries(task: FieldTask) -> list[dict[str, Any]]:
    """The story, newest first: one statement."""
    return [
        {
            "title": TASK_TABLE[step.verb].label,
            "at": step.at,
            "who": step.actor_name if step.role in Role.values else pgettext("field task", "The platform"),
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": step.words,
            "occurred_at": step.occurred_at
            if step.role in Role.values
            and step.occurred_at
            and abs((step.at - step.occurred_at).total_seconds()) > 60
            else None,
        }
        for step in task.steps.order_by("-pk")
    ]


@require_safe
@desk_page
def track_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Where the worker walked: for the worker and the supervisor of the grid; the look is on record."""
    at, task = now(), visible_task(actor, pk)
    tours = touring.track_of(task, by=actor, at=at)
    points = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
                "properties": {"label": f"{local(point.at):%H:%M}", "lamp": "green"},
            }
            for tour in tours
            for point in tour[:: max(1, len(tour) // 60)]
        ],
    }
    context = {
        "task": task,
        "heading": heading(task),
        "tours": [(tour[0].at, tour[-1].at, len(tour)) for tour in tours],
        "markers": points,
        "ground": ground_of(area_of(actor.user)),
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/track.html", context)


def people_for(task: FieldTask) -> list[tuple[int, str]]:
    """Whom the task may be given to: who holds a post in the community."""
    place = territory().at_level(task.region_path, "community")
    return [(row.pk, row.name) for row in workers_near(place.id if place else None, present=task.assignee_id)]


def teams_for(task: FieldTask) -> list[tuple[int, str]]:
    """Which teams a patrol may be given to."""
    return teaming.offered(task.region_path, on=task.starts_on) if task.work == Work.PATROL else []


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    task = visible_task(actor, pk)
    if name not in DESK_VERBS:
        raise NotFound()
    row = TASK_TABLE[name]
    people, teams = (people_for(task), teams_for(task)) if row.need("person") else ((), ())
    objects = [
        (face.target.pk, f"{face.target.position} {face.name}")
        for face in (objects_of(task, actor) if name == "send_back" else ())
    ]
    if request.method == "POST":
        form = VerbForm(row, request.POST, people=people, teams=teams, objects=objects)
        return _posted(request, actor, task, form)
    given = {"version": task.version, "person": task.assignee_id, "team": task.team_id}
    form = VerbForm(row, people=people, teams=teams, objects=objects, initial=given)
    try:
        TASK_TABLE.check(name, task.state)
        role_for(row, task, actor)
    except Conflict as problem:
        return _dialog(request, task, form, problem=problem, status=409)
    return _dialog(request, task, form)


def _posted(request: HttpRequest, actor: Actor, task: FieldTask, form: VerbForm) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    if not form.is_valid():
        return _dialog(request, task, form, status=422)
    version = form.cleaned_data["version"]
    try:
        DESK_VERBS[form.verb.name](task.pk, by=actor, at=now(), version=version, **form.data_of_verb)
    except Invalid as problem:
        for field, texts in problem.fields.items():
            for text in texts:
                form.add_error(field if field in form.fields else None, str(text))
        return _dialog(request, task, form, status=422)
    except (Conflict, Forbidden) as problem:
        return _dialog(request, task, form, problem=problem, status=problem.status)
    done = pgettext("field task", "%(verb)s: done, %(number)s")
    messages.success(request, done % {"verb": form.verb.label, "number": task.number})
    url = reverse("fieldwork:task", args=[task.pk])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def _dialog(
    request: HttpRequest,
    task: FieldTask,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    context = {
        "task": task,
        "title": f"{form.verb.label} · {task.number}",
        "url": request.path,
        "back": reverse("fieldwork:task", args=[task.pk]),
        "form": form,
        "verb": form.verb.label,
        "is_grave": form.verb.dangerous,
        "note": str(form.verb.guard),
        "problem": problem,
    }
    template = "fieldwork/desk/_verb.html" if is_partial(request) else "fieldwork/desk/verb.html"
    return render(request, template, context, status=status)
