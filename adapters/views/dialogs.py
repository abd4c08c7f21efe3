"""One form in the dialog of a page, or as a page where scripts do not run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from governance.foundation.errors import Conflict, Invalid, Problem
from governance.foundation.pages import is_partial

FORM = "parts/_dialog_form.html"


@dataclass(kw_only=True)
class Dialog:
    """A form on its way through a request. `deed` answers what is said afterwards, or a secret to show once."""

    request: HttpRequest
    title: str
    verb: str
    back: str
    form: forms.Form
    deed: Callable[[Mapping[str, Any]], "str | Secret"]
    note: str = ""
    is_grave: bool = False

    def serve(self) -> HttpResponse:
        """GET: the form. POST: do it, or show what is wrong with everything typed kept."""
        if self.request.method != "POST":
            return self.answer()
        if not self.form.is_valid():
            return self.answer(status=422)
        try:
            said = self.deed(self.form.cleaned_data)
        except Invalid as problem:
            self._put(problem)
            return self.answer(status=422)
        except Conflict as problem:
            return self.answer(status=problem.status, problem=problem)
        if isinstance(said, Secret):
            return shown(self.request, said, self.back)
        messages.success(self.request, said)
        if is_partial(self.request):
            return HttpResponse(status=200, headers={"HX-Redirect": self.back})
        return redirect(self.back)

    def _put(self, problem: Invalid) -> None:
        for name, texts in problem.fields.items():
            for text in texts:
                is_own = name in self.form.fields
                self.form.add_error(name if is_own else None, str(text) if is_own else f"{name}: {text}")
        if not problem.fields:
            self.form.add_error(None, str(problem.detail))

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
        return framed(self.request, FORM, facts, status=status)


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret that is shown in one answer and never again, with the address that it is for, and the key with which
    messages are encrypted where they are."""

    name: str
    secret: str
    address: str
    sealing_key: str = ""


def shown(request: HttpRequest, made: Secret, back: str) -> HttpResponse:
    """The answer with the secret; nobody on its way is to store it."""
    answer = framed(request, "adapters/_secret.html", {"title": made.name, "made": made, "back": back})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def framed(request: HttpRequest, part: str, facts: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A part for the dialog, or a page with that part in it."""
    template = part if is_partial(request) else "command/connections/page.html"
    return render(request, template, {**facts, "part": part}, status=status)
