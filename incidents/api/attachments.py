"""Evidence over REST: files come in unbound and are read back by those who may see their ticket."""

from typing import Any, ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.parsers import BoundedMultiPartParser
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from incidents import evidence
from incidents.api import showing
from incidents.api.reading import FileIn
from incidents.evidence.giving import readable
from incidents.models import Attachment
from incidents.views.files import file_answer

SIZES = ("original", "thumbnail")
FIELDS = frozenset({"file", "origin"})
BINARY = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The file.")}


class AttachmentsView(ApiView):
    """Where files come in."""

    scopes: ClassVar = {"POST": "report"}
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
        origin = str(request.POST.get("origin") or Attachment.Origin.UPLOAD)
        row = evidence.receive(file.file, name=file.name, size=file.size, by=by, at=now(), origin=origin)
        return Response(showing.FILE.to_representation(row), status=201)


def _only_file(request: Request) -> Any:
    """The one file in the field `file`. Raises Invalid for anything else that was sent."""
    files = request.FILES
    unknown = [name for name in (*request.data, *files) if name not in FIELDS]
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
        by = actor_of(request, "api")
        row = readable(attachment_id, by)
        size = request.query_params.get("size", SIZES[0])
        if size not in SIZES:
            raise Invalid(fields={"size": [_("Write original or thumbnail")]})
        return file_answer(request._request, row, by, is_thumbnail=size == "thumbnail")
