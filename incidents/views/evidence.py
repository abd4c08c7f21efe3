"""Files of evidence: taken in one at a time, given out only to those who may see the ticket."""

from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words, script_answer
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid
from incidents.evidence import receive
from incidents.evidence.giving import readable
from incidents.models import Attachment
from incidents.views.files import file_answer


@require_POST
@script_answer
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take in `file`; answers its id and addresses. It belongs to its uploader until a verb binds it."""
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(fields={"file": [_("Choose a file")]})
    origin = request.POST.get("origin") or Attachment.Origin.UPLOAD
    row = receive(
        cast(BinaryIO, file), name=file.name or "", size=file.size or 0, by=actor, at=now(), origin=origin
    )
    url = reverse("incidents:attachment", args=[row.pk])
    answer = {
        "id": str(row.pk),
        "url": url,
        "thumb_url": f"{url}?thumb=1" if row.thumbnail else "",
        "name": row.name,
        "kind": row.kind,
        "kind_label": str(Attachment.Kind(row.kind).label),
    }
    return JsonResponse(answer, status=201)


@require_safe
@desk_page
def download(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponseBase:
    """The file, or `?thumb=1` its small picture; what is not known to be clean is said in plain words."""
    row = readable(attachment_id, actor)
    is_small = request.GET.get("thumb") == "1" and bool(row.thumbnail)
    try:
        return file_answer(request, row, actor, is_thumbnail=is_small)
    except Conflict as problem:
        headers = {"Cache-Control": "no-store"}
        return HttpResponse(
            problem_words(problem),
            status=problem.status,
            content_type="text/plain; charset=utf-8",
            headers=headers,
        )
