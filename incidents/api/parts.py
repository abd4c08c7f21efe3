"""What belongs to a ticket beside its way, over REST: the parts of co-handlers, its children, and urging."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.shapes import Shape
from governance.foundation.api.strict import StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.state_machine import Verb
from incidents import transitions
from incidents.api import showing
from incidents.api.reading import shape_of
from incidents.api.showing import UnitById
from incidents.api.tickets import visible
from incidents.ledger import ledger
from incidents.models import Ticket, TicketUrge
from incidents.opening import visible_ticket
from incidents.states import PART_TABLE, TICKET_TABLE, PartState, ResultKind


class PartOut(Shape):
    """A co-handler's part: who, how far, by when, and what came of it."""

    id = serializers.IntegerField(source="pk")
    unit = UnitById(source="unit_id")
    state = serializers.ChoiceField(PartState.choices)
    asked_at = serializers.DateTimeField(source="at")
    signed_at = serializers.DateTimeField(allow_null=True)
    is_auto_signed = serializers.BooleanField()
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="Of the clock of its own that is due first."
    )
    answered_at = serializers.DateTimeField(allow_null=True)
    result_kind = serializers.ChoiceField([("", ""), *ResultKind.choices])
    answer = serializers.CharField(allow_blank=True, help_text="How it was done, or why it was not.")
    ended_at = serializers.DateTimeField(allow_null=True)


class UrgeIn(StrictSerializer):
    """One call for haste. Repeating the key counts nothing."""

    key = TextField(max_length=60, help_text="The caller's own number of this urge.")
    opinion = TextField(max_length=4_000, required=False, allow_blank=True)


class UrgeOut(Shape):
    """What was counted."""

    key = serializers.CharField()
    at = serializers.DateTimeField()
    count = serializers.IntegerField(help_text="How often the ticket has been urged.")


@dataclass(frozen=True)
class Urged:
    """An urge, and how many there are."""

    key: str
    at: datetime
    count: int


PART, URGE_IN, URGE = PartOut(), UrgeIn(), UrgeOut()
SPLIT_IN, ADD_IN = shape_of(TICKET_TABLE["split"])(), shape_of(PART_TABLE["add_part"])()


class PartsView(ApiView):
    """The parts of a ticket's co-handlers."""

    @extend_schema(
        operation_id="tickets_parts",
        tags=["parts"],
        responses={200: PartOut(many=True)},
        summary="Who helps with a ticket, how far each is and by when",
    )
    def get(self, request: Request, number: str) -> Response:
        ticket = visible_ticket(actor_of(request, "api"), number)
        return Response([PART.to_representation(row) for row in ledger().parts(ticket)])

    @extend_schema(
        operation_id="tickets_add_part",
        tags=["parts"],
        request=type(ADD_IN),
        responses={201: PartOut},
        summary="Ask one more unit for a part",
    )
    def post(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        ticket, data = visible_ticket(by, number), read(ADD_IN, request.data)
        data.pop("version", None)
        part = transitions.add_part(ticket.pk, by=by, at=now(), **data)
        return Response(PART.to_representation(part), status=201)


class PartVerbView(ApiView):
    """One verb of the table of parts; `verb` and `shape` are set by `part_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str, part_id: str) -> Response:
        by = actor_of(request, "api")
        ticket, data = visible_ticket(by, number), read(self.shape, request.data)
        data.pop("version", None)
        part = transitions.perform_part(self.verb.name, ticket.pk, int(part_id), by=by, at=now(), data=data)
        return Response(PART.to_representation(part))


def part_view(verb: Verb) -> Callable[..., Any]:
    """The view of one verb, with its own body in the API's document."""
    shape = shape_of(verb)
    attributes = {"verb": verb, "shape": shape(), "__doc__": f"The verb `{verb.name}` of a part."}
    view = type(f"{shape.__name__}View", (PartVerbView,), attributes)
    post = extend_schema(
        operation_id=f"tickets_{verb.name}",
        tags=["parts"],
        request=shape,
        responses={200: PartOut},
        summary=f"{verb.name}: {' or '.join(sorted(verb.sources))} → {verb.target}",
        description=f"Guard: {verb.guard}. Clocks: {verb.clock}.",
    )
    described: type[PartVerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


PART_VIEWS = {verb.name: part_view(verb) for verb in PART_TABLE if verb.sources}


class ChildrenView(ApiView):
    """The tickets that were split off from a ticket."""

    @extend_schema(
        operation_id="tickets_children",
        tags=["tickets"],
        responses={200: showing.TicketRow(many=True)},
        summary="The child tickets that the caller may see, oldest first",
    )
    def get(self, request: Request, number: str) -> Response:
        by, at = actor_of(request, "api"), now()
        ticket = visible_ticket(by, number)
        rows = (
            visible(by).filter(parent=ticket).select_related("source", "category").defer("search", "content")
        )
        found = [showing.ROW.to_representation(showing.row_of(row, at)) for row in rows.order_by("id")]
        return Response(found)

    @extend_schema(
        operation_id="tickets_children_create",
        tags=["tickets"],
        request=type(SPLIT_IN),
        responses={201: showing.TicketRow},
        summary="Split off a child ticket; its number is in the answer",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = actor_of(request, "api"), now()
        ticket, data = visible_ticket(by, number), read(SPLIT_IN, request.data)
        version = data.pop("version", None)
        child, _main = transitions.split_off(ticket.pk, by=by, at=at, version=version, **data)
        return Response(showing.ROW.to_representation(showing.row_of(child, at)), status=201)


class UrgesView(ApiView):
    """How often a ticket was urged, and urging it."""

    @extend_schema(
        operation_id="tickets_urges",
        tags=["tickets"],
        responses={200: UrgeOut(many=True)},
        summary="The urges of a ticket, oldest first",
    )
    def get(self, request: Request, number: str) -> Response:
        ticket = visible_ticket(actor_of(request, "api"), number)
        rows = TicketUrge.objects.filter(ticket=ticket).order_by("id")
        return Response([_shown(row, count) for count, row in enumerate(rows, 1)])

    @extend_schema(
        operation_id="tickets_add_urge",
        tags=["tickets"],
        request=UrgeIn,
        responses={201: UrgeOut, 200: UrgeOut},
        summary="Urge a ticket; the same key counts once, and once in so many hours",
    )
    def post(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        ticket, data = visible_ticket(by, number), read(URGE_IN, request.data)
        key = f"{by.client_id or by.user_id}:{data['key']}"
        row, is_new = transitions.urge_once(
            ticket.pk, by=by, at=now(), key=key, opinion=data.get("opinion", "")
        )
        count = Ticket.objects.values_list("urge_count", flat=True).get(pk=ticket.pk)
        return Response(_shown(row, count), status=201 if is_new else 200)


def _shown(row: TicketUrge, count: int) -> dict[str, Any]:
    return dict(URGE.to_representation(Urged(row.key.partition(":")[2] or row.key, row.at, count)))
