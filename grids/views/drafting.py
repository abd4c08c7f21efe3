"""What the editor of a revision asks: the draft with all that stands around it, cuts, checks, storing. JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.accounts.actors import Actor
from governance.exchange.doors import script_answer
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, Unprocessable
from grids import recutting
from grids.checks import worded
from grids.geometry import Area
from grids.models import Grid, GridRevision, Region
from grids.naming import new_name
from grids.revisions import Draft, DraftGrid, check_revision, edit, parse_results, results_of, setting_of
from grids.revisions.drafting import collection, present
from grids.revisions.planning import Setting
from grids.rules import may
from grids.standard import standard_on
from grids.views.doors import body_of, visible_revision


@require_http_methods(["GET", "HEAD", "POST"])
@script_answer
def draft(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """GET: the draft with all that stands around it. POST: store it, all of it or nothing."""
    revision = visible_revision(actor, number)
    return store(request, actor, revision) if request.method == "POST" else show(actor, revision)


def show(actor: Actor, revision: GridRevision) -> JsonResponse:
    """The draft as it is stored, its communities, the grids before and around, the address points."""
    results = results_of(revision)
    setting = setting_of(revision, results)
    standard = standard_on(local(now()).date())
    answer = JsonResponse(
        {
            "number": revision.number,
            "version": revision.version,
            "state": revision.state,
            "title": revision.title,
            "reason": revision.reason,
            "effective_on": revision.effective_on,
            "can_edit": may("edit", revision, actor),
            "region": {"code": revision.region.code, "name": revision.region.label},
            "standard": {name: getattr(standard, name) for name in standard.__dataclass_fields__},
            "communities": collection([community_feature(row) for row in setting.communities.values()]),
            "sources": collection([present(grid).feature() for grid in setting.sources.values()]),
            "results": collection([result.feature() for result in results]),
            "neighbours": collection([around(grid) for grid in (*setting.neighbours, *setting.others)]),
            "buildings": [[row.lon, row.lat, row.household_count, row.name] for row in setting.buildings],
            "report": worded(revision.report),
        }
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def community_feature(region: Region) -> dict[str, Any]:
    """A community as a feature; its geometry is null where no boundary is known."""
    return {
        "type": "Feature",
        "id": region.code,
        "properties": {"code": region.code, "name": region.label},
        "geometry": region.boundary,
    }


def around(grid: Grid) -> dict[str, Any]:
    """A grid that the revision leaves alone."""
    feature = present(grid).feature()
    feature["properties"]["heir_of"] = ""
    return feature


@require_POST
@script_answer
def split(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """One planned grid cut in two or more by a line; the largest part in households keeps the code."""
    revision = visible_revision(actor, number)
    body = body_of(request)
    results = parse_results(body.get("results"))
    wanted = chosen(results, str(body.get("code") or ""))
    line = body.get("line")
    if not isinstance(line, list) or not all(isinstance(point, list) and len(point) >= 2 for point in line):
        raise Invalid(fields={"line": [_("The line is not a row of longitudes and latitudes")]})
    areas = recutting.split(wanted.area, [point[:2] for point in line])
    setting = setting_of(revision, results)
    parts = cut_into(wanted, areas, results, setting)
    kept = [item for item in results if item is not wanted]
    return features_of(sorted([*kept, *parts], key=lambda item: item.code))


def cut_into(
    wanted: DraftGrid, areas: list[Area], results: list[DraftGrid], setting: Setting
) -> list[DraftGrid]:
    """The parts of a grid as planned grids: codes, names and households given."""
    households = recutting.shared_households(wanted.households, areas, setting.points)
    largest = max(range(len(areas)), key=lambda position: (households[position], areas[position].area))
    used = setting.spent | {item.code for item in results} | setting.sources.keys()
    codes = iter(recutting.next_codes(wanted.community, used, len(areas) - 1))
    names = {item.name for item in results} | {grid.name for grid in setting.neighbours}
    parts = []
    for position, (area, share) in enumerate(zip(areas, households, strict=True)):
        if position == largest:
            parts.append(replaced(wanted, area=area, households=share))
            continue
        code = next(codes)
        name = new_name(wanted.name, code, names)
        names.add(name)
        fresh = {"code": code, "name": name, "name_en": "", "heir_of": ""}
        parts.append(replaced(wanted, area=area, households=share, **fresh))
    return parts


def replaced(item: DraftGrid, **changes: Any) -> DraftGrid:
    """The planned grid with some facts changed."""
    return DraftGrid(**{**{name: getattr(item, name) for name in item.__dataclass_fields__}, **changes})


@require_POST
@script_answer
def merge(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Several planned grids of a community made one; the one with most households keeps code and name."""
    visible_revision(actor, number)
    body = body_of(request)
    results = parse_results(body.get("results"))
    codes = body.get("codes")
    if not isinstance(codes, list):
        raise Invalid(fields={"codes": [_("Choose two grids at least to merge")]})
    parts = [chosen(results, str(code)) for code in dict.fromkeys(codes)]
    if len({item.community for item in parts}) > 1:
        raise Unprocessable(fields={"codes": [_("Only grids of one community can be merged")]})
    area = recutting.merge([item.area for item in parts])
    main = max(parts, key=lambda item: (item.households, item.code == item.heir_of, item.area.area))
    whole = replaced(main, area=area, households=sum(item.households for item in parts))
    kept = [item for item in results if item not in parts]
    return features_of(sorted([*kept, whole], key=lambda item: item.code))


