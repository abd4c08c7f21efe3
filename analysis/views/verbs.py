"""One verb of a warning or project in a dialog, or as a page where scripts do not run."""

from types import ModuleType
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from analysis import answering, projects
from analysis.forms import VerbForm, put_errors
from analysis.models import EarlyWarning, SpecialProject
from analysis.rules import must_cover, must_read, role_for_project, role_for_warning
from analysis.states import PROJECT_TABLE, WARNING_TABLE
from analysis.views.answers import visible_project, visible_warning
from analysis.views.asking import doors_of, verb_url
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb

OF_WARNINGS = frozenset({"acknowledge", "report", "begin_project", "dismiss", "close"})
OF_PROJECTS = frozenset({"start", "add_measure", "finish_measure", "submit", "send_back", "close", "drop"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def warning_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a warning."""
    must_cover(actor)
    row = visible_warning(actor, number)
    if name not in OF_WARNINGS:
        raise NotFound()
    wanted = WARNING_TABLE[name]
    if request.method != "POST":
        role_for_warning(wanted, row, actor)
    return done(request, actor, row, wanted, answering)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def project_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a project."""
    must_read(actor)
    row = visible_project(actor, number)
    if name not in OF_PROJECTS:
        raise NotFound()
    wanted = PROJECT_TABLE[name]
    if request.method != "POST":
        role_for_project(wanted, row, actor)
    return done(request, actor, row, wanted, projects)


def done(
    request: HttpRequest, actor: Actor, row: EarlyWarning | SpecialProject, wanted: Verb, deeds: ModuleType
) -> HttpResponse:
    """GET: the form. POST: do it, or show what is wrong with what was typed kept."""
    table = WARNING_TABLE if isinstance(row, EarlyWarning) else PROJECT_TABLE
    if request.method != "POST":
        form = VerbForm(wanted, row, initial={"version": row.version})
        try:
            table.check(wanted.name, row.state)
        except Conflict as problem:
            return answer(request, actor, row, wanted, form, problem=problem, status=409)
        return answer(request, actor, row, wanted, form)
    form = VerbForm(wanted, row, request.POST)
    if not form.is_valid():
        return answer(request, actor, row, wanted, form, status=422)
    try:
        getattr(deeds, wanted.name)(row.pk, by=actor, at=now(), **form.cleaned_data)
    except Invalid as problem:
        put_errors(form, problem)
        return answer(request, actor, row, wanted, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, actor, row, wanted, form, problem=problem, status=problem.status)
    told = pgettext("analysis", "%(verb)s: done, %(number)s") % {"verb": wanted.label, "number": row.number}
    messages.success(request, told)
    url = page_of(row)
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def page_of(row: EarlyWarning | SpecialProject) -> str:
    """The page of the warning or project."""
    name = "warning" if isinstance(row, EarlyWarning) else "project"
    return reverse(f"analysis:{name}", args=[row.number])


def answer(
    request: HttpRequest,
    actor: Actor,
    row: EarlyWarning | SpecialProject,
    wanted: Verb,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    kind = "warning" if isinstance(row, EarlyWarning) else "project"
    context: dict[str, Any] = {
        "row": row,
        "title": f"{wanted.label} · {row.number}",
        "url": verb_url(kind, row.number, wanted.name),
        "back": page_of(row),
        "form": form,
        "verb": wanted.label,
        "is_grave": wanted.dangerous,
        "note": str(wanted.guard),
        "problem": problem,
        "tab": f"{kind}s",
        **doors_of(actor),
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "analysis/verb.html"
    return render(request, template, context, status=status)
