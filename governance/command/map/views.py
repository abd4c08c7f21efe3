"""The pages and answers of the map: page, numbers, card, phones, search, points, and the list."""

from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from fieldwork.rules import may_read as reads_fieldwork
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.map.cameras import cameras, may_view
from governance.command.map.card import card, must_reveal
from governance.command.map.disclosure import assignment_of, reveal_phone
from governance.command.map.indicators import choices, months
from governance.command.map.listing import lines, page, wanted
from governance.command.map.measures import columns, measure_names, numbers
from governance.command.map.overview import overview
from governance.command.map.points import box_of, collection, key_places, patrols, stations
from governance.command.map.reach import grid_of, inside, must_be_appointed, paths_of
from governance.command.map.searching import search
from governance.command.map.windows import window_of
from governance.exchange.doors import desk_page, problem_words, script_answer
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Text, Unprocessable
from governance.foundation.masking import mask_phone
from grids.models import Grid, ProfessionalGrid
from grids.territory import current as territory
from grids.views.ground import grids_from, tiles_url
from incidents.rules import may_export
from incidents.views.pickers import words_of
from incidents.views.register import region_words

MODULES: Final = tuple(
    f"map/js/{name}.mjs"
    for name in ("view", "layers", "measures", "points", "sketch", "tickets", "indicators", "map")
)
EXPORT_CAP = 5_000
BEYOND, HALF_A_GRID = 0.06, 0.006  # of the extent, in degrees: grids reach beyond their middles
FACTS: tuple[Text, ...] = (
    gettext_lazy("Code"),
    pgettext_lazy("column", "Grid"),
    pgettext_lazy("column", "Kind"),
    gettext_lazy("Place"),
    pgettext_lazy("column", "Grid leader"),
)


@require_safe
@desk_page
def map_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole page; `?grid=` opens the card of a grid, `#zoom/lat/lon` is the view."""
    must_be_appointed(actor)
    at = now()
    place = territory().by_code.get(request.GET.get("grid", ""))
    chosen = place if place is not None and place.level == "grid" else None
    context: dict[str, Any] = {
        "modules": MODULES,
        "config": config(actor, chosen.code if chosen else ""),
        "measures": measure_names(),
        "indicators": choices(actor),
        "sees_patrols": reads_fieldwork(actor),
        "sees_cameras": may_view(actor),
        "systems": ProfessionalGrid.System.choices,
        "may_jump": bool(paths_of(actor)),
    }
    context |= {"card": card(actor, chosen, at)} if chosen else {"found": overview(actor, at)}
    return render(request, "map/page.html", context)


def config(actor: Actor, chosen: str) -> dict[str, Any]:
    """What the script needs to begin with."""
    return {
        "tiles": tiles_url(),
        "near": grids_from(),
        "base": settings.MAP_TILES_URL,
        "note": settings.MAP_TILES_NOTE,
        "bounds": bounds_of(actor),
        "chosen": chosen,
        "cards": reverse("command:map-card", args=["0"]),
        "overview": reverse("command:map-overview"),
        "numbers": reverse("command:map-numbers"),
        "places": reverse("command:map-places"),
        "stations": reverse("command:map-stations"),
        "patrols": reverse("command:map-patrols"),
        "cameras": reverse("command:map-cameras"),
        "indicator": reverse("command:map-indicator"),
        "months": months(local(now()).date()),
        "tickets": reverse("command:map-tickets"),
        "ticketList": reverse("command:map-tickets-list"),
    }


def bounds_of(actor: Actor) -> list[float] | None:
    """West, south, east, north of the middles of the reader's grids, else of all."""
    rows = Grid.objects.filter(valid_to=None)
    found = rows.filter(inside(paths_of(actor))) if paths_of(actor) else rows
    box = found.aggregate(Min("lon"), Min("lat"), Max("lon"), Max("lat"))
    west, south, east, north = (box[key] for key in ("lon__min", "lat__min", "lon__max", "lat__max"))
    if west is None or south is None:
        return None
    beyond = max(BEYOND * max(east - west, north - south), HALF_A_GRID)
    return [west - beyond, south - beyond, east + beyond, north + beyond]


