"""Calls that the hotline made itself: reported once, however often the report comes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from followup import hotline
from governance.exchange.edges import actor_of
from governance.foundation.api.shapes import Shape
from governance.foundation.api.strict import ChoiceField, MomentField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from incidents.opening import visible_ticket
from incidents.states import FollowUpOutcome, Satisfaction, State


class FollowUpIn(StrictSerializer):
    """One call of the hotline."""

    solved = ChoiceField(FollowUpOutcome.choices, help_text="What the citizen answered, or why nobody did.")
    satisfaction = ChoiceField(
        Satisfaction.choices, required=False, help_text="5 very satisfied, 1 very dissatisfied."
    )
    contacted_at = MomentField(
        help_text="When the call was made: the key of a report, the same again is one call."
    )
    words = TextField(required=False, allow_blank=True, max_length=2000)


class FollowUpOut(Shape):
    """The call as it is stored."""

    ticket = serializers.CharField(source="ticket.number")
    state = serializers.ChoiceField(State.choices, source="ticket.state")
    solved = serializers.ChoiceField(FollowUpOutcome.choices, source="follow_up.outcome")
    satisfaction = serializers.CharField(source="follow_up.satisfaction", allow_blank=True)
    contacted_at = serializers.DateTimeField()
    stored_at = serializers.DateTimeField(source="follow_up.at")


IN, OUT = FollowUpIn(), FollowUpOut()


class FollowUpsView(ApiView):
    """Where calls of the hotline come in."""

    @extend_schema(
        operation_id="tickets_followups",
        tags=["tickets"],
        request=FollowUpIn,
        responses={201: FollowUpOut, 200: FollowUpOut},
        summary="Report a callback; repeating `contacted_at` with the same content gives the same call",
    )
    def post(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        ticket = visible_ticket(by, number)
        data: dict[str, Any] = read(IN, request.data)
        stored, created = hotline.report(ticket.pk, by=by, at=now(), **data)
        return Response(OUT.to_representation(stored), status=201 if created else 200)
