"""One form in the dialog of a page, or as a page where scripts do not run; a secret is shown in the answer only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from governance.foundation.errors import Conflict, Invalid, Problem
from governance.foundation.pages import is_partial
from webhooks.keeping import Issued


@dataclass(kw_only=True)
class Dialog:
    """A form on its way. `deed` answers what is said afterwards, or a secret that is shown now and never again."""

    request: HttpRequest
    title: str
    verb: str
    back: str
    form: forms.Form
    deed: Callable[[], str | Issued]
    note: str = ""
    is_grave: bool = False

    def serve(self) -> HttpResponse:
        """GET: the form. POST: do it, or show what is wrong with everything typed kept."""
        if self.request.method != "POST":
            return self.answer()
        if not self.form.is_valid():
            return self.answer(status=422)
        try:
            done = self.deed()
        except Invalid as problem:
            put_errors(self.form, problem)
            return self.answer(status=422)
        except Conflict as problem:
            return self.answer(status=problem.status, problem=problem)
        if isinstance(done, Issued):
            return self.issued(done)
        messages.success(self.request, done)
        if is_partial(self.request):
            return HttpResponse(status=200, headers={"HX-Redirect": self.back})
        return redirect(self.back)

    def answer(self, *, status: int = 200, problem: Problem | None = None) -> HttpResponse:
        """The inside of the dialog, or the page around it."""
        facts = {
            "title": self.title,
            "url": self.request.get_full_path(),
            "back": self.back,
            "form": self.form,
            "verb": self.verb,
            "note": self.note,
            "is_grave": self.is_grave,
            "problem": problem,
        }
        return framed(self.request, "parts/_dialog_form.html", facts, status=status)

    def issued(self, made: Issued) -> HttpResponse:
        """The secret, in this answer only."""
        facts = {"title": made.endpoint.name, "made": made, "back": self.back}
        answer = framed(self.request, "webhooks/_issued.html", facts)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when nothing was filled in; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """Put a refusal into the form: beside its field, or above."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))


def framed(request: HttpRequest, part: str, facts: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A part for the dialog, or a page with that part in it."""
    template = part if is_partial(request) else "webhooks/page.html"
    return render(request, template, {**facts, "part": part}, status=status)
