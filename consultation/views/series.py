"""Recurring meetings of the own unit: the list and the form of a plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultation import recurring
from consultation.forms import SeriesForm
from consultation.models import MeetingSeries
from consultation.recurring import SeriesPlan
from consultation.states import MeetingKind
from consultation.views.faces import names_of, people_face, units_face
from consultation.views.meetings import hosts_of, refuse
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, NotFound
from grids.views.pagers import page_of

NAMES = ("kind", "title", "every", "weekday", "day", "starts_at", "minutes", "place", "agenda", "is_active")

SIZE = 50


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The plans of the own unit, the next meeting first; `?stopped=1` those that are stopped."""
    hosts_of(actor)
    is_stopped = request.GET.get("stopped") == "1"
    rows = MeetingSeries.objects.visible_to(actor).select_related("host").filter(is_active=not is_stopped)
    page = page_of(rows, "next_on", request.GET.get("cursor", ""), SIZE, is_ascending=True)
    context = {
        "page": page,
        "rows": [(row, names_of(row.units), len(row.people)) for row in page.rows],
        "is_stopped": is_stopped,
    }
    return render(request, "consultation/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin a plan."""
    hosts = hosts_of(actor)
    begun = {
        "kind": MeetingKind.REGULAR.value,
        "every": "week",
        "weekday": 1,
        "starts_at": "09:00",
        "is_active": True,
    }
    return serve(request, actor, hosts, None, begun)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """Change a plan; meetings that are planned already stay as they are."""
    row = MeetingSeries.objects.visible_to(actor).select_related("host").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    begun = {name: getattr(row, name) for name in (*NAMES, "version", "units", "people")} | {
        "host": row.host_id
    }
    return serve(request, actor, [(row.host_id, row.host.name)], row, begun)


def serve(
    request: HttpRequest,
    actor: Actor,
    hosts: list[tuple[int, str]],
    row: MeetingSeries | None,
    begun: dict[str, Any],
) -> HttpResponseBase:
    """GET: the form. POST: keep it, or show what is wrong with it."""
    if request.method != "POST":
        return answer(request, SeriesForm(hosts, initial=begun), row)
    form = SeriesForm(hosts, request.POST)
    if not form.is_valid():
        return answer(request, form, row, status=422)
    data = form.cleaned_data
    draft = SeriesPlan(
        host=data["host"],
        units=tuple(data["units"]),
        people=tuple(data["people"]),
        **{name: data[name] for name in NAMES},
    )
    try:
        kept = recurring.keep(
            draft, by=actor, at=now(), pk=row.pk if row is not None else None, version=data["version"]
        )
    except (Invalid, Conflict) as problem:
        refuse(form, problem)
        return answer(request, form, row, status=problem.status)
    messages.success(request, _("The plan has been stored: %(title)s") % {"title": kept.title})
    return redirect("consultation:series")


def answer(
    request: HttpRequest, form: SeriesForm, row: MeetingSeries | None, *, status: int = 200
) -> HttpResponse:
    """The form of a recurring plan."""
    context = {
        "form": form,
        "row": row,
        "units": units_face(form["units"], ""),
        "people": people_face(form["people"]),
    }
    return render(request, "consultation/series_form.html", context, status=status)
