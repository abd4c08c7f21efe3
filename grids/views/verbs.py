"""One verb of a revision in a dialog, or as a page where scripts do not run."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from grids import revisions
from grids.models import GridRevision
from grids.revisions import Draft, results_of
from grids.revisions.frame import LONGEST_OPINION
from grids.rules import role_for
from grids.states import REVISION_TABLE
from grids.views.doors import visible_revision


class VerbForm(forms.Form):
    """The opinion that a verb takes, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        if need := verb.need("opinion"):
            self.fields["opinion"] = forms.CharField(
                label=str(need.label),
                required=need.required,
                max_length=LONGEST_OPINION,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class FactsForm(VerbForm):
    """Title, reason and day of a draft; the borders are drawn in the editor."""

    title = forms.CharField(label=gettext_lazy("title"), max_length=120)
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    effective_on = forms.DateField(
        label=gettext_lazy("in effect from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


VERB_WORDS = {"edit": pgettext_lazy("revision", "Save")}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    revision = visible_revision(actor, number)
    row = REVISION_TABLE.verbs.get(name)
    if row is None or not row.sources or name == "take_effect":
        raise NotFound()
    kind = FactsForm if name == "edit" else VerbForm
    if request.method == "POST":
        return posted(request, actor, revision, row, kind(row, request.POST))
    form = kind(row, initial=initial_of(revision))
    try:
        REVISION_TABLE.check(name, revision.state)
    except Conflict as problem:
        return answer(request, revision, row, form, problem=problem, status=409)
    role_for(row, revision, actor)
    return answer(request, revision, row, form)


def initial_of(revision: GridRevision) -> dict[str, Any]:
    """What a form starts with."""
    day = revision.effective_on
    return {
        "version": revision.version,
        "title": revision.title,
        "reason": revision.reason,
        "effective_on": day.isoformat() if isinstance(day, date) else None,
    }


def posted(
    request: HttpRequest, actor: Actor, revision: GridRevision, row: Verb, form: VerbForm
) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    if not form.is_valid() and "opinion" not in form.errors:
        return answer(request, revision, row, form, status=422)
    try:
        done(actor, revision, row, form)
    except Invalid as problem:
        form.errors.clear()
        show(form, problem)
        return answer(request, revision, row, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, revision, row, form, problem=problem, status=problem.status)
    messages.success(
        request, _("%(verb)s: done, %(number)s") % {"verb": row.label, "number": revision.number}
    )
    url = reverse("grids:revision", args=[revision.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def done(actor: Actor, revision: GridRevision, row: Verb, form: VerbForm) -> None:
    """The verb itself."""
    data = form.cleaned_data
    version = data.get("version")
    if row.name != "edit":
        revisions.perform(row.name, revision.pk, by=actor, at=now(), version=version, data=data)
        return
    draft = Draft(
        title=data["title"],
        reason=data["reason"],
        effective_on=data["effective_on"],
        results=results_of(revision),
    )
    shown = revision.version if version is None else version
    revisions.edit(revision.pk, draft, by=actor, at=now(), version=shown)


def show(form: forms.Form, problem: Invalid) -> None:
    """Put a refusal into the form: beside its field, or above."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))


def answer(
    request: HttpRequest,
    revision: GridRevision,
    row: Verb,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    context = {
        "revision": revision,
        "title": f"{row.label} · {revision.number}",
        "url": reverse("grids:revision-verb", args=[revision.number, row.name]),
        "form": form,
        "verb": VERB_WORDS.get(row.name, row.label),
        "is_grave": row.dangerous,
        "note": note_of(revision, row),
        "problem": problem,
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "grids/revision_verb.html"
    return render(request, template, context, status=status)


def note_of(revision: GridRevision, row: Verb) -> str:
    """What to know before: the day, and what the check only warns of."""
    if row.name not in {"submit", "approve"}:
        return ""
    day = revision.effective_on
    told = [
        _("It takes effect on %(day)s.") % {"day": f"{day:%Y-%m-%d}"}
        if day
        else _("No day of effect has been set yet.")
    ]
    if revision.report and (count := revision.report["counts"]["warning"]):
        told.append(
            ngettext(
                "The check gives %(n)d warning; it does not forbid anything.",
                "The check gives %(n)d warnings; they do not forbid anything.",
                count,
            )
            % {"n": count}
        )
    return " ".join(told)
