"""What was found at a place of an inspection: its inspector writes it down once, others read it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden
from supervision.deeds import recording
from supervision.deeds.recording import Look
from supervision.forms import FindingsForm
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import visible_target
from supervision.views.faces import proof_face


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def place(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What was found at a place; its inspector writes it down once."""
    target = visible_target(actor, pk)
    back = reverse("supervision:inspection", args=[target.inspection.number])
    if target.done_at is not None:
        context = {
            "target": target,
            "findings": list(target.findings.order_by("pk")),
            "photos": [proof_face(item) for item in target.proofs.select_related("attachment")],
        }
        return render(request, "supervision/place.html", context)
    if target.inspector_id != actor.user_id:
        raise Forbidden(pgettext("supervision", "This place is assigned to somebody else"))
    items = target.inspection.checklist.items

    def do(data: dict[str, Any]) -> tuple[str, str]:
        looks = {
            item["code"]: Look(
                is_in_place=data[f"ok_{item['code']}"] == "yes",
                severity=data[f"severity_{item['code']}"],
                text=data[f"text_{item['code']}"],
            )
            for item in items
        }
        recording.record(pk, looks, by=actor, at=now(), note=data["note"], files=data["files"])
        return back, pgettext("supervision", "What was found at %(place)s is stored") % {"place": target.name}

    dialog = Dialog(
        title=f"{target.name} · {target.inspection.title}",
        url=reverse("supervision:place", args=[pk]),
        back=back,
        verb=pgettext("supervision", "Store what was found"),
        make=lambda data: FindingsForm(items, data),
        deed=do,
        template="supervision/_findings.html",
        page="supervision/findings.html",
    )
    return serve(request, actor, dialog)
