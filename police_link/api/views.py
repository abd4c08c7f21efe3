"""The police link over REST: offer, list, read, act, events, statements. Everything starts from what one may see."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from governance.foundation.state_machine import Verb
from incidents.api.reading import shape_of
from incidents.places import Spot
from police_link import conduct, feed, fields, offering, reconciling, statements
from police_link.api import shapes
from police_link.models import PoliceIncident
from police_link.rules import must_read, permitted, side_of
from police_link.states import INCIDENT_TABLE
from police_link.values import SOURCE
from police_link.views.desk import visible_incident

OFFER, QUERY, EVENTS, STATEMENT = (
    shapes.IncidentIn(),
    shapes.IncidentsQuery(),
    shapes.EventsQuery(),
    shapes.StatementIn(),
)
ROW, EVENT, DIFFERENCE = shapes.IncidentRow(), shapes.PoliceEventOut(), shapes.DifferenceOut()
DEFAULT_LIMIT = 50


def offer_of(data: Mapping[str, Any]) -> offering.Offer:
    """The offer that a checked body describes."""
    point, caller = data.get("point") or {}, data.get("caller") or {}
    given = {key: data[key] for key in PLAIN if data.get(key) is not None}
    return offering.Offer(
        source=data.get("source") or SOURCE,
        spot=Spot(
            lon=point.get("lon"),
            lat=point.get("lat"),
            coord_system=point.get("coord_system", "wgs84"),
            accuracy=point.get("accuracy"),
            region_code=data.get("region_code") or "",
            text=data.get("place") or "",
        ),
        caller_name=caller.get("name") or "",
        caller_phone=caller.get("phone") or "",
        **given,
    )


PLAIN = (
    "external_no",
    "content",
    "received_at",
    "sent_at",
    "kind",
    "category",
    "urgency",
    "title",
    "officer",
    "police_unit",
    "dealt",
    "police_note",
    "first_receiver",
    "external_due_at",
)


class IncidentsView(ApiView):
    """The matters that the caller may see."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="police_incidents_list",
        tags=["police"],
        parameters=[shapes.IncidentsQuery],
        responses={200: shapes.IncidentPage},
        summary="List matters between 110 and the centre, newest first",
    )
    def get(self, request: Request) -> Response:
        by = actor_of(request, "api")
        wanted = read(QUERY, request.query_params.dict())
        size, cursor = wanted.pop("limit", DEFAULT_LIMIT), Cursor.read(wanted.pop("cursor", ""))
        if "ticket" in wanted:
            wanted["ticket__number"] = wanted.pop("ticket")
        rows = PoliceIncident.objects.visible_to(by).filter(**wanted)
        found, next_key, previous_key = window(rows, "sent_at", cursor, size)
        results = [ROW.to_representation(row) for row in found]
        return Response({**page_links(request, next_key, previous_key), "results": results})

    @extend_schema(
        operation_id="police_incidents_offer",
        tags=["police"],
        request=shapes.IncidentIn,
        responses={201: shapes.IncidentReceipt, 200: shapes.IncidentReceipt},
        summary="Hand over a non-police matter; repeating `external_no` gives the same matter",
    )
    def post(self, request: Request) -> Response:
        by = actor_of(request, "api")
        given = offer_of(read(OFFER, request.data))
        done = offering.offer(given, by=by, at=now())
        body = ROW.to_representation(done.row)
        body |= {"created": done.created, "supplemented": done.is_supplemented}
        return Response(body, status=201 if done.created else 200)


def whole(row: PoliceIncident, by: Actor, at: datetime) -> dict[str, Any]:
    """Everything about the matter that the caller's side may read."""
    side, today = side_of(by, row.region_path), local(at).date()
    written = fields.shown(fields.incident_values(row), fields.levels("incident", side, today))
    ticket = None
    if row.ticket is not None:
        ticket = fields.shown(fields.ticket_values(row.ticket), fields.levels("ticket", side, today))
    return ROW.to_representation(row) | {
        "is_binding": row.is_binding,
        "written": written,
        "ticket": ticket,
        "result": row.result,
        "verbs": [verb.name for verb in permitted(row, by, at)],
    }


