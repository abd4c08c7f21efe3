"""One verb of a bulletin in a dialog, or as a page where scripts do not run."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from bulletins import writing
from bulletins.forms import VerbForm, put_errors
from bulletins.models import Bulletin
from bulletins.rules import role_for
from bulletins.states import BULLETIN_TABLE
from bulletins.views.desk import must_read, visible_bulletin
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb

IN_DIALOG = frozenset({"redraw", "submit", "publish", "send_back", "recall"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    must_read(actor)
    row = visible_bulletin(actor, number)
    if name not in IN_DIALOG:
        raise NotFound()
    wanted = BULLETIN_TABLE[name]
    if request.method == "POST":
        return posted(request, actor, row, wanted)
    role_for(wanted, row, actor)
    form = VerbForm(wanted, initial={"version": row.version})
    try:
        BULLETIN_TABLE.check(name, row.state)
    except Conflict as problem:
        return answer(request, row, wanted, form, problem=problem, status=409)
    return answer(request, row, wanted, form)


def posted(request: HttpRequest, actor: Actor, row: Bulletin, wanted: Verb) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    form = VerbForm(wanted, request.POST)
    if not form.is_valid():
        return answer(request, row, wanted, form, status=422)
    try:
        getattr(writing, wanted.name)(row.pk, by=actor, at=now(), **form.cleaned_data)
    except Invalid as problem:
        put_errors(form, problem)
        return answer(request, row, wanted, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, row, wanted, form, problem=problem, status=problem.status)
    told = pgettext("period bulletin", "%(verb)s: done, %(number)s")
    messages.success(request, told % {"verb": wanted.label, "number": row.number})
    url = reverse("bulletins:bulletin", args=[row.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def answer(
    request: HttpRequest,
    row: Bulletin,
    wanted: Verb,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    context = {
        "row": row,
        "title": f"{wanted.label} · {row.number}",
        "url": reverse("bulletins:verb", args=[row.number, wanted.name]),
        "back": reverse("bulletins:bulletin", args=[row.number]),
        "form": form,
        "verb": wanted.label,
        "is_grave": wanted.dangerous,
        "note": str(wanted.guard),
        "problem": problem,
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "bulletins/verb.html"
    return render(request, template, context, status=status)
