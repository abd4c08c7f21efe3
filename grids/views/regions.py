"""Revisions of regions: the list, one revision with all that it changes, and the start of a new one."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid
from grids import regions
from grids.geometry import to_geojson
from grids.models import Region, RegionEdition, RegionRevision
from grids.querysets import RegionRevisionQuerySet
from grids.regions.grounds import grounds_after, surfaces
from grids.regions.planning import Setting, area_of, setting_of, together
from grids.rules import may_prepare_regions, permitted
from grids.states import REGION_PREPARERS, RevisionState
from grids.views import faces, places, region_faces
from grids.views.doors import must_see_grids, visible_region_revision
from grids.views.pagers import page_of
from grids.views.revisions import Button, problem_fields

SIZE = 50
MOST_CHOICES = 300
LEVELS = RegionRevision.Level


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` (several), `?region=` and `?q=` narrow it."""
    must_see_grids(actor)
    rows = wanted(RegionRevision.objects.visible_to(actor), request)
    rows = rows.select_related("region", "prepared_by").defer("report", "region__boundary")
    page = page_of(rows, "prepared_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, faces.tone_of(row.state)) for row in page.rows],
        "states": RevisionState.choices,
        "places": places.options(actor),
        "is_filtered": any(key in request.GET for key in ("state", "region", "q")),
        "may_prepare": may_prepare_regions(actor),
    }
    return render(request, "grids/region_revisions.html", context)


def wanted(rows: RegionRevisionQuerySet, request: HttpRequest) -> RegionRevisionQuerySet:
    """The filters of the list. Raises Invalid for an unknown place."""
    states = [state for state in request.GET.getlist("state") if state in RevisionState.values]
    if states:
        rows = rows.filter(state__in=states)
    if place := places.asked(request.GET.get("region", "")):
        rows = rows.inside(place.path)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    return rows


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What changes, before and after, what the check says, who did what, and what this person may do now."""
    revision = visible_region_revision(actor, number)
    before, after = outlines(revision)
    context = {
        "revision": revision,
        "tone": faces.tone_of(revision.state),
        "face": region_faces.face_of(revision),
        "before_map": region_faces.outlines_of(before),
        "after_map": region_faces.outlines_of(after),
        "has_map": bool(before),
        "findings": region_faces.finding_rows(revision.report["findings"] if revision.report else []),
        "counts": revision.report["counts"] if revision.report else None,
        "entries": region_faces.entries(list(revision.steps.order_by("-pk"))),
        "buttons": buttons(revision, actor),
        "grids": getattr(revision, "grid_revision", None),
    }
    return render(request, "grids/region_revision.html", context)


def outlines(revision: RegionRevision) -> tuple[dict[str, tuple[str, Any]], dict[str, tuple[str, Any]]]:
    """The ground of the regions before and after, by code; without those of which none is known."""
    if revision.state == RevisionState.EFFECTIVE:
        rows = revision.successions.filter(new__boundary__isnull=False, new__level=revision.level)
        after = {row.new.code: (row.new.label, row.new.boundary) for row in rows.select_related("new")}
        return _former(revision), after
    setting, draft = setting_of(revision), regions.draft_of(revision)
    return _before(setting), _after(setting, draft)


def _former(revision: RegionRevision) -> dict[str, tuple[str, Any]]:
    """The boundaries that were kept; where a region had none, the ground of the grids that were in it."""
    found = {}
    editions = RegionEdition.objects.filter(revision=revision, region__level=revision.level)
    for edition in editions.select_related("region").defer("region__boundary"):
        outline = edition.boundary
        if not outline:
            grids = revision.parts.filter(grid__community=edition.region_id).values_list(
                "grid__polygon", flat=True
            )
            ground = surfaces(together(area_of(polygon) for polygon in grids))
            outline = to_geojson(ground) if ground is not None else None
        if outline:
            found[edition.region.code] = (edition.name, outline)
    return found


def _before(setting: Setting) -> dict[str, tuple[str, Any]]:
    found = {}
    for code, region in setting.sources.items():
        ground = together(piece.area for piece in setting.pieces.values() if piece.source == code)
        outline = region.boundary or (to_geojson(area) if (area := surfaces(ground)) is not None else None)
        if outline:
            found[code] = (region.label, outline)
    return found


def _after(setting: Setting, draft: regions.Draft) -> dict[str, tuple[str, Any]]:
    named = {result.code: result.name or result.code for result in draft.results}
    if not named or any(draft.places.get(code) not in named for code in setting.pieces):
        return {}
    heirs = {
        code: next(
            (row.code for row in draft.results if code in {row.code, row.heir_of}), draft.results[0].code
        )
        for code in setting.sources
    }
    grounds = grounds_after(setting, draft.places, heirs)
    return {
        code: (named[code], to_geojson(area))
        for code, ground in grounds.items()
        if (area := surfaces(ground)) is not None
    }


def buttons(revision: RegionRevision, actor: Actor) -> list[Button]:
    """The verbs that this person may do now; editing has a page of its own."""
    found = []
    for verb in permitted(revision, actor):
        name = "grids:region-revision-edit" if verb.name == "edit" else "grids:region-revision-verb"
        args = [revision.number] if verb.name == "edit" else [revision.number, verb.name]
        is_primary = verb.name in {"approve", "submit"}
        found.append(Button(verb=verb, url=reverse(name, args=args), is_primary=is_primary))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Choose regions of one level and what shall become of them; POST begins the draft and opens it."""
    if not may_prepare_regions(actor):
        raise Forbidden(
            _("Revisions of regions are prepared by town and oversight staff"), roles=sorted(REGION_PREPARERS)
        )
    problem: Invalid | Conflict | None = None
    status = 200
    if request.method == "POST":
        try:
            return begun(request, actor)
        except (Invalid, Conflict) as refusal:
            problem, status = refusal, refusal.status
    return render(
        request, "grids/region_revision_new.html", new_context(request, actor, problem), status=status
    )


