"""Delegated powers: the list, one power with its story and verbs, the form of a proposal."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, Invalid
from grids.models import Region
from grids.views.pagers import page_of
from mandates import powers
from mandates.forms import PowerForm, line_name, put_errors
from mandates.models import DelegatedPower
from mandates.powers import PowerDraft
from mandates.rules import may_propose, permitted_power
from mandates.states import POWER_TABLE, PowerState
from mandates.views.doors import must_read, visible_power
from mandates.views.faces import TONES, entries

SIZE = 50


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` (several) and `?q=` narrow."""
    must_read(actor)
    rows = DelegatedPower.objects.visible_to(actor).prefetch_related("towns")
    if states := [state for state in request.GET.getlist("state") if state in PowerState.values]:
        rows = rows.filter(state__in=states)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(
            Q(number__icontains=words) | Q(title__icontains=words) | Q(legal_basis__icontains=words)
        )
    page = page_of(rows, "proposed_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state], line_name(row.from_line)) for row in page.rows],
        "states": PowerState.choices,
        "is_filtered": any(key in request.GET for key in ("state", "q")),
        "may_propose": may_propose(actor),
    }
    return render(request, "mandates/powers.html", context)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What towns may do in place of a department, who decided it, and what this person may do now."""
    row = visible_power(actor, number)
    verbs = permitted_power(row, actor)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "line": line_name(row.from_line),
        "entries": entries(row.steps.order_by("-pk"), POWER_TABLE),
        "buttons": [
            (verb, reverse("mandates:power-verb", args=[row.number, verb.name]), verb.name == "approve")
            for verb in verbs
        ],
    }
    return render(request, "mandates/power.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Propose a power."""
    must_read(actor)
    if not may_propose(actor):
        raise Forbidden(
            _("Departments, the centre and town staff propose powers"),
            roles=sorted(POWER_TABLE["propose"].who),
        )
    if request.method != "POST":
        return render(request, "mandates/power_form.html", {"form": PowerForm()})
    form = PowerForm(request.POST)
    if not form.is_valid():
        return render(request, "mandates/power_form.html", {"form": form}, status=422)
    data = form.cleaned_data
    names = ("title", "matter_code", "from_line", "legal_basis", "starts_on", "ends_on")
    towns = list(Region.objects.filter(code__in=data["towns"], valid_to=None).order_by("path"))
    try:
        draft = PowerDraft(towns=towns, **{name: data[name] for name in names})
        row = powers.propose(draft, by=actor, at=now())
    except Invalid as problem:
        put_errors(form, problem)
        return render(request, "mandates/power_form.html", {"form": form}, status=problem.status)
    messages.success(request, _("%(number)s has been proposed") % {"number": row.number})
    return redirect("mandates:power", row.number)
