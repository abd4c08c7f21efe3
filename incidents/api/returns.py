"""The sender gives a matter back: not solved after its callback, or back again after it was closed."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.strict import StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden
from incidents import transitions
from incidents.api import showing
from incidents.opening import visible_ticket
from incidents.states import State


class ReturnIn(StrictSerializer):
    """Why it is given back."""

    reason = TextField(max_length=4_000)


RETURN = ReturnIn()


class ReturnsView(ApiView):
    """Where matters are given back."""

    @extend_schema(
        operation_id="tickets_give_back",
        tags=["tickets"],
        request=ReturnIn,
        responses={200: showing.TicketRow},
        summary="Have a matter done again: unsolved after the callback, or closed at most 15 days ago",
        description=(
            "The verb `redo` while the ticket waits for its callback and the last call said so, `reopen` once it is "
            "closed; 409 otherwise. Send an Idempotency-Key: the same call is then given back once."
        ),
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = actor_of(request, "api"), now()
        ticket = visible_ticket(by, number)
        data: dict[str, Any] = read(RETURN, request.data)
        if not by.is_api_client:
            raise Forbidden(_("Returns over the API come from systems"))
        verb = "reopen" if ticket.state == State.CLOSED else "redo"
        moved = transitions.perform(
            verb, ticket.pk, by=by, at=at, data={"opinion": data["reason"]}, version=None
        )
        return Response(showing.ROW.to_representation(showing.row_of(moved, at)))
