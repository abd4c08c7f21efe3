"""Whistle calls and consultations of a ticket, to read. Departments answer on pages; the API has no verbs for it."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consultation.models import CallLine, Consultation, WhistleCall
from consultation.states import CallKind, CallState, ConsultationState, LineState
from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.views import ApiView
from governance.foundation.errors import NotFound
from grids.territory import current as territory
from incidents.models import Ticket


class CallLineOut(serializers.Serializer[Any]):
    """What one called department has done."""

    unit = serializers.CharField()
    state = serializers.ChoiceField(choices=LineState.choices)
    answer_due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    in_time = serializers.BooleanField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    result = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)


class CallOut(serializers.Serializer[Any]):
    """A whistle call."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=CallKind.choices)
    state = serializers.ChoiceField(choices=CallState.choices)
    title = serializers.CharField()
    caller = serializers.CharField()
    called_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    departments = CallLineOut(many=True)


class InvitationOut(serializers.Serializer[Any]):
    """What one invited unit says."""

    unit = serializers.CharField()
    stance = serializers.CharField()
    opinion = serializers.CharField()
    opined_at = serializers.DateTimeField(allow_null=True)


class ConsultationOut(serializers.Serializer[Any]):
    """A consultation with its decision."""

    number = serializers.CharField()
    state = serializers.ChoiceField(choices=ConsultationState.choices)
    cause = serializers.ChoiceField(choices=Consultation.Cause.choices)
    question = serializers.CharField()
    convened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    lead = serializers.CharField(help_text="The code of the unit that leads; empty before the decision.")
    co_handlers = serializers.ListField(child=serializers.CharField())
    basis = serializers.CharField()
    minutes = serializers.CharField()
    opinions = InvitationOut(many=True)


def _ticket(actor: Actor, number: str) -> Ticket:
    """The ticket, if the caller may see it. Raises NotFound."""
    ticket = Ticket.objects.visible_to(actor).filter(number=number).only("pk").first()
    if ticket is None:
        raise NotFound()
    return ticket


def _code(unit_id: int | None) -> str:
    unit = territory().units.get(unit_id or 0)
    return unit.code if unit is not None else ""


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
        ticket = _ticket(actor, number)
        calls = WhistleCall.objects.filter(ticket=ticket)
        if not actor.is_api_client:
            calls = calls.visible_to(actor)
        rows = list(calls.prefetch_related("lines").order_by("-pk"))
        return Response(CallOut([_call(row) for row in rows], many=True).data)


def _call(row: WhistleCall) -> dict[str, Any]:
    names = ("number", "kind", "state", "title", "called_at", "finished_at")
    lines: Iterable[CallLine] = sorted(row.lines.all(), key=lambda line: line.pk)
    departments = [
        {
            "unit": _code(line.unit_id),
            "in_time": line.is_in_time,
            **{name: getattr(line, name) for name in LINE_FACTS},
        }
        for line in lines
    ]
    facts = {name: getattr(row, name) for name in names}
    return facts | {"caller": _code(row.caller_id), "departments": departments}


LINE_FACTS = ("state", "answer_due_at", "answered_at", "arrived_at", "finished_at", "result", "score")


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
        ticket = _ticket(actor, number)
        found = Consultation.objects.filter(ticket=ticket)
        if not actor.is_api_client:
            found = found.visible_to(actor)
        rows = list(found.prefetch_related("invitations").order_by("-pk"))
        return Response(
            ConsultationOut(
                [_consultation(row, is_inside=not actor.is_api_client) for row in rows], many=True
            ).data
        )


def _consultation(row: Consultation, *, is_inside: bool) -> dict[str, Any]:
    """An outside system is told the decision; what units have said before stays among them."""
    names = (
        "number",
        "state",
        "cause",
        "question",
        "convened_at",
        "due_at",
        "decided_at",
        "basis",
        "minutes",
    )
    opinions = [
        {
            "unit": _code(item.unit_id),
            "stance": item.stance,
            "opinion": item.opinion,
            "opined_at": item.opined_at,
        }
        for item in sorted(row.invitations.all(), key=lambda item: item.pk)
        if is_inside
    ]
    facts = {name: getattr(row, name) for name in names}
    if not is_inside:
        facts |= {"question": "", "minutes": ""}
    units = [_code(unit) for unit in row.co_handlers]
    return facts | {"lead": _code(row.lead_id), "co_handlers": units, "opinions": opinions}
