"""One verb of a hazard in a dialog, or as a page where scripts do not run."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from fieldwork.fairness.loads import loads_at
from fieldwork.hazards import deeds
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.rules import must_fit, role_for
from fieldwork.hazards.states import HAZARD_TABLE
from fieldwork.hazards.views.faces import field_faces, visible_hazard
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from incidents.forms import VerbForm

SENDING = frozenset({"order", "list"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    row = visible_hazard(actor, number)
    if name not in deeds.DEEDS:
        raise NotFound()
    if request.method == "POST":
        return posted(request, actor, row, VerbForm(HAZARD_TABLE[name], request.POST))
    form = VerbForm(HAZARD_TABLE[name], initial=begun(name, row))
    try:
        HAZARD_TABLE.check(name, row.state)
        role_for(form.verb, row, actor, list(row.steps.values_list("verb", "actor_id")))
        must_fit(form.verb, row)
    except Conflict as problem:
        return answer(request, actor, row, form, problem=problem, status=409)
    return answer(request, actor, row, form)


def begun(name: str, row: Hazard) -> dict[str, object]:
    """What the form starts with."""
    found: dict[str, object] = {"version": row.version}
    if name in SENDING:
        found |= {"party": row.party, "measures": row.measures, "unit": row.unit_id}
    return found


def posted(request: HttpRequest, actor: Actor, row: Hazard, form: VerbForm) -> HttpResponse:
    """Do the verb, or show what is wrong with what was typed kept."""
    if not form.is_valid():
        return answer(request, actor, row, form, status=422)
    version = form.cleaned_data["version"]
    try:
        deeds.perform(form.verb.name, row.pk, by=actor, at=now(), version=version, **form.data_of_verb())
    except Invalid as problem:
        form.show(problem)
        return answer(request, actor, row, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, actor, row, form, problem=problem, status=problem.status)
    done = pgettext("hazard", "%(verb)s: done, %(number)s")
    messages.success(request, done % {"verb": form.verb.label, "number": row.number})
    url = reverse("fieldwork:hazard", args=[row.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def answer(
    request: HttpRequest,
    actor: Actor,
    row: Hazard,
    form: VerbForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page; whoever sends sees how much the place has got already."""
    context = {
        "row": row,
        "title": f"{form.verb.label} · {row.number}",
        "url": request.path,
        "back": reverse("fieldwork:hazard", args=[row.number]),
        "form": form,
        "fields": field_faces(form, row.region_path, actor),
        "verb": form.verb.label,
        "is_grave": form.verb.dangerous,
        "note": str(form.verb.guard),
        "problem": problem,
        "load": loads_at(row.region_path, at=now()) if form.verb.name in SENDING else None,
    }
    template = "fieldwork/hazards/_verb.html" if is_partial(request) else "fieldwork/hazards/verb.html"
    return render(request, template, context, status=status)
