"""Files that were brought as proof, given out to whoever may see what they prove."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.errors import NotFound
from incidents.views.files import file_answer
from supervision.models import Appeal, InspectionTarget, Proof, SupervisionTask


@require_safe
@desk_page
def download(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponseBase:
    """The file, or `?thumb=1` its small picture."""
    proof = (
        Proof.objects.filter(attachment=attachment_id).select_related("attachment", "step", "target").first()
    )
    if proof is None or not may_see(proof, actor):
        raise NotFound()
    is_small = request.GET.get("thumb") == "1" and bool(proof.attachment.thumbnail)
    return file_answer(request, proof.attachment, actor, is_thumbnail=is_small)


def may_see(proof: Proof, actor: Actor) -> bool:
    """Whether this person sees the row that it proves: a place of an inspection, a task or an appeal."""
    rows: QuerySet[Any]
    if proof.target is not None:
        rows, key = InspectionTarget.objects.visible_to(actor), proof.target_id
    elif proof.step is not None and proof.step.task_id is not None:
        rows, key = SupervisionTask.objects.visible_to(actor), proof.step.task_id
    else:
        rows, key = Appeal.objects.visible_to(actor), proof.step.appeal_id if proof.step is not None else None
    return rows.filter(pk=key or 0).exists()