def chosen(results: list[DraftGrid], code: str) -> DraftGrid:
    """The planned grid with that code. Raises Unprocessable."""
    found = next((item for item in results if item.code == code), None)
    if found is None:
        raise Unprocessable(
            fields={"code": [_("No grid of the plan has the code %(code)s") % {"code": code[:20]}]}
        )
    return found


def features_of(results: list[DraftGrid]) -> JsonResponse:
    """Planned grids as the editor takes them."""
    return JsonResponse({"results": collection([item.feature() for item in results])})


@require_POST
@script_answer
def check(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The check of these results; nothing is stored."""
    revision = visible_revision(actor, number)
    results = parse_results(body_of(request).get("results"), may_cross=True)
    at = now()
    report = check_revision(revision, results, at=at)
    return JsonResponse(worded(report.stored(at=at)) or {})


def store(request: HttpRequest, actor: Actor, revision: GridRevision) -> JsonResponse:
    """Store the draft. The results come back with settled borders."""
    body = body_of(request)
    wanted = draft_of(body)
    at = now()
    report = edit(revision.pk, wanted, by=actor, at=at, version=version_of(body))
    revision.refresh_from_db()
    stored = results_of(revision)
    return JsonResponse(
        {
            "version": revision.version,
            "report": worded(report.stored(at=at)),
            "results": collection([item.feature() for item in stored]),
        }
    )


def draft_of(body: Mapping[str, Any]) -> Draft:
    """The draft of a body; shape only. Raises Unprocessable."""
    sources = body.get("sources")
    if sources is not None and not (isinstance(sources, list) and all(isinstance(c, str) for c in sources)):
        raise Unprocessable(fields={"sources": [_("A list of codes is needed")]})
    return Draft(
        title=str(body.get("title") or ""),
        reason=str(body.get("reason") or "")[:5000],
        effective_on=day_of(body.get("effective_on")),
        results=parse_results(body.get("results")),
        sources=tuple(sources) if sources is not None else None,
    )


def day_of(value: Any) -> date | None:
    """A day as YYYY-MM-DD; None for nothing. Raises Unprocessable."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Unprocessable(fields={"effective_on": [_("This is not a date")]}) from None


def version_of(body: Mapping[str, Any]) -> int:
    """The version that the editor has read. Raises Invalid: without it nothing is stored."""
    value = body.get("version")
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(fields={"version": [_("The version that you have read is missing")]})
    return value
