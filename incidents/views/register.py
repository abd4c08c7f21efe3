"""Registering a report: who calls, where, what about. The same form sent twice makes one ticket."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, Invalid
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.ground import area_of, ground_of
from incidents.catalogue import current as catalogue
from incidents.forms import REGISTER_NAMES, RegisterForm, default_source, put_errors
from incidents.intake import Intake
from incidents.intake import register as take_in
from incidents.models import Ticket
from incidents.rules import may_register
from incidents.views.verbs import uploaded


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def register_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: an empty form. POST: the ticket, or the form again with what is wrong."""
    if not may_register(actor):
        raise Forbidden(_("Registering reports belongs to other roles"))
    if request.method != "POST":
        source = default_source(scopes.of(actor.user).roles)
        return _form(request, actor, RegisterForm(initial={"source": source}))
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _form(request, actor, form, status=422)
    try:
        intake = take_in(form.draft(), by=actor, at=now())
    except Invalid as problem:
        put_errors(form, problem, REGISTER_NAMES)
        return _form(request, actor, form, status=422)
    return _done(request, actor, intake)


def _form(request: HttpRequest, actor: Actor, form: RegisterForm, *, status: int = 200) -> HttpResponse:
    category = catalogue().by_code.get(str(form["category"].value() or ""))
    context = {
        "form": form,
        "category_shown": category.label if category else "",
        "region_shown": region_words(str(form["region_code"].value() or "")),
        "ground": ground_of(area_of(actor.user)),
        "photos": uploaded(actor, form["attachments"].value()),
    }
    return render(request, "incidents/register.html", context, status=status)


def _done(request: HttpRequest, actor: Actor, intake: Intake) -> HttpResponse:
    number = intake.ticket.number
    words = {"number": number}
    if intake.created:
        messages.success(request, _("Registered: %(number)s") % words)
    elif intake.supplement is not None:
        messages.info(
            request, _("This report is already %(number)s; the changes are kept as a supplement") % words
        )
    else:
        messages.info(request, _("This report is already %(number)s") % words)
    if Ticket.objects.visible_to(actor).filter(pk=intake.ticket.pk).exists():
        return redirect("incidents:ticket", number)
    return redirect("incidents:register")


def region_words(code: str) -> str:
    """The name of the region or grid with that code, with what lies above it."""
    land = territory()
    place = next((place for place in land.by_path.values() if place.code == code), None) if code else None
    return " / ".join(label_of(item) for item in land.chain(place.path)[1:]) if place else ""
