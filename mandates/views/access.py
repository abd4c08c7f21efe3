"""Access applications: the list, one application with its story and verbs, the form of a department."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid
from grids.views.pagers import page_of
from mandates import applications
from mandates.applications import AccessDraft
from mandates.forms import AccessForm, put_errors, region_of
from mandates.models import AccessApplication
from mandates.querysets import AccessQuerySet
from mandates.rules import applying_units, may_apply, permitted_access, role_for_access
from mandates.states import ACCESS_TABLE, APPLICANTS, AccessState
from mandates.views.doors import must_read, visible_application
from mandates.views.faces import TONES, entries

SIZE = 50
DRAFT_FIELDS = (
    "title",
    "matter_code",
    "level",
    "starts_on",
    "ends_on",
    "content",
    "legal_basis",
    "money",
    "training",
)


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` (several) and `?q=` narrow."""
    must_read(actor)
    rows = wanted(AccessApplication.objects.visible_to(actor), request).select_related("region", "unit")
    page = page_of(rows, "prepared_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "states": AccessState.choices,
        "is_filtered": any(key in request.GET for key in ("state", "q")),
        "may_apply": may_apply(actor),
    }
    return render(request, "mandates/access_list.html", context)


def wanted(rows: AccessQuerySet, request: HttpRequest) -> AccessQuerySet:
    """The filters of the list."""
    states = [state for state in request.GET.getlist("state") if state in AccessState.values]
    if states:
        rows = rows.filter(state__in=states)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(number__icontains=words) | rows.filter(title__icontains=words)
    return rows


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What is asked for, what the review found, who did what, and what this person may do now."""
    row = visible_application(actor, number)
    verbs = permitted_access(row, actor)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "entries": entries(row.steps.order_by("-pk"), ACCESS_TABLE),
        "buttons": [(verb, url_of(row, verb.name), verb.name in FORWARD) for verb in verbs],
    }
    return render(request, "mandates/access.html", context)


FORWARD = frozenset({"submit", "review", "approve"})


def url_of(row: AccessApplication, verb: str) -> str:
    """Where a verb is done: the draft has a page of its own."""
    if verb == "edit":
        return reverse("mandates:access-edit", args=[row.number])
    return reverse("mandates:access-verb", args=[row.number, verb])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin an application."""
    must_read(actor)
    if not may_apply(actor):
        raise Forbidden(_("Departments apply, for their own tasks"), roles=sorted(APPLICANTS))
    if request.method != "POST":
        return answer(request, AccessForm(units_of(actor)), None)
    return stored(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Change a draft."""
    row = visible_application(actor, number)
    role_for_access(ACCESS_TABLE.check("edit", row.state), row, actor)
    if request.method != "POST":
        return answer(request, AccessForm([(row.unit_id, row.unit.label)], initial=initial_of(row)), row)
    return stored(request, actor, row)


def units_of(actor: Actor) -> list[tuple[int, str]]:
    """The units for which the person may apply."""
    rows = OrgUnit.objects.filter(pk__in=applying_units(actor)).order_by("code")
    return list(rows.values_list("pk", "name"))


def initial_of(row: AccessApplication) -> dict[str, Any]:
    """What the form of a draft starts with."""
    days = {name: getattr(row, name).isoformat() for name in ("starts_on", "ends_on")}
    facts = {name: getattr(row, name) for name in DRAFT_FIELDS}
    return facts | days | {"region": row.region.code, "unit": row.unit_id, "version": row.version}


def stored(request: HttpRequest, actor: Actor, row: AccessApplication | None) -> HttpResponseBase:
    """Store what was typed, or show what is wrong with it."""
    units = units_of(actor) if row is None else [(row.unit_id, row.unit.label)]
    form = AccessForm(units, request.POST)
    if not form.is_valid():
        return answer(request, form, row, status=422)
    data = form.cleaned_data
    try:
        draft = AccessDraft(region=region_of(data["region"]), **{name: data[name] for name in DRAFT_FIELDS})
        if row is None:
            row = applications.prepare(draft, unit_id=int(data["unit"]), by=actor, at=now())
        else:
            applications.edit(row.pk, draft, by=actor, at=now(), version=data["version"])
    except (Invalid, Conflict) as problem:
        if isinstance(problem, Invalid):
            put_errors(form, problem)
        else:
            form.add_error(None, str(problem.detail))
        return answer(request, form, row, status=problem.status)
    messages.success(request, _("Draft %(number)s has been stored") % {"number": row.number})
    return redirect("mandates:access", row.number)


def answer(
    request: HttpRequest, form: AccessForm, row: AccessApplication | None, *, status: int = 200
) -> HttpResponse:
    """The form as a page."""
    return render(request, "mandates/access_form.html", {"form": form, "row": row}, status=status)
