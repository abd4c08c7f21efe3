"""The dialogs: a verb on a matter, and handing a ticket over to 110."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from incidents.catalogue import current as catalogue
from incidents.intake import known_source
from incidents.opening import visible_ticket
from police_link import conduct, crossing, values
from police_link.forms import VerbForm, put_errors
from police_link.rules import role_for, role_over
from police_link.states import INCIDENT_TABLE
from police_link.views.desk import visible_incident


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    row = visible_incident(actor, number)
    if name not in conduct.DEEDS:
        raise NotFound()
    asked = INCIDENT_TABLE[name]
    category = row.category_code or values.category_of(row.kind)

    def check() -> None:
        INCIDENT_TABLE.check(name, row.state)
        role_for(asked, row, actor)

    def do(data: dict[str, Any]) -> str:
        return conduct.perform(name, row.pk, by=actor, at=now(), **data).number

    context = {
        "title": f"{asked.label} · {row.number}",
        "heading": row.title,
        "url": request.path,
        "back": reverse("police_link:incident", args=[number]),
        "shown": category_words(category),
    }
    return answer(request, asked, {"version": row.version, "category": category}, context, check, do)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def hand_over(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Offer a ticket to 110."""
    ticket = visible_ticket(actor, number)
    asked = INCIDENT_TABLE["hand_over"]

    def check() -> None:
        source = known_source(values.SOURCE, actor)
        role_over(asked, actor, path=ticket.region_path, source=source.code)

    def do(data: dict[str, Any]) -> str:
        data.pop("version", None)
        return crossing.hand_over(ticket.pk, by=actor, at=now(), **data).number

    context = {
        "title": f"{asked.label} · {ticket.number}",
        "heading": ticket.title,
        "url": request.path,
        "back": reverse("incidents:ticket", args=[ticket.number]),
        "shown": "",
    }
    return answer(request, asked, {}, context, check, do)


def category_words(code: str) -> str:
    """A category as the search field shows it."""
    row = catalogue().by_code.get(code)
    return row.label if row is not None else ""


def answer(
    request: HttpRequest,
    asked: Verb,
    start: dict[str, Any],
    context: dict[str, Any],
    check: Callable[[], None],
    do: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """The dialog of a deed: its form, the form again with what is wrong, or where the page goes on."""
    status, problem = 200, None
    form = VerbForm(asked, *([request.POST] if request.method == "POST" else []), initial=start)
    try:
        if request.method != "POST":
            check()
        elif not form.is_valid():
            status = 422
        else:
            number = do(dict(form.cleaned_data))
            said = pgettext("police", "%(verb)s: done, %(number)s")
            messages.success(request, said % {"verb": asked.label, "number": number})
            if is_partial(request):
                return HttpResponse(status=200, headers={"HX-Redirect": str(context["back"])})
            return redirect(str(context["back"]))
    except Invalid as error:
        put_errors(form, error)
        status = 422
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and request.method != "POST":
            raise
        status, problem = error.status, error
    page = {"form": form, "problem": problem, "verb": asked.label, "is_grave": asked.dangerous}
    template = "police_link/_verb.html" if is_partial(request) else "police_link/verb.html"
    return render(request, template, {**context, **page, "note": str(asked.guard)}, status=status)
