"""The pages of exports: one's own and those to decide, asking for one, one export with its file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from exports import asking, running, values
from exports.columns import chosen
from exports.forms import DecideForm, ExportForm, put_errors
from exports.models import TicketExport
from exports.querysets import approving_paths
from exports.rules import exporting_role, may_export, may_import, may_read, permitted, role_for
from exports.states import EXPORT_TABLE, TONES, ExportState
from exports.writing import MEDIA_TYPES
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.pages import is_partial
from grids.views.pagers import page_of
from incidents.views.faces import unit_name
from incidents.views.links import filter_from, query_of

SIZE = 50


def must_read(actor: Actor) -> None:
    """Raises Forbidden for who neither exports, decides nor imports."""
    if not may_read(actor):
        raise Forbidden(pgettext("export", "Exporting lists belongs to other roles"))


def visible_export(actor: Actor, number: str) -> TicketExport:
    """The export, if this person may see it. Raises NotFound."""
    rows = TicketExport.objects.visible_to(actor).select_related("asked_by", "client", "decided_by")
    found: TicketExport | None = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def frame_of(actor: Actor) -> dict[str, Any]:
    """What the frame of these pages asks for."""
    return {
        "may_export": may_export(actor),
        "may_import": may_import(actor),
        "may_decide": bool(approving_paths(actor)),
    }


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's own exports; `?decide=1` those that wait for a decision, or were decided."""
    must_read(actor)
    rows = TicketExport.objects.visible_to(actor).select_related("asked_by")
    is_deciding = request.GET.get("decide") == "1" and bool(approving_paths(actor))
    rows = (
        rows.filter(needs_approval=True).exclude(asked_by=actor.user_id) if is_deciding else rows.mine(actor)
    )
    page = page_of(rows, "asked_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "decide" if is_deciding else "mine",
        "page": page,
        "rows": [(row, TONES[row.state], unit_name(row.unit_id)) for row in page.rows],
        **frame_of(actor),
    }
    return render(request, "exports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Ask for an export of what the filters of the ticket list find (the query string)."""
    at, role = now(), exporting_role(actor)
    wanted = query_of(filter_from(request.GET, at))
    filters = wanted.urlencode()
    status, form = 200, ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                row = asking.ask(
                    by=actor,
                    at=at,
                    filters=filters,
                    columns=data["columns"],
                    kind=data["format"],
                    is_clear=data["is_clear"],
                    reason=data["reason"],
                )
            except Invalid as problem:
                put_errors(form, problem)
            else:
                if row.state == ExportState.QUEUED and row.expected <= int(
                    values.value("export.direct_rows")
                ):
                    running.run(row.pk, at=now())
                return redirect("exports:export", row.number)
    context = {
        "tab": "new",
        "form": form,
        "count": asking.expected(actor, filters, at),
        "limit": values.rows_for([role]),
        "most": int(values.value("export.most_rows")),
        "list_url": f"{reverse('incidents:list')}?{filters}",
        "is_whole": not filters,
        "personal": [
            column.label for column in chosen(["place", "citizen_name", "citizen_phone", "content"])
        ],
        **frame_of(actor),
    }
    return render(request, "exports/new.html", context, status=status)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One export: what was asked for, what was decided, the file while there is time."""
    row, at = visible_export(actor, number), now()
    is_mine = row.asked_by_id == actor.user_id
    context = {
        "tab": "mine" if is_mine else "decide",
        "row": row,
        "tone": TONES[row.state],
        "unit": unit_name(row.unit_id),
        "columns": [column.label for column in chosen(row.columns)],
        "list_url": f"{reverse('incidents:list')}?{QueryDict(row.filters).urlencode()}",
        "may_download": is_mine and row.is_open_at(at),
        "buttons": [
            (verb, reverse("exports:decide", args=[row.number, verb.name])) for verb in permitted(row, actor)
        ],
        **frame_of(actor),
    }
    return render(request, "exports/export.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def decide(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a decision that may be taken now. POST: take it."""
    row = visible_export(actor, number)
    if name not in {"approve", "refuse", "withdraw"}:
        raise NotFound()
    verb, back = EXPORT_TABLE[name], reverse("exports:export", args=[number])
    form = DecideForm(
        verb, *([request.POST] if request.method == "POST" else []), initial={"version": row.version}
    )
    status, problem = 200, None
    try:
        if request.method != "POST":
            EXPORT_TABLE.check(name, row.state)
            role_for(verb, row, actor)
        elif not form.is_valid():
            status = 422
        else:
            asking.decide(name, row.pk, by=actor, at=now(), **form.cleaned_data)
            said = pgettext("export", "%(verb)s: done, %(number)s")
            messages.success(request, said % {"verb": verb.label, "number": number})
            if is_partial(request):
                return HttpResponse(status=200, headers={"HX-Redirect": back})
            return redirect(back)
    except Invalid as error:
        put_errors(form, error)
        status = 422
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and request.method != "POST":
            raise
        status, problem = error.status, error
    context = {
        "form": form,
        "problem": problem,
        "title": f"{verb.label} · {number}",
        "url": request.path,
        "back": back,
        "verb": verb.label,
        "is_grave": verb.dangerous,
        "note": str(verb.guard),
        **frame_of(actor),
    }
    template = "parts/_dialog_form.html" if is_partial(request) else "exports/decide.html"
    return render(request, template, context, status=status)


@require_safe
@desk_page
def download(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The file, for whoever asked and while there is time; each time is in the journal."""
    row = visible_export(actor, number)
    answer = StreamingHttpResponse(
        running.download(row, by=actor, at=now()), content_type=MEDIA_TYPES[row.format]
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.number}.{row.format}"'
    answer.headers["Content-Length"] = str(row.size)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
