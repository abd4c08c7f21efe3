"""Whistle calls and consultations of a ticket over REST: those that there are, and beginning one."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from consultation import conferences, whistles
from consultation.api.showing import (
    CallDetail,
    CallOut,
    ConsultationDetail,
    ConsultationOut,
    call_facts,
    consultation_facts,
    show_call,
    show_consultation,
)
from consultation.models import Consultation, WhistleCall
from consultation.states import CallKind
from consultation.views.doors import visible_call, visible_consultation
from consultation.whistles import MOST_UNITS, CallDraft
from governance.exchange.edges import actor_of
from governance.foundation.api.strict import ChoiceField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from grids.api.callers import staff
from incidents.api.reading import BLANK, StrictListField, UnitField
from incidents.opening import visible_key, visible_ticket

LONGEST = 4_000


class CallIn(StrictSerializer):
    """Whom a town calls to a ticket, and what for; from a community its town is asked first."""

    kind = ChoiceField(CallKind.choices)
    title = TextField(max_length=120, help_text="The ticket's when left out.", **BLANK)
    content = TextField(max_length=LONGEST)
    units = StrictListField(child=UnitField(max_length=40), max_length=MOST_UNITS)


class ConveneIn(StrictSerializer):
    """What is to be settled, and who is asked for an opinion."""

    question = TextField(max_length=LONGEST)
    units = StrictListField(child=UnitField(max_length=40), max_length=MOST_UNITS)


CALL_IN, CONVENE_IN = CallIn(), ConveneIn()


class TicketCallsView(ApiView):
    """The whistle calls of a ticket."""

    @extend_schema(
        operation_id="ticket_whistles_list",
        tags=["consultation"],
        responses={200: CallOut(many=True)},
        summary="Whistle calls on a ticket, newest first",
    )
    def get(self, request: Request, number: str) -> Response:
        actor = actor_of(request, "api")
        calls = WhistleCall.objects.filter(ticket=visible_key(actor, number))
        if not actor.is_api_client:
            calls = calls.visible_to(actor)
        rows = calls.prefetch_related("lines").order_by("-pk")
        return Response(CallOut([call_facts(row) for row in rows], many=True).data)

    @extend_schema(
        operation_id="ticket_whistle",
        tags=["consultation"],
        request=CallIn,
        responses={201: CallDetail},
        summary="Call departments to a ticket. 409 where one of them is called to it already",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = visible_ticket(by, number)
        data = read(CALL_IN, request.data)
        draft = CallDraft(
            kind=data["kind"],
            title=data.get("title") or ticket.title,
            content=data["content"],
            units=data["units"],
            ticket=ticket,
        )
        row = whistles.whistle(draft, by=by, at=at)
        return Response(show_call(visible_call(by, row.number), by), status=201)


class TicketConsultationsView(ApiView):
    """The consultations of a ticket."""

    @extend_schema(
        operation_id="ticket_consultations_list",
        tags=["consultation"],
        responses={200: ConsultationOut(many=True)},
        summary="Consultations on a ticket with opinions and decision, newest first",
    )
    def get(self, request: Request, number: str) -> Response:
        actor = actor_of(request, "api")
        found = Consultation.objects.filter(ticket=visible_key(actor, number))
        if not actor.is_api_client:
            found = found.visible_to(actor)
        rows = found.prefetch_related("invitations").order_by("-pk")
        told = [consultation_facts(row, is_inside=not actor.is_api_client) for row in rows]
        return Response(ConsultationOut(told, many=True).data)

    @extend_schema(
        operation_id="ticket_convene",
        tags=["consultation"],
        request=ConveneIn,
        responses={201: ConsultationDetail},
        summary="Convene a consultation on a ticket. 409 while one is open",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = visible_key(by, number)
        data = read(CONVENE_IN, request.data)
        row = conferences.convene(ticket, by=by, at=at, question=data["question"], units=data["units"])
        return Response(show_consultation(visible_consultation(by, row.number), by), status=201)
