"""The list of key reports, and a new one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid
from governance.foundation.naming import label_of
from grids.territory import current as territory
from grids.views.pagers import page_of
from key_reports import drafting
from key_reports.forms import DraftForm, put_errors
from key_reports.models import KeyReport
from key_reports.querysets import KeyReportQuerySet
from key_reports.rules import may_prepare, may_read_accounts, must_read, role_to_prepare
from key_reports.states import TONES, Origin, ReportState
from key_reports.views.faces import place_words

SIZE = 50
COLUMNS = (
    "number",
    "state",
    "origin",
    "title",
    "region_path",
    "known_at",
    "first_at",
    "written_due_at",
    "next_stage",
    "next_due_at",
    "next_warn_at",
    "category__name",
    "category__name_en",
    "unit__name",
    "unit__name_en",
)


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=`, `?origin=`, `?kind=`, `?open=1`, `?overdue=1`, `?late=1`, `?q=` narrow."""
    must_read(actor)
    at = now()
    rows = wanted(KeyReport.objects.visible_to(actor), request.GET, at=at)
    rows = rows.select_related("category", "unit").only(*COLUMNS)
    page = page_of(rows, "known_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "list",
        "page": page,
        "rows": [row_face(row, at) for row in page.rows],
        "states": ReportState.choices,
        "origins": Origin.choices,
        "kinds": [(row.code, str(row.label)) for row in drafting.kinds()],
        "is_filtered": any(key != "cursor" for key in request.GET),
        **frame_of(actor),
    }
    return render(request, "key_reports/list.html", context)


def row_face(row: KeyReport, at: datetime) -> dict[str, Any]:
    """One line of the list."""
    return {
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "is_late": row.is_late(at),
        "place": place_words(row.region_path),
    }


def frame_of(actor: Actor) -> dict[str, Any]:
    """What the frame of these pages asks for."""
    return {"may_prepare": may_prepare(actor), "may_read_accounts": may_read_accounts(actor)}


def wanted(rows: KeyReportQuerySet, query: QueryDict, *, at: datetime) -> KeyReportQuerySet:
    """The rows that the filters of a query leave."""
    if states := [value for value in query.getlist("state") if value in ReportState.values]:
        rows = rows.filter(state__in=states)
    if query.get("origin") in Origin.values:
        rows = rows.filter(origin=query["origin"])
    if kind := query.get("kind", "").replace("\x00", "")[:6]:
        rows = rows.filter(category__code=kind)
    if query.get("open"):
        rows = rows.open()
    if query.get("overdue"):
        rows = rows.overdue(at)
    if query.get("late"):
        rows = rows.late(at)
    if words := query.get("q", "").strip().replace("\x00", "")[:80]:
        rows = rows.filter(Q(number__iexact=words) | Q(title__icontains=words) | Q(ticket__number=words))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin a report by hand; `?region=` fills in the place."""
    must_read(actor)
    role_to_prepare(actor)
    at = now()
    if request.method != "POST":
        start = {"known_at": local(at), "region_code": request.GET.get("region", "")[:15]}
        return _answer(request, actor, DraftForm(initial=start))
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _answer(request, actor, form, status=422)
    try:
        done = drafting.prepare(form.draft(), by=actor, at=at)
    except (Invalid, Forbidden) as problem:
        if isinstance(problem, Invalid):
            put_errors(form, problem, {"point": "region_code", "region": "region_code"})
        else:
            form.add_error(None, str(problem.detail))
        return _answer(request, actor, form, status=problem.status)
    messages.success(
        request, pgettext("key report", "Drafted as %(number)s: now report it") % {"number": done.row.number}
    )
    return redirect("key_reports:report", done.row.number)


def _answer(request: HttpRequest, actor: Actor, form: DraftForm, *, status: int = 200) -> HttpResponse:
    place = territory().by_code.get(str(form["region_code"].value() or ""))
    context = {
        "tab": "new",
        "form": form,
        "shown": label_of(place) if place is not None else "",
        **frame_of(actor),
    }
    return render(request, "key_reports/form.html", context, status=status)
