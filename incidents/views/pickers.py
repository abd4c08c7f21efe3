"""Answers for the comboboxes and the maps of the desk: categories, places, units, point to grid."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, Tier
from governance.exchange.doors import problem_words, script_answer
from governance.foundation.errors import Invalid, Problem
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.models import Grid, Region
from grids.territory import Place, Territory, Unit
from grids.territory import current as territory
from incidents import finding
from incidents.catalogue import current as catalogue
from incidents.models import MatterCategory, Ticket
from incidents.places import Spot, locate

FAVOURITES, RECENT = 12, 2000
MAX_WORDS = 60
Row = dict[str, Any]


def words_of(request: HttpRequest) -> str:
    """What was typed, cut to a sane length."""
    return request.GET.get("q", "").strip()[:MAX_WORDS]


@require_safe
@script_answer
def categories(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` by name, pinyin, initials or code; empty: the most used ones; `?value=` the one of that code."""
    book = catalogue()
    if code := request.GET.get("value"):
        return answer(category_row(row) for row in [book.by_code.get(code)] if row is not None)
    if words := words_of(request):
        return answer(category_row(row) for row in finding.search(finding.categories(), words))
    used = [row for row in map(book.by_code.get, most_used()) if row is not None and row.is_selectable]
    return answer(category_row(row) for row in used or book.selectable()[:FAVOURITES])


def most_used() -> list[str]:
    """Codes of the categories used most among the newest tickets, in that order."""
    newest = Ticket.objects.order_by("-registered_at", "-id").values_list("category__code", flat=True)[
        :RECENT
    ]
    counts: dict[str, int] = {}
    for code in newest:
        counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))[:FAVOURITES]


def category_row(row: MatterCategory) -> Row:
    """One category; the hint is its class and its code."""
    above = row.full_name.rsplit(" / ", 1)[0] if " / " in row.full_name else ""
    return {"value": row.code, "label": row.label, "hint": f"{above} {row.code}".strip()}


@require_safe
@script_answer
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` regions and grids by name, pinyin or code; empty: those this person covers; `?value=` one code."""
    land = territory()
    if code := request.GET.get("value"):
        return answer(place_rows(land, [place for place in land.by_path.values() if place.code == code][:1]))
    if words := words_of(request):
        return answer(place_rows(land, finding.search(finding.places(), words)))
    covered = scopes.of(actor.user).paths
    own = [place for place in map(land.by_path.get, covered) if place is not None]
    below = [place for path, place in land.by_path.items() if place.parent_path in covered]
    return answer(place_rows(land, [*own, *below][: finding.MAX_FOUND]))


def place_rows(land: Territory, found: Iterable[Place]) -> list[Row]:
    """Places with their middle, for the map: one statement for the regions and one for the grids."""
    rows = list(found)
    points = middles(rows)
    shown = []
    for place in rows:
        above = [label_of(item) for item in land.chain(place.path)[:-1]][1:]
        lon, lat = points.get((place.level == "grid", place.id), (None, None))
        hint = " / ".join(above) or str(Region.Level.CITY.label)
        shown.append({"value": place.code, "label": label_of(place), "hint": hint, "lon": lon, "lat": lat})
    return shown


def middles(rows: list[Place]) -> dict[tuple[bool, int], tuple[float | None, float | None]]:
    """(is a grid, id) -> longitude and latitude of its middle."""
    grids = [place.id for place in rows if place.level == "grid"]
    regions = [place.id for place in rows if place.level != "grid"]
    found = {}
    for is_grid, model, ids in ((True, Grid, grids), (False, Region, regions)):
        if ids:
            for pk, lon, lat in model.objects.filter(pk__in=ids).values_list("id", "lon", "lat"):
                found[is_grid, pk] = (lon, lat)
    return found


@require_safe
@script_answer
def units(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` units by name, pinyin, code or kind; empty: those that answer for the place `?path=`."""
    land, path = territory(), request.GET.get("path", "")
    if words := words_of(request):
        found = finding.search(finding.units(), words, limit=10 * finding.MAX_FOUND)
        found.sort(key=lambda unit: not answers_for(land, unit, path))
    else:
        found = responsible(land, path)
    return answer(unit_row(unit) for unit in found[: finding.MAX_FOUND])


def responsible(land: Territory, path: str) -> list[Unit]:
    """The command units of the place from the grid up, then the departments whose area it is."""
    chain = [land.command_unit(path, tier) for tier in Tier.values]
    lines = [unit for unit in land.units.values() if unit.line and answers_for(land, unit, path)]
    rows = [*(unit for unit in chain if unit is not None), *sorted(lines, key=lambda unit: unit.path)]
    return list({unit.id: unit for unit in rows}.values())


def answers_for(land: Territory, unit: Unit, path: str) -> bool:
    """True when the place lies in an area of the unit."""
    return any(path.startswith(area) for area in land.areas.get(unit.id, ())) if path else True


def unit_row(unit: Unit) -> Row:
    """One unit; the hint is its kind and tier."""
    kind, tier = OrgUnit.Kind(unit.kind).label, Tier(unit.tier).label
    return {"value": unit.id, "label": label_of(unit), "hint": f"{kind} · {tier}"}


@require_safe
@script_answer
def point(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?lon&lat&coord_system` -> where it falls: words, code, and whether it is outside every grid."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
        spot = Spot(lon=lon, lat=lat, coord_system=request.GET.get("coord_system", "wgs84"))
    except (KeyError, ValueError) as error:
        raise Invalid(fields={"point": [_("Longitude and latitude are numbers")]}) from error
    try:
        found = locate(spot)
    except ValueError as error:
        raise Invalid(fields={"point": [_("Unknown coordinate system")]}) from error
    except Problem as problem:
        return JsonResponse({"detail": problem_words(problem)}, status=problem.status)
    chain = [label_of(place) for place in territory().chain(found.place.path)][1:]
    return JsonResponse(
        {
            "label": " ".join(chain) or label_of(found.place),
            "code": found.place.code,
            "area": found.place.parent_path.rstrip("/").rsplit("/", 1)[-1],
            "outside": found.is_outside,
            "lon": found.lon,
            "lat": found.lat,
        }
    )


def answer(rows: Iterable[Row]) -> JsonResponse:
    """The list that `picker.mjs` reads."""
    return JsonResponse(list(rows), safe=False)
