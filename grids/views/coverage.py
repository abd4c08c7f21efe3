"""The coverage report: community by community what the check of today's grids found, with pieces on the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KeyTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import NotFound
from grids import scope as scopes
from grids.checks import in_words
from grids.coverage import SMALL, check_city
from grids.models import CommunityCoverage, CoverageRun, Grid, Region
from grids.territory import current as territory
from grids.views import faces, places
from grids.views.doors import must_see_grids

MOST_ROWS = 500


@dataclass(frozen=True, kw_only=True)
class Row:
    """One community of the report."""

    coverage: CommunityCoverage
    worst: str

    @property
    def lamp(self) -> str:
        if self.coverage.error_count:
            return "red"
        return "amber" if self.coverage.warning_count else "green"


@dataclass(kw_only=True)
class TownRow:
    """The sum of a town's communities."""

    name: str
    code: str
    communities: int = 0
    grids: int = 0
    errors: int = 0
    warnings: int = 0
    sound: int = 0


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The last run kept, or the check itself where the area is small; `?region=` narrows, `?all=1` shows sound ones."""
    must_see_grids(actor)
    place = places.asked(request.GET.get("region", ""))
    found = coverage_of(actor, place.path if place else "", at=now())
    shown = [item for item in found if item.error_count or item.warning_count or "all" in request.GET]
    worst_first = sorted(
        shown, key=lambda item: (-item.error_count, -item.open_m2, -item.warning_count, item.path)
    )
    context = {
        "rows": [row_of(item) for item in worst_first[:MOST_ROWS]],
        "hidden": len(found) - len(shown),
        "beyond": max(len(shown) - MOST_ROWS, 0),
        "towns": towns(found),
        "figures": figures(found),
        "checked_at": min((item.checked_at for item in found), default=None),
        "places": places.options(actor),
        "shows_all": "all" in request.GET,
        "run": CoverageRun.objects.order_by("-begun_at").first(),
        "is_live": len(found) <= SMALL,
    }
    return render(request, "grids/coverage.html", context)


def coverage_of(actor: Actor, path: str, *, at: datetime) -> list[CommunityCoverage]:
    """The reports of the reader's communities inside `path`: worked out now where there are few, else the last run."""
    inside = scopes.of(actor.user).within("path")
    regions = Region.objects.filter(
        inside, level=Region.Level.COMMUNITY, valid_to=None, path__startswith=path
    )
    if regions.count() <= SMALL:
        return computed(regions.values_list("path", flat=True), at=at)
    rows = CommunityCoverage.objects.filter(inside, path__startswith=path, community__valid_to=None)
    rows = rows.select_related("community").defer("community__boundary", "findings").order_by("path")
    return list(
        rows.annotate(first=KeyTransform("0", "findings"))
    )  # pieces are drawn on a community's own page


def computed(paths: Iterable[str], *, at: datetime) -> list[CommunityCoverage]:
    """The check of a few communities now; nothing is kept."""
    return [item.row(at=at) for path in sorted(paths) for item in check_city(at=at, path=path)]


def row_of(item: CommunityCoverage) -> Row:
    """With the sentence of its first finding."""
    first = item.first if hasattr(item, "first") else next(iter(item.findings), None)
    return Row(coverage=item, worst=in_words(first)["message"] if first else "")


def towns(found: Sequence[CommunityCoverage]) -> list[TownRow]:
    """Town by town, where there is more than one."""
    land = territory()
    rows: dict[str, TownRow] = {}
    for item in found:
        town = land.at_level(item.path, "town")
        if town is None:
            continue
        row = rows.setdefault(town.path, TownRow(name=town.label, code=town.code))
        row.communities += 1
        row.grids += item.grid_count
        row.errors += item.error_count
        row.warnings += item.warning_count
        row.sound += not item.error_count
    return [rows[path] for path in sorted(rows)] if len(rows) > 1 else []


def figures(found: Sequence[CommunityCoverage]) -> dict[str, Any]:
    """The sum of everything shown."""
    return {
        "communities": len(found),
        "grids": sum(item.grid_count for item in found),
        "sound": sum(not item.error_count for item in found),
        "errors": sum(item.error_count for item in found),
        "warnings": sum(item.warning_count for item in found),
        "open_hectares": sum(item.open_m2 for item in found) / faces.HECTARE,
    }


@require_safe
@desk_page
def community(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One community, checked now: every finding with its piece on the map."""
    must_see_grids(actor)
    inside = scopes.of(actor.user).within("path")
    region = Region.objects.filter(inside, code=code, level=Region.Level.COMMUNITY, valid_to=None).first()
    if region is None:
        raise NotFound()
    at = now()
    (item,) = computed([region.path], at=at)
    grids = Grid.objects.filter(valid_to=None, community=region).order_by("code")
    outlines = {
        "type": "FeatureCollection",
        "features": [faces.feature(grid.code, grid.label, grid.polygon) for grid in grids],
    }
    context = {
        "community": region,
        "coverage": item,
        "findings": faces.finding_rows(item.findings),
        "map": faces.pieces(item.findings, outlines),
        "pins": faces.pins(item.findings),
        "has_boundary": bool(region.boundary),
    }
    return render(request, "grids/coverage_community.html", context)
