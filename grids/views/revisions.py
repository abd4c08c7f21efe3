"""Revisions of grids: the list, one revision with all that it changes, and the start of a new one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid
from governance.foundation.state_machine import Verb
from grids import revisions
from grids.history import states_before
from grids.models import Grid, GridRevision, RevisionGrid, RevisionSource
from grids.querysets import GridRevisionQuerySet
from grids.revisions.foreseen import passing
from grids.rules import may_prepare, permitted
from grids.states import REVISION_TABLE, RevisionState
from grids.views import faces, places
from grids.views.doors import must_see_grids, visible_revision
from grids.views.ground import ground_of
from grids.views.pagers import page_of

SIZE = 50


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` (several), `?region=` and `?open=1` narrow it."""
    must_see_grids(actor)
    rows = wanted(GridRevision.objects.visible_to(actor), request)
    page = page_of(counted(rows), "prepared_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, faces.tone_of(row.state)) for row in page.rows],
        "states": RevisionState.choices,
        "places": places.options(actor),
        "is_filtered": any(key in request.GET for key in ("state", "region", "q")),
        "may_prepare": may_prepare(actor),
    }
    return render(request, "grids/revisions.html", context)


def wanted(rows: GridRevisionQuerySet, request: HttpRequest) -> GridRevisionQuerySet:
    """The filters of the list. Raises Invalid for an unknown place."""
    states = [state for state in request.GET.getlist("state") if state in RevisionState.values]
    if states:
        rows = rows.filter(state__in=states)
    if place := places.asked(request.GET.get("region", "")):
        rows = rows.inside(place.path)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(number__icontains=words) | rows.filter(title__icontains=words)
    return rows


def counted(rows: GridRevisionQuerySet) -> GridRevisionQuerySet:
    """With the number of grids before and after, and all that a row shows."""

    def number_of(table: type[RevisionSource] | type[RevisionGrid]) -> Coalesce:
        of_one = table.objects.filter(revision=OuterRef("pk")).order_by().values("revision")
        return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)

    return (
        rows.select_related("region", "prepared_by")
        .defer("report", "region__boundary")
        .annotate(before_count=number_of(RevisionSource), after_count=number_of(RevisionGrid))
    )


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What changes, before and after, what the check says, who did what, and what this person may do now."""
    revision = visible_revision(actor, number)
    states = states_before(revision)
    rows = revision.results.select_related("community", "heir_of").order_by("code")
    results = list(rows.defer("community__boundary", "heir_of__polygon"))
    findings = revision.report["findings"] if revision.report else []
    after = faces.areas(results)
    context = {
        "revision": revision,
        "tone": faces.tone_of(revision.state),
        "changes": faces.changes(states, results),
        "households_before": sum(state.household_count for state in states),
        "households_after": sum(row.household_count for row in results),
        "before_map": faces.areas(states),
        "after_map": faces.pieces(findings, after),
        "pins": faces.pins(findings),
        "findings": faces.finding_rows(findings),
        "counts": revision.report["counts"] if revision.report else None,
        "entries": faces.entries(revision.steps.order_by("-pk")),
        "passing": passing(revision, on=local(now()).date()),
        "buttons": buttons(revision, actor),
        "editor_url": editor_url(revision),
    }
    return render(request, "grids/revision.html", context)


@dataclass(kw_only=True)
class Button:
    """A verb that may be done now, and where."""

    verb: Verb
    url: str
    is_primary: bool = False


def buttons(revision: GridRevision, actor: Actor) -> list[Button]:
    """The verbs that this person may do now; the one that brings the revision on is the primary one."""
    found = [
        Button(verb=verb, url=reverse("grids:revision-verb", args=[revision.number, verb.name]))
        for verb in permitted(revision, actor)
    ]
    for button in found:
        button.is_primary = button.verb.name in {"approve", "submit"}
    return found


def editor_url(revision: GridRevision) -> str:
    """Where the borders are drawn; empty for a revision that is no draft."""
    if revision.state != RevisionState.DRAFT:
        return ""
    try:
        return reverse("grids:revision-editor", args=[revision.number])
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Choose a community, then its grids; POST begins the draft and opens it."""
    if not may_prepare(actor):
        raise Forbidden(
            _("Revisions are prepared by community, town and oversight staff"), roles=sorted(PREPARERS)
        )
    problem: Invalid | Conflict | None = None
    status = 200
    if request.method == "POST":
        try:
            return begun(request, actor)
        except (Invalid, Conflict) as refusal:
            problem, status = refusal, refusal.status
    return render(request, "grids/revision_new.html", new_context(request, actor, problem), status=status)


def begun(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Prepare the draft and go there."""
    revision = revisions.prepare(
        request.POST.getlist("grids"),
        title=request.POST.get("title", ""),
        reason=request.POST.get("reason", ""),
        by=actor,
        at=now(),
    )
    messages.success(request, _("Draft %(number)s has been prepared") % {"number": revision.number})
    return redirect(editor_url(revision) or reverse("grids:revision", args=[revision.number]))


PREPARERS = REVISION_TABLE["prepare"].who


def new_context(request: HttpRequest, actor: Actor, problem: Invalid | Conflict | None) -> dict[str, Any]:
    """The communities that this person may re-cut, and the grids of the chosen place."""
    data = request.POST if request.method == "POST" else request.GET
    choices = [item for item in places.options(actor) if may_prepare_at(actor, item.code)]
    code = data.get("region", "") or first_community(choices)
    place = places.asked(code)
    grids = grids_to_choose(actor, place.path) if place is not None else []
    return {
        "places": choices,
        "place": place,
        "grids": grids,
        "chosen": set(data.getlist("grids")),
        "given_title": data.get("title", ""),
        "given_reason": data.get("reason", ""),
        "problem": problem,
        "errors": problem_fields(problem),
        "ground": ground_of(place.path) if place is not None else None,
    }


def may_prepare_at(actor: Actor, code: str) -> bool:
    """Whether the person may prepare inside that place."""
    place = places.asked(code)
    return place is not None and may_prepare(actor, place.path)


def first_community(choices: list[places.Option]) -> str:
    """The place to begin with: a community."""
    deepest = [item for item in choices if item.depth == 1] or choices
    return deepest[0].code if deepest else ""


def grids_to_choose(actor: Actor, path: str) -> list[tuple[Grid, str]]:
    """(grid, number of the open revision that has it) inside a place that the person may re-cut."""
    if not may_prepare(actor, path):
        return []
    taken = RevisionSource.objects.filter(grid=OuterRef("pk"), is_open=True).values("revision__number")
    rows = Grid.objects.filter(valid_to=None, path__startswith=path).select_related("community")
    rows = rows.defer("polygon", "community__boundary").order_by("code")
    return [(row, row.taken or "") for row in rows.annotate(taken=Subquery(taken[:1]))[:MOST_GRIDS]]


MOST_GRIDS = 500


def problem_fields(problem: Invalid | Conflict | None) -> dict[str, str]:
    """Field by field what is wrong."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return {name: " ".join(map(str, texts)) for name, texts in fields.items()}
