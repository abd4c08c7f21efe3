"""One verb of a revision of regions in a dialog, or as a page where scripts do not run."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from grids import regions
from grids.models import RegionRevision
from grids.regions.deciding import DECISIONS
from grids.rules import role_for
from grids.states import REGION_TABLE
from grids.views.doors import visible_region_revision
from grids.views.verbs import VerbForm, show


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    revision = visible_region_revision(actor, number)
    if name not in DECISIONS:
        raise NotFound()
    row = REGION_TABLE[name]
    if request.method == "POST":
        return posted(request, actor, revision, row, VerbForm(row, request.POST))
    form = VerbForm(row, initial={"version": revision.version})
    try:
        REGION_TABLE.check(name, revision.state)
    except Conflict as problem:
        return answer(request, revision, row, form, problem=problem, status=409)
    role_for(row, revision, actor)
    return answer(request, revision, row, form)


def posted(
    request: HttpRequest, actor: Actor, revision: RegionRevision, row: Verb, form: VerbForm
) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    if not form.is_valid() and "opinion" not in form.errors:
        return answer(request, revision, row, form, status=422)
    data = form.cleaned_data
    try:
        regions.perform(row.name, revision.pk, by=actor, at=now(), version=data.get("version"), data=data)
    except Invalid as problem:
        form.errors.clear()
        show(form, problem)
        return answer(request, revision, row, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, revision, row, form, problem=problem, status=problem.status)
    messages.success(
        request, _("%(verb)s: done, %(number)s") % {"verb": row.label, "number": revision.number}
    )
    url = reverse("grids:region-revision", args=[revision.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def answer(
    request: HttpRequest,
    revision: RegionRevision,
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
        "url": reverse("grids:region-revision-verb", args=[revision.number, row.name]),
        "back": reverse("grids:region-revision", args=[revision.number]),
        "form": form,
        "verb": row.label,
        "is_grave": row.dangerous,
        "note": note_of(revision, row),
        "problem": problem,
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "grids/region_verb.html"
    return render(request, template, context, status=status)


def note_of(revision: RegionRevision, row: Verb) -> str:
    """What to know before: the day, that no step leads back, and what the check only warns of."""
    if row.name not in {"submit", "approve"}:
        return ""
    day = revision.effective_on
    told = [
        _("It takes effect on %(day)s.") % {"day": f"{day:%Y-%m-%d}"}
        if isinstance(day, date)
        else _("No day of effect has been set yet.")
    ]
    if row.name == "approve":
        told.append(
            _(
                "On that day grids, people, registers and open tickets follow; only another revision undoes it."
            )
        )
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
