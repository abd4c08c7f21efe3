"""The pages of imports: bring a file, match its columns, look at what would become of it, let it run, cure the rest."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exports import importing, values
from exports.forms import FileForm, MappingForm, put_errors
from exports.models import ImportRow, TicketImport
from exports.rules import must_import
from exports.targets import LABELS
from exports.views.desk import frame_of
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, NotFound, TooLarge
from governance.foundation.masking import mask_name, mask_phone
from governance.foundation.spreadsheets import csv_lines
from grids.views.pagers import page_of

SIZE = 50
TONES = {"mapping": "wait", "checked": "wait", "running": "work", "done": "done", "cancelled": "stop"}
SAMPLE = 3
MASKS = {"citizen_name": mask_name, "citizen_phone": mask_phone}


def visible_import(actor: Actor, number: str) -> TicketImport:
    """The import, if it is this person's. Raises NotFound."""
    found: TicketImport | None = TicketImport.objects.visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """One's imports, newest first, and bringing another file."""
    must_import(actor)
    status, form = 200, FileForm()
    if request.method == "POST":
        status, form = 422, FileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                if file.size > int(values.value("import.most_bytes")):
                    raise TooLarge(pgettext("import", "The file is too large; please split it"))
                run = importing.bring(file.name, file.read(), by=actor, at=now())
                return redirect("imports:import", run.number)
            except Invalid as problem:
                put_errors(form, problem)
            except TooLarge as problem:
                status = problem.status
                form.add_error("file", str(problem.detail))
    page = page_of(TicketImport.objects.visible_to(actor), "asked_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "imports",
        "form": form,
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "most": int(values.value("import.most_rows")),
        **frame_of(actor),
    }
    return render(request, "exports/imports.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """One import at its stage. POST: the columns have been matched."""
    run, status = visible_import(actor, number), 200
    states = TicketImport.State
    is_matching = run.state == states.MAPPING or (run.state == states.CHECKED and "match" in request.GET)
    start = {f"map_{name}": str(place) for name, place in run.mapping.items()} | {"source": run.source}
    form = MappingForm(run.head, initial=start)
    if request.method == "POST":
        status, is_matching = 422, True
        form = MappingForm(run.head, request.POST)
        if form.is_valid():
            try:
                importing.match(run.pk, form.mapping(), form.cleaned_data["source"], by=actor, at=now())
                return redirect("imports:import", number)
            except Invalid as problem:
                put_errors(form, problem)
    context = {
        "tab": "imports",
        "run": run,
        "tone": TONES[run.state],
        "form": form if is_matching else None,
        "sample": _sample(run) if is_matching else None,
        "check": importing.check(run) if run.state == states.CHECKED and not is_matching else None,
        "faulty": _refused(run)[:SIZE] if run.state not in {states.MAPPING, states.CHECKED} else [],
        "fields": [(form[f"map_{name}"], name in {"external_no", "content", "category"}) for name in LABELS],
        **frame_of(actor),
    }
    template = "exports/_progress.html" if "part" in request.GET else "exports/import.html"
    return render(request, template, context, status=status)


def _sample(run: TicketImport) -> list[tuple[str, list[str]]]:
    """Each column with its first cells, so that one sees what it holds; names and telephones are masked."""
    rows = [json.loads(row.cells) for row in run.rows.order_by("line")[:SAMPLE]]
    masks = {run.mapping[name]: mask for name, mask in MASKS.items() if name in run.mapping}
    return [
        (name, [masks[index](cells[index]) if index in masks else cells[index] for cells in rows])
        for index, name in enumerate(run.head)
    ]


def _refused(run: TicketImport) -> Any:
    return run.rows.filter(outcome=ImportRow.Outcome.REFUSED).order_by("line")


@require_POST
@desk_page
def move(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """Start an import that was checked, or give it up."""
    run = visible_import(actor, number)
    deeds = {"start": importing.start, "cancel": importing.cancel}
    if name not in deeds:
        raise NotFound()
    try:
        deeds[name](run.pk, by=actor, at=now())
    except Conflict as problem:
        messages.error(request, str(problem.detail))
    return redirect("imports:import", number)


HEADS = (pgettext_lazy("import", "row"), pgettext_lazy("import", "What is wrong"))


@require_safe
@desk_page
def errors(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The refused rows with all their cells and the reason: to be cured and brought again by themselves."""
    run = visible_import(actor, number)
    journal.record("import.errors", by=actor, obj=run, at=now(), details={"rows": run.refused})
    lines = (
        (
            *json.loads(row.cells),
            row.line,
            "; ".join(" ".join(part for part in fault if part) for fault in row.faults),
        )
        for row in _refused(run).iterator(chunk_size=500)
    )
    answer = StreamingHttpResponse(
        csv_lines((*run.head, *HEADS), lines), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{run.number}-errors.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
