"""One verb of an entry or a question in a dialog, or as a page where scripts do not run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import StateTable, Verb
from knowledge import answering, writing
from knowledge.forms import VerbForm, next_review, put_errors
from knowledge.models import KnowledgeEntry, Question
from knowledge.rules import role_for, role_on
from knowledge.states import ENTRY_TABLE, QUESTION_TABLE
from knowledge.values import value
from knowledge.views.entries import visible_entry
from knowledge.views.questions import visible_question

OF_ENTRY: Final[dict[str, Callable[..., Any]]] = {
    "publish": writing.publish,
    "confirm": writing.confirm,
    "withdraw": writing.withdraw,
}
OF_QUESTION: Final[dict[str, Callable[..., Any]]] = {"pass_on": answering.pass_on, "drop": answering.drop}


@dataclass(frozen=True)
class Doing:
    """What is done to which row, and where its dialog and its page are."""

    row: KnowledgeEntry | Question
    verb: Verb
    table: StateTable
    deed: Callable[..., Any]
    url: str
    back: str


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def of_entry(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    row = visible_entry(actor, number, request.GET.get("edition", ""))
    if name not in OF_ENTRY:
        raise NotFound()
    where = f"?edition={row.edition}"
    url = reverse("knowledge:verb", args=[number, name]) + where
    back = reverse("knowledge:entry", args=[number]) + where
    doing = Doing(row, ENTRY_TABLE[name], ENTRY_TABLE, OF_ENTRY[name], url, back)
    return done_or_shown(request, actor, doing, lambda: role_for(doing.verb, row, actor))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def of_question(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """The same for a question."""
    row = visible_question(actor, number)
    if name not in OF_QUESTION:
        raise NotFound()
    url = reverse("knowledge:ask-verb", args=[number, name])
    back = reverse("knowledge:question", args=[number])
    doing = Doing(row, QUESTION_TABLE[name], QUESTION_TABLE, OF_QUESTION[name], url, back)
    return done_or_shown(request, actor, doing, lambda: role_on(doing.verb, row, actor))


def done_or_shown(
    request: HttpRequest, actor: Actor, doing: Doing, must_may: Callable[[], str]
) -> HttpResponse:
    """The verb's form, or the verb."""
    if request.method == "POST":
        return posted(request, actor, doing)
    initial = {
        "version": doing.row.version,
        "category": value("knowledge.matter"),
        "review_on": next_review(local(now()).date(), int(value("knowledge.review_months"))),
    }
    form = VerbForm(doing.verb, initial=initial)
    try:
        doing.table.check(doing.verb.name, doing.row.state)
    except Conflict as problem:
        return answer(request, doing, form, problem=problem, status=409)
    must_may()
    return answer(request, doing, form)


def posted(request: HttpRequest, actor: Actor, doing: Doing) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    form = VerbForm(doing.verb, request.POST)
    if not form.is_valid():
        return answer(request, doing, form, status=422)
    try:
        doing.deed(doing.row.pk, by=actor, at=now(), **form.cleaned_data)
    except Invalid as problem:
        put_errors(form, problem)
        return answer(request, doing, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, doing, form, problem=problem, status=problem.status)
    done = pgettext("knowledge", "%(verb)s: done, %(number)s")
    messages.success(request, done % {"verb": doing.verb.label, "number": doing.row.number})
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": doing.back})
    return redirect(doing.back)


def answer(
    request: HttpRequest, doing: Doing, form: VerbForm, *, status: int = 200, problem: Problem | None = None
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    context = {
        "title": f"{doing.verb.label} · {doing.row.number}",
        "row": doing.row,
        "url": doing.url,
        "back": doing.back,
        "form": form,
        "verb": doing.verb.label,
        "is_grave": doing.verb.dangerous,
        "note": str(doing.verb.guard),
        "problem": problem,
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "knowledge/verb.html"
    return render(request, template, context, status=status)
