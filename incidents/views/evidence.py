"""Files of evidence: taken in one at a time, given out only to those who may see the ticket."""

from typing import BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, script_answer
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound
from incidents.evidence import receive
from incidents.models import Attachment, Ticket

PRIVATE = "private, max-age=3600"


@require_POST
@script_answer
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take in `file`; answers its id and addresses. It belongs to its uploader until a verb binds it."""
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(fields={"file": [_("Choose a file")]})
    row = receive(cast(BinaryIO, file), name=file.name or "", size=file.size or 0, by=actor, at=now())
    url = reverse("incidents:attachment", args=[row.pk])
    thumb = f"{url}?thumb=1" if row.thumbnail else ""
    return JsonResponse({"id": str(row.pk), "url": url, "thumb_url": thumb, "name": row.name}, status=201)


@require_safe
@desk_page
def download(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponseBase:
    """The file, or `?thumb=1` its small picture. Pictures open in the page, everything else is saved."""
    row = Attachment.objects.filter(pk=attachment_id).first()
    if row is None or not _may_see(row, actor):
        raise NotFound()
    small = request.GET.get("thumb") == "1" and bool(row.thumbnail)
    file = row.thumbnail if small else row.file
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise NotFound() from error
    return FileResponse(
        content,
        as_attachment=not row.is_image,
        filename=row.name,
        content_type="image/webp" if small else row.media_type,
        headers={"Cache-Control": PRIVATE},
    )


def _may_see(row: Attachment, actor: Actor) -> bool:
    if row.ticket_id is None:
        return row.uploader_id is not None and row.uploader_id == actor.user_id
    return Ticket.objects.visible_to(actor).filter(pk=row.ticket_id).exists()
