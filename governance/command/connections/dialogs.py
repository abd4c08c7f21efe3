"""A form about a client on its way through a request; a key that was made is shown in the answer and never again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from followup.views.dialogs import Dialog, put_errors
from governance.exchange.clients import Issued
from governance.foundation.errors import Conflict, Invalid, Problem
from governance.foundation.pages import is_partial


@dataclass(kw_only=True)
class KeyDialog(Dialog):
    """`deed` gives what was issued. The answer is not to be stored by anybody on its way."""

    def serve(self) -> HttpResponse:
        """GET: the form. POST: do it and show the key, or show what is wrong."""
        if self.request.method != "POST":
            return self.answer()
        if not self.form.is_valid():
            return self.answer(status=422)
        try:
            made: Any = self.deed(self.form.cleaned_data)
        except Invalid as problem:
            put_errors(self.form, problem)
            return self.answer(status=422)
        except Conflict as problem:
            return self.answer(status=problem.status, problem=problem)
        return issued(self.request, made, self.back)

    def answer(self, *, status: int = 200, problem: Problem | None = None) -> HttpResponse:
        """The inside of the dialog, or the page around it."""
        return framed(self.request, self.template, self.facts(problem), status=status)

    def facts(self, problem: Problem | None) -> Mapping[str, Any]:
        """What the form's template shows."""
        return {
            "title": self.title,
            "url": self.request.get_full_path(),
            "back": self.back,
            "form": self.form,
            "verb": self.verb,
            "note": self.note,
            "is_grave": self.is_grave,
            "problem": problem,
        }


def issued(request: HttpRequest, made: Issued, back: str) -> HttpResponse:
    """The key and the secret, shown only in this answer."""
    facts = {"title": made.client.name, "made": made, "back": back}
    answer = framed(request, "command/connections/_issued.html", facts)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def framed(request: HttpRequest, part: str, facts: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A part for the dialog, or a page with that part in it."""
    template = part if is_partial(request) else "command/connections/page.html"
    return render(request, template, {**facts, "part": part}, status=status)
