"""The dispatcher's desk (受理派遣台): the queue, its map, one ticket, in one screen that keeps its place."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden
from governance.foundation.pages import is_partial
from grids import scope as scopes
from grids.models import Grid, Region
from grids.views.ground import grids_from, tiles_url
from incidents import saved
from incidents.models import SavedFilter, Ticket
from incidents.queries import Waiting, filtered, inbox, narrowed, newest_page
from incidents.rules import may_register
from incidents.states import State
from incidents.states.who import INTAKE
from incidents.views.doors import topics_of
from incidents.views.faces import Row, rows_of
from incidents.views.inbox import queue_faces
from incidents.views.links import filter_from

MODULES: Final = (
    "map/js/view.mjs",
    "map/js/layers.mjs",
    "incidents/js/desk.mjs",
    "incidents/js/desk-map.mjs",
)
SIZE, MAX_WORDS = 60, 100
QUEUES = (State.REGISTERED, State.VERIFYING, State.ACCEPTED, State.RETURNED)
"""What a dispatcher moves on; other states of the own units lie in the inbox."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the queue shows: the rows, which view or state was chosen, whether there are more."""

    tickets: Sequence[Ticket]
    has_more: bool
    view: SavedFilter | None = None
    queue: str = ""
    words: str = ""


def must_dispatch(actor: Actor) -> None:
    """Raises Forbidden for people without a pool to take in from."""
    if not scopes.of(actor.user).roles & set(INTAKE):
        raise Forbidden(_("The desk is for those who accept and dispatch"), roles=sorted(INTAKE))


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?queue=<state>`, `?view=<saved filter>`, `?q=<words>`; `?ticket=` is opened. htmx gets the queue alone."""
    must_dispatch(actor)
    at = now()
    found = inbox(actor, at=at, queue=request.GET.get("queue", ""), size=SIZE)
    request.waiting = Waiting(found.total, found.late)  # type: ignore[attr-defined]  # for the navigation
    shown = _shown(actor, request.GET, found.rows, found.chosen, has_more=found.has_more)
    rows = rows_of(shown.tickets, at)
    context: dict[str, Any] = {
        "shown": shown,
        "rows": rows,
        "total": found.total,
        "late": found.late,
        "queues": [face for face in queue_faces(found, actor) if face.state in QUEUES or face.count],
        "views": saved.views_of(actor, SavedFilter.Page.LIST),
        "topics": topics_of(actor),
        "pins": json.dumps(pins_of(actor, rows)),  # an attribute: htmx brings in no script blocks
    }
    if is_partial(request):
        return render(request, "incidents/desk/_queue.html", context)
    context |= {
        "modules": MODULES,
        "config": config(actor, request.GET.get("ticket", "")),
        "may_register": may_register(actor),
    }
    return render(request, "incidents/desk/page.html", context)


def _shown(
    actor: Actor, query: QueryDict, waiting: Sequence[Ticket], chosen: str, *, has_more: bool
) -> Shown:
    """The rows of a saved view or of a search among what is open; else what waits."""
    words = query.get("q", "").strip()[:MAX_WORDS]
    view = saved.find(actor, query.get("view", ""))
    if view is None and not words:
        return Shown(tickets=waiting, has_more=has_more, queue=chosen)
    wanted = filter_from(view.as_query if view else QueryDict(), now())
    if words:
        wanted = narrowed(wanted, words=words)
    if view is None:
        wanted = narrowed(wanted, is_open=True, states=(chosen,) if chosen else ())
    rows = filtered(Ticket.objects.visible_to(actor), wanted, in_order=True).for_rows()
    found = newest_page(rows, size=SIZE)
    return Shown(
        tickets=found.rows, has_more=found.next_key is not None, view=view, queue=chosen, words=words
    )


def pins_of(actor: Actor, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """What the map shows of the list: the rows that have a point. One statement."""
    shown = {row.ticket.pk: row for row in rows}
    points = Ticket.objects.visible_to(actor).filter(pk__in=shown, lon__isnull=False, lat__isnull=False)
    return [
        {
            "number": shown[key].ticket.number,
            "title": shown[key].ticket.title,
            "lamp": shown[key].lamp or "grey",
            "lon": lon,
            "lat": lat,
        }
        for key, lon, lat in points.values_list("id", "lon", "lat")
    ]


def config(actor: Actor, number: str) -> dict[str, Any]:
    """What the scripts begin with."""
    return {
        "tiles": tiles_url(),
        "near": grids_from(),
        "base": settings.MAP_TILES_URL,
        "note": settings.MAP_TILES_NOTE,
        "bounds": bounds_of(actor),
        "ticket": number,
        "detail": reverse("incidents:desk-ticket", args=["WG0"]),
    }


def bounds_of(actor: Actor) -> list[float] | None:
    """West, south, east, north of the middles of the communities covered, else of the grids; None without any."""
    scope = scopes.of(actor.user)
    for model in (Region, Grid):
        places = model._default_manager.filter(scope.within("path"), lon__isnull=False)
        found = [
            (lon, lat) for lon, lat in places.values_list("lon", "lat") if lon is not None and lat is not None
        ]
        if len(found) > 1:
            lons, lats = [lon for lon, _lat in found], [lat for _lon, lat in found]
            return [min(lons), min(lats), max(lons), max(lats)]
    return None
