"""Similar tickets beside one: a part that the page fetches after it has been shown."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from incidents import similar
from incidents.opening import visible_ticket
from incidents.rules import permitted
from incidents.suggesting import suggest
from incidents.views.faces import rows_of

ROOMS = {"desk": "incidents:desk-verb", "": "incidents:verb"}


@require_safe
@desk_page
def part(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The most alike tickets with score and reasons; `?room=desk` opens dialogs in the dispatcher's desk."""
    at = now()
    ticket = visible_ticket(actor, number)
    found = similar.likenesses(ticket, actor)
    alike = similar.shown(ticket, found, actor, at=at)
    verbs = {verb.name for verb in permitted(ticket, actor)}
    room = request.GET.get("room", "")
    rows = {row.ticket.pk: row for row in rows_of([item.ticket for item in alike], at)}
    context = {
        "ticket": ticket,
        "pairs": [(item, rows[item.ticket.pk]) for item in alike],
        "may_merge": "merge" in verbs,
        "may_accept": "accept" in verbs,
        "suggestion": suggest(ticket, found) if "accept" in verbs else None,
        "verb_room": ROOMS.get(room, ROOMS[""]),
        "is_desk": room == "desk",
        "pins": json.dumps(pins_of(alike)),
    }
    return render(request, "incidents/desk/_similar.html", context)


def pins_of(alike: list[similar.Alike]) -> list[dict[str, object]]:
    """Where they lie, for the map beside."""
    return [
        {"number": item.ticket.number, "lon": item.ticket.lon, "lat": item.ticket.lat}
        for item in alike
        if item.ticket.lon is not None
    ]
