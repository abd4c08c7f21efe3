"""The outbox as a page, and what a worker does at the place beside a ticket's verbs: arriving, calling for help."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fieldwork.devices.rules import must_be_at_work
from fieldwork.onsite import MAX_WORDS, arrive, arrived_words, ask_help
from governance.accounts.actors import Actor
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, Text
from governance.foundation.pages import is_partial
from incidents.forms import PositionField, put_errors
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.views.phone import answer, phone_page
from staffing.presence import Position


class ArriveForm(forms.Form):
    """Where the worker stands."""

    position = PositionField(
        label=gettext_lazy("Position"),
        error_messages={"required": gettext_lazy("Arriving needs your position: allow it and tap again")},
    )


class HelpForm(forms.Form):
    """What is needed."""

    words = forms.CharField(
        label=gettext_lazy("What help is needed"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Your team and the community's workstation are told at once"),
    )


@require_safe
@phone_page
def outbox_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The frame of the list; what stands in it is known on the phone alone."""
    return answer(request, actor, "phone/outbox.html", {}, tab="outbox")


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def arrive_dialog(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """GET: the form. POST: note the arrival, as a browser without scripts sends it."""

    def do(ticket: Ticket, form: forms.Form) -> str:
        found = form.cleaned_data["position"]
        position = Position(lon=found["lon"], lat=found["lat"], metres=found.get("accuracy", 0.0))
        return arrived_words(arrive(ticket, by=actor, at=now(), position=position))

    form = ArriveForm(request.POST or None)
    return _dialog(
        request, actor, number, form, do, kind="arrive", verb=pgettext_lazy("phone action", "Arrive")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def help_dialog(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """GET: the form. POST: the call."""

    def do(ticket: Ticket, form: forms.Form) -> str:
        ask_help(ticket, by=actor, at=now(), words=form.cleaned_data["words"])
        return _("Help has been called for: your team and the community know")

    form = HelpForm(request.POST or None)
    label = pgettext_lazy("phone action", "Call for help")
    return _dialog(request, actor, number, form, do, kind="ask_help", verb=label)


def _dialog(
    request: HttpRequest,
    actor: Actor,
    number: str,
    form: forms.Form,
    do: Callable[[Ticket, forms.Form], str],
    *,
    kind: str,
    verb: Text,
) -> HttpResponse:
    ticket = visible_ticket(actor, number)
    must_be_at_work(ticket, actor)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                messages.success(request, do(ticket, form))
            except Invalid as problem:
                put_errors(form, problem)
            else:
                return _moved(request, reverse("phone:ticket", args=[number]))
    context = {
        "ticket": ticket,
        "title": f"{verb} · {number}",
        "verb": verb,
        "url": request.path,
        "form": form,
        "kind": kind,
        "have": request.POST,
    }
    template = "phone/_onsite.html" if is_partial(request) else "phone/onsite.html"
    return render(request, template, context, status=status)


def _moved(request: HttpRequest, url: str) -> HttpResponse:
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)
