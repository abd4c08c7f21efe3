"""One form in the dialog of a page, or as a page where scripts do not run: shown, checked, done, and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from governance.foundation.errors import Conflict, Forbidden, Invalid, Problem
from governance.foundation.pages import is_partial


@dataclass(kw_only=True)
class Dialog:
    """A form on its way through a request. `deed` gets what was typed and answers what is said afterwards."""

    request: HttpRequest
    title: str
    verb: str
    back: str
    form: forms.Form
    deed: Callable[[Mapping[str, Any]], str]
    note: str = ""
    is_grave: bool = False
    template: str = "parts/_dialog_form.html"

    def serve(self) -> HttpResponse:
        """GET: the form. POST: do it, or show what is wrong with everything typed kept."""
        if self.request.method != "POST":
            return self.answer()
        if not self.form.is_valid():
            return self.answer(status=422)
        try:
            said = self.deed(self.form.cleaned_data)
        except Invalid as problem:
            put_errors(self.form, problem)
            return self.answer(status=422)
        except (Conflict, Forbidden) as problem:
            return self.answer(status=problem.status, problem=problem)
        messages.success(self.request, said)
        if is_partial(self.request):
            return HttpResponse(status=200, headers={"HX-Redirect": self.back})
        return redirect(self.back)

    def answer(self, *, status: int = 200, problem: Problem | None = None) -> HttpResponse:
        """The inside of the dialog, or the page around it."""
        context = {
            "title": self.title,
            "url": self.request.path,
            "back": self.back,
            "form": self.form,
            "verb": self.verb,
            "note": self.note,
            "is_grave": self.is_grave,
            "problem": problem,
            "part": self.template,
        }
        template = self.template if is_partial(self.request) else "followup/verb.html"
        return render(self.request, template, context, status=status)


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
