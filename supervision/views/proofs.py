"""Files that were brought as proof, given out to whoever may see what they prove."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.errors import NotFound
from incidents.views.files import file_answer
from supervision.models import (
    Appeal,
    Inspection,
    InspectionTarget,
    LeaderInstruction,
    Proof,
    SupervisionTask,
)


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
    """Whether this person sees the row that it proves."""
    if proof.target is not None:
        return InspectionTarget.objects.visible_to(actor).filter(pk=proof.target_id).exists()
    step = proof.step
    assert step is not None  # one of the two
    if step.task_id:
        return SupervisionTask.objects.visible_to(actor).filter(pk=step.task_id).exists()
    if step.appeal_id:
        return Appeal.objects.visible_to(actor).filter(pk=step.appeal_id).exists()
    if step.inspection_id:
        return Inspection.objects.visible_to(actor).filter(pk=step.inspection_id).exists()
    return LeaderInstruction.objects.visible_to(actor).filter(pk=step.instruction_id).exists()
