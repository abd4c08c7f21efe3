"""Where clients post reports in their own form: mapped, and then the very same intake as `POST /tickets`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adapters.api.answers import answer_of
from adapters.document import Plan
from adapters.models import MappingVersion
from adapters.plans import plan_of, version_for
from adapters.taking import Taken, take, take_many
from adapters.trying import is_list, rows_of
from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.openapi import Problem as ProblemShape
from governance.foundation.api.parsers import LargeJSONParser
from governance.foundation.api.problems import document
from governance.foundation.api.shapes import Base
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, Problem
from incidents.api.batch import MOST, MULTI_STATUS

VERSION_HEADER = "X-Mapping-Version"
ANY_OBJECT = {"type": "object", "additionalProperties": True}
ANY_REPORTS = {"oneOf": [ANY_OBJECT, {"type": "array", "items": ANY_OBJECT, "minItems": 1, "maxItems": MOST}]}


class MappedRow(Base):
    """What became of one report: `ticket` in the mapping's own shape, or `problem` with their places."""

    index = serializers.IntegerField(help_text="Its place in the list, from 0.")
    status = serializers.IntegerField(help_text="The status that it would have had alone.")
    external_no = serializers.CharField(allow_null=True)
    ticket = serializers.DictField(required=False)
    problem = ProblemShape(required=False)


class MappedRows(Base):
    """What became of all."""

    succeeded = serializers.IntegerField()
    failed = serializers.IntegerField()
    results = MappedRow(many=True)


class AdapterTicketsView(ApiView):
    """Reports in the sender's own form."""

    parser_classes = (LargeJSONParser,)
    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="adapters_report",
        tags=["adapters"],
        request={"application/json": ANY_REPORTS},
        responses={
            201: OpenApiResponse(ANY_OBJECT, "Taken; in the shape that the mapping gives the answer."),
            200: OpenApiResponse(ANY_OBJECT, "Taken before."),
            MULTI_STATUS: MappedRows,
        },
        summary="Report in your own JSON by the mapping that was agreed: one report, or a list of up to 1,000",
    )
    def post(self, request: Request, code: str) -> Response:
        by, at = actor_of(request, "api"), now()
        version = version_for(code, by=by, at=at)
        plan, sent = plan_of(version), request.data
        if is_list(plan, sent):
            answer = _many(version, plan, rows_of(plan, sent), request=request, by=by, at=at)
        else:
            taken = take(version, sent, by=by, at=at)
            answer = Response(answer_of(plan, taken, at), status=201 if taken.made.created else 200)
        answer.headers[VERSION_HEADER] = f"{code}/{version.number}"
        return answer


def _many(
    version: MappingVersion, plan: Plan, rows: Sequence[Any], *, request: Request, by: Actor, at: datetime
) -> Response:
    if not rows:
        raise Invalid(_("A list of reports is expected here"))
    if len(rows) > MOST:
        raise Invalid(_("A batch may have at most %(most)s reports") % {"most": MOST}, code="batch_too_long")
    found = take_many(version, rows, by=by, at=at)
    results = [_row(place, plan, found[place], request, at) for place in range(len(rows))]
    failed = sum("problem" in row for row in results)
    return Response(
        {"succeeded": len(results) - failed, "failed": failed, "results": results}, status=MULTI_STATUS
    )


def _row(place: int, plan: Plan, found: Taken | Problem, request: Request, at: datetime) -> dict[str, Any]:
    if isinstance(found, Problem):
        told = document(found, request)
        return {"index": place, "status": found.status, "external_no": None, "problem": told}
    return {
        "index": place,
        "status": 201 if found.made.created else 200,
        "external_no": found.made.ticket.external_no,
        "ticket": answer_of(plan, found, at),
    }
