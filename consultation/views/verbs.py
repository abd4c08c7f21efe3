"""One verb of a call, a called department or a consultation in a dialog, or as a page where scripts do not run."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consultation.notices import url_of
from consultation.performing import perform, verb_of
from consultation.rules import TABLES, role_for
from consultation.views.doors import visible_call, visible_consultation, visible_line, visible_meeting
from consultation.views.faces import faces_of
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from incidents.forms import VerbForm

Data = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def call_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a call."""
    row = visible_call(actor, number)
    return serve(Dialog(request, actor, row, row, name))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def line_verb(request: HttpRequest, actor: Actor, number: str, pk: int, name: str) -> HttpResponse:
    """A verb of a called department."""
    row = visible_line(actor, number, pk)
    return serve(Dialog(request, actor, row, row.call, name))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def consultation_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a consultation."""
    row = visible_consultation(actor, number)
    return serve(Dialog(request, actor, row, row, name))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def meeting_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a meeting that is done in a dialog."""
    row = visible_meeting(actor, number)
    return serve(Dialog(request, actor, row, row, name))


@dataclass
class Dialog:
    """One verb of one row, on its way through a request; `page` is what it returns to."""

    request: HttpRequest
    actor: Actor
    row: Any
    page: Any
    name: str

    @property
    def path(self) -> str:
        """Where the row lies, so that the units of the place come first."""
        return str(getattr(self.page, "region_path", ""))

    def answer(
        self, verb: Verb, form: VerbForm, *, status: int = 200, problem: Problem | None = None
    ) -> HttpResponse:
        """The form, as the inside of the dialog or as a page."""
        context = {
            "row": self.page,
            "title": f"{verb.label} · {self.page.number}",
            "url": self.request.path,
            "back": url_of(self.page),
            "form": form,
            "fields": faces_of(form, verb, self.path),
            "verb": verb.label,
            "is_grave": verb.dangerous,
            "note": str(verb.guard),
            "version": self.row.version,
            "problem": problem,
        }
        template = "consultation/_verb.html" if is_partial(self.request) else "consultation/verb.html"
        return render(self.request, template, context, status=status)


def serve(dialog: Dialog) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    verb = verb_of(type(dialog.row), dialog.name)
    if dialog.request.method == "POST":
        return posted(dialog, verb)
    form = VerbForm(verb, initial={"version": dialog.row.version, **begun(dialog, verb)})
    try:
        TABLES[type(dialog.row)].check(verb.name, dialog.row.state)
        role_for(verb, dialog.row, dialog.actor)
    except Conflict as problem:
        return dialog.answer(verb, form, status=409, problem=problem)
    return dialog.answer(verb, form)


def begun(dialog: Dialog, verb: Verb) -> Data:
    """What the form starts with: the unit's own opinion as it stands."""
    if verb.name != "opine":
        return {}
    mine = dialog.row.invitations.filter(unit=dialog.actor.unit_id).first()
    return {"opinion": mine.opinion, "stance": mine.stance} if mine is not None and mine.opinion else {}


def posted(dialog: Dialog, verb: Verb) -> HttpResponse:
    """Do it, or show in words why not; what was typed stays."""
    form = VerbForm(verb, dialog.request.POST)
    if not form.is_valid():
        return dialog.answer(verb, form, status=422)
    data, version = form.data_of_verb(), form.cleaned_data["version"]
    try:
        perform(dialog.row, verb.name, by=dialog.actor, at=now(), data=data, version=version)
    except Invalid as problem:
        form.show(problem)
        return dialog.answer(verb, form, status=422)
    except (Conflict, Forbidden) as problem:
        return dialog.answer(verb, form, status=problem.status, problem=problem)
    messages.success(
        dialog.request, _("%(verb)s: done, %(number)s") % {"verb": verb.label, "number": dialog.page.number}
    )
    url = url_of(dialog.page)
    if is_partial(dialog.request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)