def begun(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Prepare the draft and go there."""
    revision = regions.prepare(
        request.POST.getlist("regions"),
        way=request.POST.get("way", ""),
        title=request.POST.get("title", ""),
        reason=request.POST.get("reason", ""),
        target=request.POST.get("target", ""),
        by=actor,
        at=now(),
    )
    messages.success(request, _("Draft %(number)s has been prepared") % {"number": revision.number})
    return redirect(reverse("grids:region-revision-edit", args=[revision.number]))


def new_context(request: HttpRequest, actor: Actor, problem: Invalid | Conflict | None) -> dict[str, Any]:
    """The regions of the chosen level that this person may change, and the regions above to which they can move."""
    data = request.POST if request.method == "POST" else request.GET
    level = data.get("level", "")
    level = level if level in LEVELS.values else LEVELS.COMMUNITY.value
    words = data.get("q", "").strip()[:60]
    rows = choices(actor, level)
    if words:
        rows = [
            row
            for row in rows
            if words in row.name or words.lower() in row.pinyin or row.code.startswith(words)
        ]
    return {
        "level": level,
        "levels": LEVELS.choices,
        "words": words,
        "rows": rows[:MOST_CHOICES],
        "beyond": max(len(rows) - MOST_CHOICES, 0),
        "targets": targets(actor, level),
        "chosen": set(data.getlist("regions")),
        "given": {name: data.get(name, "") for name in ("title", "reason", "way", "target")},
        "problem": problem,
        "errors": problem_fields(problem),
    }


def choices(actor: Actor, level: str) -> list[Region]:
    """Regions of a level in force that this person may take into a revision, by code."""
    rows = Region.objects.filter(level=level, valid_to=None).select_related("parent")
    rows = rows.defer("boundary", "parent__boundary").order_by("code")
    return [row for row in rows if row.parent and may_prepare_regions(actor, row.parent.path)]


def targets(actor: Actor, level: str) -> list[Region]:
    """Regions above to which regions of that level can go, where this person may prepare."""
    above = ("town",) if level == LEVELS.COMMUNITY else ("district", "city")
    rows = Region.objects.filter(level__in=above, valid_to=None).defer("boundary").order_by("code")
    return [row for row in rows if may_prepare_regions(actor, row.path)]
