"""What the sender adds to a matter later: kept beside the ticket, told to whoever holds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.shapes import Shape
from governance.foundation.api.strict import IdListField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden
from incidents.opening import visible_key
from incidents.repeats import supplement


class SupplementIn(StrictSerializer):
    """Words and files that come later."""

    key = TextField(max_length=60, help_text="The sender's own number of this supplement.")
    content = TextField(max_length=10_000)
    attachments = IdListField(required=False, help_text="Ids of files that this caller has uploaded.")


class SupplementReceipt(Shape):
    """The supplement as it is stored."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    at = serializers.DateTimeField()
    created = serializers.BooleanField(help_text="False where the same words came under this key before.")


@dataclass(frozen=True)
class Added:
    """A supplement, and whether it is new."""

    id: int
    key: str
    at: datetime
    created: bool


SUPPLEMENT_IN, RECEIPT = SupplementIn(), SupplementReceipt()


class SupplementsView(ApiView):
    """Where supplements come in."""

    @extend_schema(
        operation_id="tickets_supplement",
        tags=["tickets"],
        request=SupplementIn,
        responses={201: SupplementReceipt, 200: SupplementReceipt},
        summary="Add words or files to a ticket; the same words under the same key are kept once",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = actor_of(request, "api"), now()
        ticket_id = visible_key(by, number)
        data: dict[str, Any] = read(SUPPLEMENT_IN, request.data)
        if not by.is_api_client:
            raise Forbidden(_("Supplements over the API come from systems"))
        via = f"client {by.client_id} {data['key']}"
        row = supplement(
            ticket_id, data["content"], via=via, by=by, at=at, attachments=data.get("attachments", ())
        )
        made = Added(row.pk, data["key"], row.at, row.at == at)
        return Response(RECEIPT.to_representation(made), status=201 if made.created else 200)