class IncidentView(ApiView):
    """One matter."""

    @extend_schema(
        operation_id="police_incidents_read",
        tags=["police"],
        responses={200: shapes.IncidentDetail},
        summary="Read a matter and its ticket, field by field as the caller's side may",
    )
    def get(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        return Response(whole(visible_incident(by, number), by, now()))


class VerbView(ApiView):
    """One verb of the table; `verb` and `shape` are set by `verb_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str) -> Response:
        by, at = actor_of(request, "api"), now()
        row = visible_incident(by, number)
        data = read(self.shape, request.data)
        conduct.perform(self.verb.name, row.pk, by=by, at=at, **data)
        return Response(whole(visible_incident(by, number), by, at))


def verb_view(verb: Verb) -> Callable[..., Any]:
    """The view of one verb, with its own body in the API's document."""
    made = shape_of(verb)
    shape = type(f"Police{made.__name__}", (made,), {"__doc__": made.__doc__})
    view = type(
        f"{shape.__name__}View", (VerbView,), {"verb": verb, "shape": shape(), "__doc__": made.__doc__}
    )
    post = extend_schema(
        operation_id=f"police_incidents_{verb.name}",
        tags=["police"],
        request=shape,
        responses={200: shapes.IncidentDetail},
        summary=f"{verb.name}: {' or '.join(sorted(verb.sources))} → {' or '.join(verb.targets)}",
        description=f"Who: {', '.join(verb.who)}. {verb.guard}",
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


VERB_VIEWS = {
    verb.name: verb_view(verb) for verb in INCIDENT_TABLE if verb.sources and "system" not in verb.who
}


class PoliceEventsView(ApiView):
    """What has happened, in one order."""

    scopes: ClassVar = {"GET": "events"}

    @extend_schema(
        operation_id="police_events",
        tags=["police"],
        parameters=[shapes.EventsQuery],
        responses={200: shapes.PoliceEventPage},
        summary="Events of matters after a cursor, without gaps",
    )
    def get(self, request: Request) -> Response:
        wanted = read(EVENTS, request.query_params.dict())
        page = feed.page(
            actor_of(request, "api"), after=wanted.get("after", 0), limit=wanted.get("limit", 200)
        )
        events = [EVENT.to_representation(event) for event in page.events]
        return Response({"events": events, "after": page.after, "has_more": page.has_more})


class StatementsView(ApiView):
    """Statements of days."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="police_statements_give",
        tags=["police"],
        request=shapes.StatementIn,
        responses={200: shapes.DayOut},
        summary="State which numbers were sent on a day; the answer is the reconciliation",
    )
    def post(self, request: Request) -> Response:
        by = actor_of(request, "api")
        data = read(STATEMENT, request.data)
        source = data.get("source") or SOURCE
        statements.state(data["day"], data["numbers"], by=by, at=now(), source=source)
        return Response(day_of(by, data["day"]))


class DayView(ApiView):
    """One day reconciled."""

    @extend_schema(
        operation_id="police_statements_read",
        tags=["police"],
        parameters=[OpenApiParameter("day", date, OpenApiParameter.PATH)],
        responses={200: shapes.DayOut},
        summary="Sent = received = opened = closed of a day, with every row that differs",
    )
    def get(self, request: Request, day: str) -> Response:
        by = actor_of(request, "api")
        if not by.is_api_client:
            must_read(by)
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            raise NotFound() from None
        return Response(day_of(by, wanted))


def day_of(by: Actor, day: date) -> dict[str, Any]:
    """The reconciliation of a day as the API tells it."""
    found = reconciling.reconcile(by, day)
    return {
        "day": day,
        "sent": found.sent,
        "received": found.received,
        "opened": found.opened,
        "closed": found.closed,
        "even": found.is_even,
        "statement_version": found.statement.version if found.statement is not None else None,
        "differences": [
            {
                "kind": item.kind,
                "external_no": item.external_no,
                "incident": item.row.number if item.row else None,
                "state": item.row.state if item.row else None,
                "ticket": item.row.ticket.number if item.row and item.row.ticket else None,
            }
            for item in found.differences
        ],
    }
