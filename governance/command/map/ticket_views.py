"""Open tickets of the window: cells for the map as JSON, and the list beside it as a part for htmx."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.command.map.live import LAMPS, Wanted, cells, rows_for, wanted_of
from governance.command.map.reach import must_be_appointed
from governance.command.map.windows import window_of, zoom_of
from governance.command.searching.language import read
from governance.exchange.doors import desk_page, script_answer
from governance.foundation.clock import local, now
from governance.foundation.templatetags.frame import lamp_word
from incidents.areas import Area, area_of
from incidents.queries import newest_page
from incidents.querysets import TicketQuerySet
from incidents.rules import may_export
from incidents.views.faces import rows_of
from incidents.views.listing import read_cursor, write_cursor

SIZE: Final = 40
SPANS: Final = {
    "": pgettext_lazy("period of the map", "Open now"),
    "created:7d": pgettext_lazy("period of the map", "Registered in 7 days"),
    "created:30d": pgettext_lazy("period of the map", "Registered in 30 days"),
    "created:90d": pgettext_lazy("period of the map", "Registered in 90 days"),
}
"""Texts of the search language that the map offers by a click."""
LISTED: Final = {"": (), "red": ("late",), "amber": ("soon",)}
"""Lamps by the filters of the list."""


def _asked(request: HttpRequest, actor: Actor, at: datetime) -> tuple[TicketQuerySet, Wanted, Area | None]:
    """The rows that the address asks for. Raises Forbidden, Invalid."""
    must_be_appointed(actor)
    area = area_of(request.GET.get("area", ""))
    wanted = wanted_of(request.GET, area)
    return rows_for(actor, wanted, at, local(at).date()), wanted, area


@require_safe
@gzip_page
@script_answer
def tickets_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?box=` and `?zoom=`: the cells of that window; `?lamp=`, `?q=` in the search language, `?area=` narrow them."""
    at = now()
    rows, _wanted, area = _asked(request, actor, at)
    window, zoom = window_of(request.GET.get("box", "")), zoom_of(request.GET.get("zoom", ""))
    window = area.window if area is not None else window  # all of the area, as the list beside it
    response = JsonResponse(cells(rows, window, zoom, at))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@desk_page
def tickets_part(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list beside the map: the tickets of the area that was drawn, else of the window, newest first."""
    at = now()
    rows, wanted, area = _asked(request, actor, at)
    if area is None:
        rows = rows.filter(window_of(request.GET.get("box", "")).holds)
    after, before = read_cursor(request.GET.get("cursor", ""))
    page = newest_page(rows.for_rows(), size=SIZE, after=after, before=before)
    kept = [(key, value) for key in ("box", "lamp", "q", "area") if (value := request.GET.get(key, ""))]
    cursor = write_cursor("o", page.next_key)
    spans = [(text, str(words), text == wanted.text) for text, words in SPANS.items()]
    context: dict[str, Any] = {
        "rows": rows_of(page.rows, at),
        "lamps": [(name, lamp_word(name)) for name in LAMPS],
        "wanted": wanted,
        "has_area": area is not None,
        "spans": spans,
        "span": next((words for text, words, is_on in spans if text and is_on), ""),
        "list_query": list_query(request, actor, wanted, at),
        "may_export": may_export(actor),
        "more": urlencode([*kept, ("cursor", cursor)]) if cursor else "",
        "is_more": bool(request.GET.get("cursor")),
    }
    return render(request, "map/_tickets.html", context)


def list_query(request: HttpRequest, actor: Actor, wanted: Wanted, at: datetime) -> str:
    """The query of the ticket list that shows the same tickets; empty for lamps that no filter of the list tells."""
    if wanted.lamp not in LISTED:
        return ""
    reading = read(wanted.text, person=actor.user_id, today=local(at).date())
    query = reading.query.copy()
    if not wanted.text:
        query["open"] = "1"
    for key in LISTED[wanted.lamp]:
        query[key] = "1"
    query["area"] = request.GET.get("area", "") or window_of(request.GET.get("box", "")).corners
    return query.urlencode()
