"""Many reports in one call, with what became of each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.openapi import Problem as ProblemShape
from governance.foundation.api.parsers import LargeJSONParser
from governance.foundation.api.problems import document, problem_of
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, Problem
from incidents.api import showing
from incidents.api.reading import TicketIn, draft_of
from incidents.batch import register_many
from incidents.drafts import Intake, TicketDraft

MOST = 1_000
MULTI_STATUS = 207


class BatchIn(StrictSerializer):
    """Reports as `POST /tickets` takes them; each with its own `external_no`."""

    tickets = serializers.ListField(child=TicketIn(), min_length=1, max_length=MOST)


class BatchRow(Base):
    """What became of one report: `ticket` where it was taken, `problem` where it was not."""

    index = serializers.IntegerField(help_text="Its place in the batch, from 0.")
    status = serializers.IntegerField(help_text="The status that it would have had alone.")
    external_no = serializers.CharField(allow_null=True)
    ticket = showing.TicketReceipt(required=False)
    problem = ProblemShape(required=False)


class BatchOut(Base):
    """What became of all."""

    succeeded = serializers.IntegerField()
    failed = serializers.IntegerField()
    results = BatchRow(many=True)


REPORT = TicketIn()


class BatchView(ApiView):
    """Where batches come in."""

    parser_classes = (LargeJSONParser,)
    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="tickets_report_batch",
        tags=["tickets"],
        request=BatchIn,
        responses={MULTI_STATUS: BatchOut},
        summary="Report up to 1,000 matters; each row has its own result, and repeating the call doubles none",
    )
    def post(self, request: Request) -> Response:
        by, at, rows = actor_of(request, "api"), now(), rows_of(request.data)
        drafts, refused = drafts_of(rows)
        found: dict[int, Intake | Problem] = {**refused, **register_many(drafts, by=by, at=at)}
        results = [_row(place, rows[place], found[place], request, at) for place in range(len(rows))]
        failed = sum("problem" in row for row in results)
        return Response(
            {"succeeded": len(results) - failed, "failed": failed, "results": results}, status=MULTI_STATUS
        )


def rows_of(data: Any) -> list[Any]:
    """The rows of a batch, whatever they are. Raises Invalid for what is no batch."""
    if not isinstance(data, Mapping):
        raise Invalid(_("A JSON object is expected here"))
    if unknown := [name for name in data if name != "tickets"]:
        raise Invalid(fields={str(name)[:80]: [_("Unknown field")] for name in unknown[:20]})
    rows = data.get("tickets")
    if not isinstance(rows, list) or not rows:
        raise Invalid(fields={"tickets": [_("A list of reports is expected here")]})
    if len(rows) > MOST:
        raise Invalid(
            fields={"tickets": [_("A batch may have at most %(most)s reports") % {"most": MOST}]},
            code="batch_too_long",
        )
    return rows


def drafts_of(rows: list[Any]) -> tuple[dict[int, TicketDraft], dict[int, Problem]]:
    """The rows that have the shape of a report, and what is wrong with the others, by place."""
    drafts: dict[int, TicketDraft] = {}
    refused: dict[int, Problem] = {}
    for place, row in enumerate(rows):
        try:
            draft = draft_of(read(REPORT, row))
            if draft.external_no is None:
                raise Invalid(fields={"external_no": [_("In a batch every report needs its own number")]})
            drafts[place] = draft
        except (serializers.ValidationError, Problem) as error:
            refused[place] = problem_of(error) or Problem()
    return drafts, refused


def _row(place: int, sent: Any, found: Intake | Problem, request: Request, at: datetime) -> dict[str, Any]:
    number = sent.get("external_no") if isinstance(sent, Mapping) else None
    row = {
        "index": place,
        "external_no": number if isinstance(number, str) and len(number) <= 80 else None,
    }
    if isinstance(found, Problem):
        return {**row, "status": found.status, "problem": document(found, request)}
    receipt = showing.Receipt(found.ticket, found.ticket.lamp(at), found.created, found.supplement)
    status = 201 if found.created else 200
    return {**row, "status": status, "ticket": showing.RECEIPT.to_representation(receipt)}