@require_safe
@gzip_page
@script_answer
def numbers_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The numbers of the reader's grids and of their communities, one list for each measure."""
    must_be_appointed(actor)
    at = now()
    response = JsonResponse(columns(numbers(actor, at), at))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@desk_page
def overview_part(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The part that stands there while no grid is chosen."""
    must_be_appointed(actor)
    return render(request, "map/_overview.html", {"found": overview(actor, now())})


@require_safe
@desk_page
def card_part(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The card of a grid as a part for htmx."""
    place = grid_of(actor, code)
    return render(request, "map/_card.html", {"card": card(actor, place, now())})


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, code: str, assignment: int) -> HttpResponse:
    """The phone of somebody on a post of the grid in full, for a reason that goes into the journal."""
    place = grid_of(actor, code)
    must_reveal(actor, place.path)
    at = now()
    row = assignment_of(place, assignment, at)
    context = {"name": f"phone-{row.pk}", "url": request.path, "value": mask_phone(row.user.phone or "")}
    try:
        reason = request.POST.get("reason", "")
        context["shown"] = reveal_phone(row, place, by=actor, at=at, reason=reason)
    except Unprocessable as problem:
        context["error"] = problem_words(problem)
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)


@require_safe
@script_answer
def search_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` a grid, a region or somebody on a post; `[{value, label, hint, lon, lat, level}]`."""
    must_be_appointed(actor)
    return JsonResponse(search(actor, words_of(request), local(now()).date()), safe=False)


@require_safe
@script_answer
def places_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?box=` the key places in that window that the reader may see."""
    must_be_appointed(actor)
    return JsonResponse(collection(key_places(actor, box_of(request.GET.get("box", "")))))


@require_safe
@script_answer
def stations_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The command units."""
    must_be_appointed(actor)
    return JsonResponse(collection(stations()))


@require_safe
@script_answer
def cameras_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?box=` the cameras in that window that the reader may see."""
    must_be_appointed(actor)
    response = JsonResponse(collection(cameras(actor, window_of(request.GET.get("box", "")))))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@script_answer
def patrols_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is on patrol now."""
    must_be_appointed(actor)
    response = JsonResponse(collection(patrols(actor)))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same as a table: `?q=`, `?kind=`, `?region=`, pages by code."""
    must_be_appointed(actor)
    at = now()
    query = {key: request.GET.get(key, "").strip()[:60] for key in ("q", "kind", "region", "cursor")}
    direction, _colon, key = query["cursor"].partition(":")
    rows = wanted(actor, query["q"], query["kind"], query["region"])
    found = page(
        rows,
        actor,
        at,
        local(at).date(),
        after=key if direction == "o" else "",
        before=key if direction == "n" else "",
    )
    context = {
        "found": found,
        "next": f"o:{found.next}" if found.next else None,
        "previous": f"n:{found.previous}" if found.previous else None,
        "kinds": Grid.Kind.choices,
        "query": query,
        "region_shown": region_words(query["region"]),
        "is_filtered": any(query[key] for key in ("q", "kind", "region")),
        "may_export": may_export(actor) and bool(found.rows),
    }
    return render(request, "map/list.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as CSV, at most `EXPORT_CAP` rows; kept in the journal."""
    must_be_appointed(actor)
    if not may_export(actor) or actor.user is None:
        raise Forbidden(_("Exporting lists belongs to other roles"))
    at = now()
    query = {key: request.GET.get(key, "").strip()[:60] for key in ("q", "kind", "region")}
    found = page(
        wanted(actor, query["q"], query["kind"], query["region"]),
        actor,
        at,
        local(at).date(),
        after="",
        before="",
        size=EXPORT_CAP,
    )
    with transaction.atomic():
        details = {"rows": len(found.rows), "filter": request.GET.urlencode()}
        journal.record("grids.export", by=actor, obj=actor.user, at=at, details=details)
    response = StreamingHttpResponse(lines(found.rows, FACTS), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="grids-{local(at):%Y%m%d-%H%M}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
