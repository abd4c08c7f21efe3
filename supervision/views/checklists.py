"""Checklists: what inspections ask at each place; a new one, or the next edition of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from supervision import checklists
from supervision.forms import ChecklistForm
from supervision.models import Checklist
from supervision.rules import may_oversee
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import must_oversee, must_read


@require_safe
@desk_page
def checklist_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The checklists that are offered, with their items."""
    must_read(actor)
    rows = Checklist.objects.filter(is_active=True).order_by("code", "-edition")
    context = {"rows": rows, "may_plan": may_oversee(actor)}
    return render(request, "supervision/checklists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def checklist_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A checklist, or the next edition of one."""
    must_oversee(actor)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        row = checklists.make(
            code=data["code"],
            title=data["title"],
            level=data["level"],
            lines=data["items"],
            by=actor,
            at=now(),
        )
        said = pgettext("supervision", "Edition %(n)d of the checklist is offered now") % {"n": row.edition}
        return reverse("supervision:checklists"), said

    dialog = Dialog(
        title=pgettext("supervision", "New checklist"),
        url=reverse("supervision:checklist-new"),
        back=reverse("supervision:checklists"),
        verb=pgettext("supervision", "Store"),
        make=ChecklistForm,
        deed=do,
    )
    return serve(request, actor, dialog)
