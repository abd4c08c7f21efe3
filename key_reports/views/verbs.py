"""One verb of a report in a dialog, or as a page where scripts do not run."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from consultation.views.faces import faces_of
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from incidents.catalogue import current as catalogue
from incidents.forms import VerbForm
from key_reports import deeds
from key_reports.forms import verb_form
from key_reports.models import KeyReport
from key_reports.rules import role_for
from key_reports.states import REPORT_TABLE
from key_reports.views.doors import visible_report


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it, or say in words why not."""
    row = visible_report(actor, number)
    if name not in deeds.DEEDS:
        raise NotFound()
    asked = REPORT_TABLE[name]
    if request.method != "POST":
        form = verb_form(asked, row)
        try:
            REPORT_TABLE.check(name, row.state)
        except Conflict as problem:
            return _answer(request, row, asked, form, status=409, problem=problem)
        role_for(asked, row, actor)
        return _answer(request, row, asked, form)
    return _posted(request, actor, row, asked)


def _posted(request: HttpRequest, actor: Actor, row: KeyReport, asked: Verb) -> HttpResponse:
    form = verb_form(asked, row, request.POST)
    if not form.is_valid():
        return _answer(request, row, asked, form, status=422)
    data, version = form.data_of_verb(), form.cleaned_data["version"]
    try:
        deeds.perform(asked.name, row.pk, by=actor, at=now(), data=data, version=version)
    except Invalid as problem:
        form.show(problem)
        return _answer(request, row, asked, form, status=422)
    except (Conflict, Forbidden) as problem:
        return _answer(request, row, asked, form, status=problem.status, problem=problem)
    said = pgettext("key report", "%(verb)s: done, %(number)s")
    messages.success(request, said % {"verb": asked.label, "number": row.number})
    url = reverse("key_reports:report", args=[row.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def _answer(
    request: HttpRequest,
    row: KeyReport,
    asked: Verb,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "title": f"{asked.label} · {row.number}",
        "url": request.path,
        "back": reverse("key_reports:report", args=[row.number]),
        "form": form,
        "fields": faces_of(form, asked, row.region_path),
        "verb": asked.label,
        "is_grave": asked.dangerous,
        "note": str(asked.guard),
        "version": None,
        "problem": problem,
        "category_shown": _category_words(form),
    }
    template = "key_reports/_verb.html" if is_partial(request) else "key_reports/verb.html"
    return render(request, template, context, status=status)


def _category_words(form: VerbForm) -> str:
    """The chosen category as the search field shows it."""
    code = str(form["category"].value() or "") if "category" in form.fields else ""
    row = catalogue().by_code.get(code)
    return str(row.label) if row is not None else ""
