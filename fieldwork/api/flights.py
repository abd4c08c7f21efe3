"""Flights of drones over REST: a system of the source `uav` tells of its own, people read those over their places."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fieldwork.api import shapes
from fieldwork.api.pages import Shown, code_of, inside, page_answer
from fieldwork.flights.models import Flight
from fieldwork.flights.recording import FlightDraft, add_finding, record, visible_flight
from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from incidents.api.listing import plain
from incidents.models import Ticket
from incidents.places import Spot

QUERY, FLIGHT, FINDING = shapes.FlightQuery(), shapes.FlightIn(), shapes.FlightFindingIn()
ROW = shapes.FlightOut()


def shown(rows: list[Flight]) -> list[Shown]:
    """Rows with the code of their place."""
    return [Shown(row, region_code=code_of(row.region_path)) for row in rows]


def detail_of(row: Flight, by: Actor) -> dict[str, Any]:
    """A flight with its tickets."""
    seen = Ticket.objects.visible_to(by).filter(flight_finding__flight=row).order_by("pk")
    return ROW.to_representation(shown([row])[0]) | {"tickets": list(seen.values_list("number", flat=True))}


class FlightsView(ApiView):
    """Flights, and a new record of one."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="fieldwork_flights_list",
        tags=["fieldwork"],
        parameters=[shapes.FlightQuery],
        responses={200: shapes.FlightPage},
        summary="List flights of drones, newest first; a system its own",
    )
    def get(self, request: Request) -> Response:
        by = actor_of(request, "api")
        wanted = read(QUERY, plain(request.query_params))
        rows = Flight.objects.visible_to(by).filter(inside(wanted.get("region", "")))
        at = local(now())
        if wanted.get("since"):
            rows = rows.flown_between(wanted["since"], wanted.get("until") or at.date(), at)
        elif wanted.get("until"):
            rows = rows.flown_between(at.date().replace(year=2000), wanted["until"], at)
        return page_answer(request, rows, "took_off_at", wanted, ROW, shown)

    @extend_schema(
        operation_id="fieldwork_flights_record",
        tags=["fieldwork"],
        request=shapes.FlightIn,
        responses={201: shapes.FlightReceipt, 200: shapes.FlightReceipt},
        summary="Record a flight that is over; repeating `external_no` gives the same record",
    )
    def post(self, request: Request) -> Response:
        by = actor_of(request, "api")
        data = {name: value for name, value in read(FLIGHT, request.data).items() if value is not None}
        spot = Spot(region_code=data.pop("region_code"), text=data.pop("area", ""))
        done = record(FlightDraft(spot=spot, **data), by=by, at=now())
        body = ROW.to_representation(shown([done.flight])[0]) | {"created": done.created}
        return Response(body, status=201 if done.created else 200)


class FlightView(ApiView):
    """One flight."""

    @extend_schema(
        operation_id="fieldwork_flights_read",
        tags=["fieldwork"],
        responses={200: shapes.FlightDetail},
        summary="Read a flight and the tickets that came of it",
    )
    def get(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        return Response(detail_of(visible_flight(by, number), by))


class FindingsView(ApiView):
    """What a flight has brought."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="fieldwork_flights_finding",
        tags=["fieldwork"],
        request=shapes.FlightFindingIn,
        responses={200: shapes.FlightDetail},
        summary="Name a ticket that came of a flight. 409 `other_flight` where it came of another one",
    )
    def post(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        add_finding(number, read(FINDING, request.data)["ticket"], by=by, at=now())
        return Response(detail_of(visible_flight(by, number), by))
