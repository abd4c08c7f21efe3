"""Evidence over REST: files come in unbound and are read back by those who may see their ticket."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.files import File
from django.db.models import Q
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.parsers import BoundedMultiPartParser
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound
from incidents import evidence
from incidents.api import showing
from incidents.api.reading import FileIn
from incidents.models import Attachment, Ticket

CHUNK = 64 * 1024
SIZES = ("original", "thumbnail")
BINARY = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The file.")}


class AttachmentsView(ApiView):
    """Where files come in."""

    parser_classes = (BoundedMultiPartParser,)

    @extend_schema(
        operation_id="attachments_upload",
        tags=["attachments"],
        request={"multipart/form-data": FileIn},
        responses={201: showing.AttachmentOut},
        summary="Upload one file; a report or verb that names its id binds it",
    )
    def post(self, request: Request) -> Response:
        by = actor_of(request, "api")
        file = _only_file(request)
        row = evidence.receive(file.file, name=file.name, size=file.size, by=by, at=now())
        return Response(showing.FILE.to_representation(row), status=201)


def _only_file(request: Request) -> Any:
    """The one file in the field `file`. Raises Invalid for anything else that was sent."""
    files = request.FILES
    unknown = [name for name in (*request.data, *files) if name != "file"]
    if unknown:
        raise Invalid(fields={str(name)[:80]: [_("Unknown field")] for name in unknown[:20]})
    found = files.getlist("file")
    if not found:
        raise Invalid(fields={"file": [_("Send one file in this field")]})
    if len(found) > 1:
        raise Invalid(fields={"file": [_("Send one file at a time")]})
    return found[0]


class AttachmentView(ApiView):
    """One file."""

    @extend_schema(
        operation_id="attachments_read",
        tags=["attachments"],
        parameters=[OpenApiParameter("size", str, enum=SIZES, description="`original` when left out.")],
        responses=BINARY,
        summary="Read a file: for readers of its ticket, and for its uploader while it is unbound",
    )
    def get(self, request: Request, attachment_id: UUID) -> HttpResponseBase:
        row = readable_attachment(attachment_id, actor_of(request, "api"))
        size = request.query_params.get("size", SIZES[0])
        if size not in SIZES:
            raise Invalid(fields={"size": [_("Write original or thumbnail")]})
        return file_response(request._request, row, is_thumbnail=size == "thumbnail")


def readable_attachment(attachment_id: UUID, by: Actor) -> Attachment:
    """The file, when `by` may see its ticket, or has uploaded it and nothing has bound it yet.

    Raises NotFound otherwise.
    """
    own = Q(client_id=by.client_id) if by.is_api_client else Q(uploader_id=by.user_id)
    row = Attachment.objects.filter(pk=attachment_id).filter(Q(ticket__isnull=False) | own).first()
    if row is None:
        raise NotFound()
    if row.ticket_id and not Ticket.objects.visible_to(by).filter(pk=row.ticket_id).exists():
        raise NotFound()
    return row


def file_response(request: HttpRequest, row: Attachment, *, is_thumbnail: bool = False) -> HttpResponseBase:
    """The content, inert in a browser: pictures may be looked at, everything else is downloaded."""
    stored = row.thumbnail if is_thumbnail else row.file
    if not stored:
        raise NotFound(_("This file has no thumbnail"))
    try:
        file = stored.open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("The file is missing in the store")) from error
    response = _stream(request, file)
    response.headers["Content-Type"] = "image/webp" if is_thumbnail else row.media_type
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = content_disposition_header(not row.is_image, row.name) or ""
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _stream(request: HttpRequest, file: "File[bytes]") -> StreamingHttpResponse:
    """Read in pieces, in the way the server asks for them."""
    if not hasattr(request, "scope"):
        return FileResponse(file)
    return StreamingHttpResponse(_pieces(file))


async def _pieces(file: "File[bytes]") -> AsyncIterator[bytes]:
    try:
        while piece := await sync_to_async(file.read, thread_sensitive=False)(CHUNK):
            yield piece
    finally:
        file.close()
