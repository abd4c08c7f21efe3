"""One verb of an application or a power in a dialog, or as a page where scripts do not run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import StateTable, Verb
from mandates import applications, powers
from mandates.forms import VerbForm, put_errors
from mandates.rules import role_for_access, role_for_power
from mandates.states import ACCESS_TABLE, FINDINGS, POWER_TABLE
from mandates.views.doors import visible_application, visible_power


@dataclass(frozen=True, kw_only=True)
class Room:
    """What differs between applications and powers."""

    table: StateTable
    find: Callable[[Actor, str], Any]
    rule: Callable[[Verb, Any, Actor], str]
    perform: Callable[..., Any]
    page: str
    without: frozenset[str] = frozenset()


ACCESS = Room(
    table=ACCESS_TABLE,
    find=visible_application,
    rule=role_for_access,
    perform=applications.perform,
    page="mandates:access",
    without=frozenset({"edit", "take_effect", "expire"}),
)
POWER = Room(
    table=POWER_TABLE,
    find=visible_power,
    rule=role_for_power,
    perform=powers.perform,
    page="mandates:power",
)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def access_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of an application."""
    return serve(request, actor, ACCESS, number, name)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def power_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a power."""
    return serve(request, actor, POWER, number, name)


def serve(request: HttpRequest, actor: Actor, room: Room, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    row = room.find(actor, number)
    verb = room.table.verbs.get(name)
    if verb is None or not verb.sources or name in room.without:
        raise NotFound()
    if request.method == "POST":
        return posted(request, actor, room, row, verb)
    form = VerbForm(verb, initial={"version": row.version})
    try:
        room.table.check(name, row.state)
    except Conflict as problem:
        return answer(request, room, row, verb, form, problem=problem, status=409)
    room.rule(verb, row, actor)
    return answer(request, room, row, verb, form)


def posted(request: HttpRequest, actor: Actor, room: Room, row: Any, verb: Verb) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    form = VerbForm(verb, request.POST)
    if not form.is_valid():
        return answer(request, room, row, verb, form, status=422)
    data = form.cleaned_data
    more = {"version": data.get("version"), "opinion": data.get("opinion", "")}
    if verb.name == "review":
        more["findings"] = {need.name: data.get(need.name, "") for need in FINDINGS}
    try:
        room.perform(verb.name, row.pk, by=actor, at=now(), **more)
    except Invalid as problem:
        put_errors(form, problem)
        return answer(request, room, row, verb, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, room, row, verb, form, problem=problem, status=problem.status)
    messages.success(request, _("%(verb)s: done, %(number)s") % {"verb": verb.label, "number": row.number})
    url = reverse(room.page, args=[row.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def answer(
    request: HttpRequest,
    room: Room,
    row: Any,
    verb: Verb,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    context = {
        "row": row,
        "title": f"{verb.label} · {row.number}",
        "url": reverse(f"{room.page}-verb", args=[row.number, verb.name]),
        "back": reverse(room.page, args=[row.number]),
        "form": form,
        "verb": verb.label,
        "is_grave": verb.dangerous,
        "note": str(verb.guard),
        "problem": problem,
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "mandates/verb.html"
    return render(request, template, context, status=status)
