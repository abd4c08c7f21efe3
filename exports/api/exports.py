"""Exports for systems: their own tickets, masked, written by a worker, read while there is time."""

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exports import asking, running, values
from exports.api import shapes
from exports.api.callers import must_be_system
from exports.columns import USUAL
from exports.models import TicketExport
from exports.states import ExportState
from exports.writing import MEDIA_TYPES
from governance.accounts.actors import Actor
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, NotFound
from incidents.api.listing import filter_of
from incidents.views.links import query_of

ASKED, NOTHING, SHOWN = shapes.ExportIn(), shapes.NoBody(), shapes.ExportOut()
FILE = {
    (200, kind.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY, description="The file.")
    for kind in MEDIA_TYPES.values()
}


def own(request: Request, number: str) -> tuple[Actor, TicketExport]:
    """The caller and its export. Raises NotFound, Forbidden."""
    by = must_be_system(request)
    row: TicketExport | None = TicketExport.objects.visible_to(by).filter(number=number).first()
    if row is None:
        raise NotFound()
    return by, row


class ExportsView(ApiView):
    """Ask for a file, and which ones there are."""

    scopes: ClassVar = {"POST": "read"}

    @extend_schema(
        operation_id="exports_list",
        tags=["files"],
        responses={200: shapes.ExportsOut},
        summary="The caller's newest exports",
    )
    def get(self, request: Request) -> Response:
        rows = TicketExport.objects.visible_to(must_be_system(request)).order_by("-id")
        return Response({"results": [SHOWN.to_representation(row) for row in rows[: shapes.MOST_LISTED]]})

    @extend_schema(
        operation_id="exports_ask",
        tags=["files"],
        request=shapes.ExportIn,
        responses={201: shapes.ExportOut},
        summary="Ask for a file of one's own tickets; personal data is masked",
    )
    def post(self, request: Request) -> Response:
        by, at = must_be_system(request), now()
        wanted: dict[str, Any] = read(ASKED, request.data)
        row = asking.ask(
            by=by,
            at=at,
            filters=query_of(filter_of(wanted.get("filters", {}), at)).urlencode(),
            columns=wanted.get("columns", USUAL),
            kind=wanted["format"],
        )
        if row.expected <= int(values.value("export.direct_rows")):
            running.run(row.pk, at=at)
            row.refresh_from_db()
        return Response(SHOWN.to_representation(row), status=201)


class ExportView(ApiView):
    """One export."""

    @extend_schema(
        operation_id="exports_read",
        tags=["files"],
        responses={200: shapes.ExportOut},
        summary="How far an export has come",
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(SHOWN.to_representation(own(request, number)[1]))


class ExportFileView(ApiView):
    """The file."""

    @extend_schema(
        operation_id="exports_file",
        tags=["files"],
        responses=FILE,
        summary="The file, once it is ready and until it expires",
    )
    def get(self, request: Request, number: str) -> StreamingHttpResponse:
        by, row = own(request, number)
        if row.state != ExportState.READY:
            raise Conflict(
                pgettext_lazy("export", "The file is not there"), code="not_ready", state=row.state
            )
        content = running.download(row, by=by, at=now())
        answer = StreamingHttpResponse(content, content_type=MEDIA_TYPES[row.format])
        answer.headers["Content-Disposition"] = f'attachment; filename="{row.number}.{row.format}"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


class WithdrawView(ApiView):
    """Not wanted any more."""

    scopes: ClassVar = {"POST": "read"}

    @extend_schema(
        operation_id="exports_withdraw",
        tags=["files"],
        request=shapes.NoBody,
        responses={200: shapes.ExportOut},
        summary="Withdraw an export that is not written yet",
    )
    def post(self, request: Request, number: str) -> Response:
        by, row = own(request, number)
        read(NOTHING, request.data)
        return Response(SHOWN.to_representation(asking.decide("withdraw", row.pk, by=by, at=now())))
