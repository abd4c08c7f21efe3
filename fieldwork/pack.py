"""What a phone keeps for tickets: the person's grids, tasks, matters to report and key places. The least of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from fieldwork import ground, joint
from fieldwork.devices.limits import limit
from fieldwork.models import PhoneLimit
from fieldwork.sync import packing
from fieldwork.sync.packing import Section
from fieldwork.ticket_verbs import KIND_OF
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.ground import area_of, ground_of
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.queries import inbox
from incidents.rules import permitted
from incidents.views.phone_report import favourites
from registers.models import KeyPlace

DIGITS = 5
"""Of degrees: about a metre."""


def register() -> None:
    """Called once, when the app is ready."""
    packing.register("grids", grids)
    packing.register("tasks", tasks)
    packing.register("matters", matters)
    packing.register("places", places)
    packing.register("ground", ground.kept)


def grids(actor: Actor, at: datetime) -> Section:
    """The places of the person's appointments, and the window of the map that shows them."""
    land = territory()
    own = [land.by_path[path] for path in scopes.of(actor.user).paths if path in land.by_path]
    data = {
        "places": [{"code": place.code, "level": place.level, "label": label_of(place)} for place in own],
        "box": ground_of(area_of(actor.user)).box,
    }
    return Section(
        data=data, pages=[reverse("phone:report"), reverse("phone:me"), reverse("phone-work:outbox")]
    )


def tasks(actor: Actor, at: datetime) -> Section:
    """The tickets that wait for the person's units, due first, with the verbs that may be prepared without a line."""
    most = limit(PhoneLimit.Name.PACK_TASKS, on=local(at).date())
    waiting = [row.pk for row in inbox(actor, at=at, size=most).rows]
    rows = Ticket.objects.visible_to(actor).filter(pk__in=waiting).select_related("category", "source")
    by_id = {row.pk: row for row in rows.defer("search")}
    helped = joint.own_parts(by_id.values(), actor)
    found, pages, parts = [], [], []
    for ticket in (by_id[pk] for pk in waiting if pk in by_id):
        verbs = [verb.name for verb in permitted(ticket, actor, at=at) if verb.name in KIND_OF]
        ahead = AHEAD if "sign" in verbs else ()
        own = helped.get(ticket.pk, [])
        found.append(_task(ticket, verbs, ahead) | {"parts": [[part.pk, part.state] for part in own]})
        tag = "-".join([str(ticket.version), *(part.state for part in own)])
        pages.append((reverse("phone:ticket", args=[ticket.number]), tag))
        addresses = [reverse("phone:verb", args=[ticket.number, name]) for name in verbs]
        addresses += [f"{reverse('phone:verb', args=[ticket.number, name])}?ahead=1" for name in ahead]
        addresses += [
            reverse(name, args=[ticket.number]) for name in ("phone-work:arrive", "phone-work:help")
        ]
        for part in own:
            addresses += joint.addresses_of(ticket, part, actor)
        parts += [(address, tag) for address in addresses]
    return Section(data=found, pages=[reverse("phone:tasks"), *pages], parts=parts)


AHEAD = ("feedback",)
"""What may be prepared for a ticket that will have been signed by then."""


def _task(ticket: Ticket, verbs: list[str], ahead: Sequence[str]) -> dict[str, Any]:
    point = [round(value, DIGITS) for value in (ticket.lon, ticket.lat) if value is not None]
    return {
        "number": ticket.number,
        "title": ticket.title,
        "place": ticket.place,
        "state": ticket.state,
        "due": ticket.next_due_at,
        "point": point,
        "version": ticket.version,
        "verbs": verbs,
        "ahead": list(ahead),
    }


def matters(actor: Actor, at: datetime) -> Section:
    """Every matter that may be reported, the usual ones first: code, label, lowest level, words for searching."""
    book = catalogue()
    usual = [row.code for row in favourites(actor)]
    rows = [[row.code, row.label, row.min_level, row.pinyin] for row in book.selectable()]
    return Section(data={"usual": usual, "rows": rows})


def places(actor: Actor, at: datetime) -> Section:
    """Key places within the person's area: name, kind and point; no contact, which is asked for with a line."""
    most = limit(PhoneLimit.Name.PACK_PLACES, on=local(at).date())
    rows = KeyPlace.objects.visible_to(actor).filter(is_active=True).order_by("path", "id")
    values = rows.values_list("pk", "name", "kind", "lon", "lat")[:most]
    return Section(
        data=[[pk, name, kind, round(lon, DIGITS), round(lat, DIGITS)] for pk, name, kind, lon, lat in values]
    )
