"""Professional grids over ours on the desk: progress by system and town, the list behind each number, decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, Invalid, NotFound, Problem, Text
from grids import overlays
from grids import scope as scopes
from grids.models import GridOverlay, ProfessionalGrid
from grids.overlays import Progress
from grids.overlays.deciding import deciders
from grids.territory import current as territory
from grids.views import places
from grids.views.doors import must_see_grids

SIZE = 50
DEFAULT_PERCENT = 80
State, System = GridOverlay.State, ProfessionalGrid.System
# What a professional grid has come to, as the progress table counts it.
STANDING: dict[str, Text] = {
    "confirmed": pgettext_lazy("overlay", "Merged"),
    "waiting": pgettext_lazy("overlay", "To decide"),
    "none": pgettext_lazy("overlay", "Without a match"),
}
TONES = {State.SUGGESTED: "wait", State.CONFIRMED: "done", State.REFUSED: "stop"}
DECISIONS = ((State.CONFIRMED, _("Confirm")), (State.REFUSED, pgettext_lazy("overlay", "Refuse")))


@dataclass(frozen=True)
class Cell:
    """One number of the table, with the list it opens."""

    progress: Progress
    label: str
    query: str

    def link(self, standing: str = "") -> str:
        return f"{reverse('grids:overlay-list')}?{self.query}{f'&standing={standing}' if standing else ''}"

    @property
    def all_url(self) -> str:
        return self.link()

    @property
    def confirmed_url(self) -> str:
        return self.link("confirmed")

    @property
    def waiting_url(self) -> str:
        return self.link("waiting")

    @property
    def none_url(self) -> str:
        return self.link("none")

    @property
    def percent(self) -> str:
        """The rate in words; a dash where there is nothing to merge."""
        return "–" if self.progress.rate is None else f"{self.progress.rate * 100:.1f}%"


@dataclass(frozen=True)
class Decidable:
    """An overlay with what this person may do to it."""

    row: GridOverlay
    tone: str
    choices: Sequence[tuple[str, Text]]


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """K30 by system and town; every number opens its list."""
    must_see_grids(actor)
    rows = overlays.progress(actor)
    systems = [system for system in System if any(row.system == system for row in rows)]
    context = {
        "whole": [
            _cell(overlays.progress_of(rows, system), str(system.label), system=system) for system in systems
        ],
        "tables": [
            (system.label, [_town_cell(row) for row in rows if row.system == system]) for system in systems
        ],
        "may_decide": any(scopes.of(actor.user).roles & set(deciders(system)) for system in systems),
    }
    return render(request, "grids/overlays.html", context)


def _cell(progress: Progress, label: str, **query: str) -> Cell:
    return Cell(progress, label, urlencode(query))


def _town_cell(row: Progress) -> Cell:
    town = territory().regions.get(row.town_id or 0)
    label = town.label if town else str(_("No town"))
    return _cell(row, label, system=row.system, **({"region": town.code} if town else {}))


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Professional grids with their overlays, in the order of their arrival; `?after=` continues."""
    must_see_grids(actor)
    rows = _chosen(request, actor)
    total = rows.count()
    after = request.GET.get("after", "")
    if after and not (after.isdigit() and len(after) < 19):
        raise Invalid(_("This page of the list cannot be found; please start from the first one"))
    found = list(rows.filter(pk__gt=int(after or 0)).order_by("pk")[: SIZE + 1])
    context = {
        "rows": found[:SIZE],
        "total": total,
        "next": found[SIZE - 1].pk if len(found) > SIZE else None,
        "systems": System.choices,
        "standings": STANDING.items(),
        "places": [option for option in places.options(actor) if not option.depth],
        "is_filtered": any(request.GET.get(name) for name in ("system", "region", "standing", "q")),
    }
    return render(request, "grids/overlay_list.html", context)


