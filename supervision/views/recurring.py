"""Regular supervision: the list, a new one, stopping and going on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from grids.views.pagers import page_of
from supervision.deeds import recurring
from supervision.deeds.recurring import Routine
from supervision.forms import RoutineForm
from supervision.models import RecurringSupervision
from supervision.querysets import OVERSEERS
from supervision.rules import covers_as, may_oversee
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import first, must_oversee, must_read

SIZE = 50


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By the day on which they come next; `?stopped=1` those that are stopped."""
    must_read(actor)
    if not covers_as(actor, OVERSEERS):
        raise Forbidden(
            pgettext("supervision", "Regular supervision is read by leaders and oversight"),
            roles=sorted(OVERSEERS),
        )
    rows = RecurringSupervision.objects.visible_to(actor).select_related("unit", "made_by")
    is_stopped = request.GET.get("stopped") == "1"
    rows = rows.filter(is_active=not is_stopped)
    page = page_of(rows, "next_on", request.GET.get("cursor", ""), SIZE, is_ascending=True)
    context = {"page": page, "rows": page.rows, "is_stopped": is_stopped, "may_make": may_oversee(actor)}
    return render(request, "supervision/recurring.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set one up."""
    must_oversee(actor)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        wanted = Routine(
            title=data["title"],
            demands=data["demands"],
            kind=data["kind"],
            unit_id=data["unit"],
            every=data["every"],
            first_on=data["first_on"],
            ends_on=data["ends_on"],
        )
        recurring.make(wanted, by=actor, at=now())
        return reverse("supervision:recurring"), pgettext("supervision", "Regular supervision is set up")

    dialog = Dialog(
        title=pgettext("supervision", "New regular supervision"),
        url=reverse("supervision:recurring-new"),
        back=reverse("supervision:recurring"),
        verb=pgettext("supervision", "Store"),
        make=lambda data: RoutineForm(data, initial={"first_on": local(now()).date()}),
        deed=do,
    )
    return serve(request, actor, dialog)


@require_POST
@desk_page
def switch(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Stop it, or let it go on."""
    row = first(RecurringSupervision.objects.visible_to(actor), pk=pk)
    is_on = request.POST.get("active") == "1"
    recurring.switch(row.pk, is_active=is_on, by=actor, at=now())
    said = pgettext("supervision", "It goes on") if is_on else pgettext("supervision", "It is stopped")
    messages.success(request, said)
    return redirect("supervision:recurring")