def _chosen(request: HttpRequest, actor: Actor) -> QuerySet[ProfessionalGrid]:
    query = request.GET
    mine = GridOverlay.objects.filter(professional_grid=OuterRef("pk"))
    rows = overlays.visible_professional_grids(actor).annotate(
        has_confirmed=Exists(mine.filter(state=State.CONFIRMED)),
        has_waiting=Exists(mine.filter(state=State.SUGGESTED)),
        confirmed_count=Count("overlays", filter=Q(overlays__state=State.CONFIRMED)),
        waiting_count=Count("overlays", filter=Q(overlays__state=State.SUGGESTED)),
        refused_count=Count("overlays", filter=Q(overlays__state=State.REFUSED)),
    )
    if system := query.get("system"):
        rows = rows.filter(system=system)
    if place := places.asked(query.get("region", "")):
        rows = rows.filter(town__path__startswith=place.path)
    if words := query.get("q", "").strip():
        rows = rows.filter(Q(code__istartswith=words) | Q(name__contains=words))
    standing = query.get("standing")
    if standing == "confirmed":
        rows = rows.filter(has_confirmed=True)
    elif standing == "waiting":
        rows = rows.filter(has_confirmed=False, has_waiting=True)
    elif standing == "none":
        rows = rows.filter(has_confirmed=False, has_waiting=False)
    return rows.select_related("town", "unit").defer("polygon", "town__boundary")


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One professional grid: which grids it lies over, with shares and the map."""
    must_see_grids(actor)
    return _shown(request, actor, pk)


def _shown(request: HttpRequest, actor: Actor, pk: int, *, problem: Problem | None = None) -> HttpResponse:
    rows = overlays.visible_professional_grids(actor).select_related("town", "unit", "officer")
    professional = rows.filter(pk=pk).first()
    if professional is None:
        raise NotFound()
    found = overlays.visible_overlays(actor).filter(professional_grid=professional)
    found = found.select_related("grid__community", "decided_by", "professional_grid")
    mine = [_decidable(row, actor) for row in found.order_by("-share", "pk")]
    following = _next_to_decide(actor, professional)
    context = {
        "professional": professional,
        "rows": mine,
        "may_decide": any(row.choices for row in mine),
        "areas": _areas(professional, [item.row for item in mine]),
        "next": following,
        "problem": problem,
    }
    return render(request, "grids/overlay.html", context, status=problem.status if problem else 200)


def _decidable(row: GridOverlay, actor: Actor) -> Decidable:
    try:
        overlays.deciding_role(actor, row.professional_grid.system, row.grid.path)
    except Forbidden:
        return Decidable(row, TONES[State(row.state)], ())
    choices = [item for item in DECISIONS if item[0] != row.state]
    if row.state != State.SUGGESTED:
        choices.append((State.SUGGESTED, pgettext_lazy("overlay", "Decide again")))
    return Decidable(row, TONES[State(row.state)], choices)


def _next_to_decide(actor: Actor, professional: ProfessionalGrid) -> int | None:
    """The next one of the same system with something to decide, round to the first."""
    waiting = overlays.visible_overlays(actor).filter(
        professional_grid__system=professional.system, state=State.SUGGESTED
    )
    ids = waiting.exclude(professional_grid=professional).values_list("professional_grid_id", flat=True)
    after = ids.filter(professional_grid__gt=professional.pk).order_by("professional_grid_id").first()
    return after or ids.order_by("professional_grid_id").first()


def _areas(professional: ProfessionalGrid, rows: Sequence[GridOverlay]) -> dict[str, Any]:
    """Our grids filled by their share, the professional grid drawn over them."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": row.grid.code,
                "label": f"{row.grid.label}\n{row.grid_share * 100:.0f}%",
                "level": 0.15 + 0.5 * row.grid_share,
            },
            "geometry": row.grid.polygon,
        }
        for row in rows
    ]
    outline = {"code": professional.code, "label": "", "level": 0}
    features.append({"type": "Feature", "properties": outline, "geometry": professional.polygon})
    return {"type": "FeatureCollection", "features": features}


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Confirm, refuse or open one overlay again; then back to its professional grid."""
    row = overlays.visible_overlays(actor).filter(pk=pk).only("professional_grid_id").first()
    if row is None:
        raise NotFound()
    data = request.POST
    try:
        overlays.decide(
            pk,
            data.get("state", ""),
            seen=data.get("seen", ""),
            by=actor,
            at=now(),
            note=data.get("note", ""),
        )
    except (Invalid, Forbidden):
        raise
    except Problem as problem:
        return _shown(request, actor, row.professional_grid_id, problem=problem)
    return redirect("grids:overlay", row.professional_grid_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def bulk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Confirm everything above a share: first a preview with what would be confirmed, then the deed."""
    must_see_grids(actor)
    data = request.POST if request.method == "POST" else request.GET
    system, percent = data.get("system", System.POLICE.value), data.get("percent", str(DEFAULT_PERCENT))
    place, problem = places.asked(data.get("region", "")), None
    path = place.path if place else ""
    if not scopes.of(actor.user).roles & set(deciders(system)):
        raise Forbidden(_("Overlays are decided by those who maintain the grids there"))
    share = int(percent) / 100 if percent.isascii() and percent.isdigit() and len(percent) < 4 else 0.0
    if request.method == "POST":
        try:
            expected = int(data.get("expected", "-1")) if data.get("expected", "").isdigit() else -1
            overlays.confirm_above(system, share=share, expected=expected, by=actor, at=now(), path=path)
            return redirect("grids:overlays")
        except Forbidden:
            raise
        except Problem as found:
            problem = found
    context: dict[str, Any] = {"rows": (), "total": 0}
    try:
        rows = overlays.bulk_candidates(actor, system, share=share, path=path)
        shown = rows.select_related("professional_grid__town", "grid").defer(
            "professional_grid__polygon", "professional_grid__town__boundary", "grid__polygon"
        )
        context = {"rows": list(shown.order_by("-share", "pk")[:SIZE]), "total": rows.count()}
    except Invalid as found:
        problem = problem or found
    context |= {
        "system": system,
        "percent": percent,
        "region": data.get("region", ""),
        "problem": problem,
        "systems": System.choices,
        "places": [option for option in places.options(actor) if not option.depth],
    }
    return render(request, "grids/overlay_bulk.html", context, status=problem.status if problem else 200)
