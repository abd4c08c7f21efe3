"""Open data: a page for everybody, and its files. No sign-in, nothing about persons, small cells left out."""

import json
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from exports.models import OpenTable
from exports.opendata import COLUMNS
from governance.foundation.clock import local
from governance.foundation.errors import NotFound
from governance.foundation.spreadsheets import csv_lines

MONTHS = 24
DESCRIPTIONS = {
    "month": pgettext_lazy("open data", "Month in which the tickets were registered"),
    "community_code": pgettext_lazy("open data", "Division code of the community; all: the whole city"),
    "community": pgettext_lazy("open data", "Name of the community"),
    "class_code": pgettext_lazy("open data", "Code of the class of matters; all: every class"),
    "class": pgettext_lazy("open data", "Name of the class of matters"),
    "tickets": pgettext_lazy("open data", "Number of tickets; empty: left out, too few to be shown"),
}


def table_of(month: str) -> OpenTable:
    """The published table of a month such as 2026-10. Raises NotFound."""
    try:
        found = OpenTable.objects.filter(month=date.fromisoformat(f"{month}-01")).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound()
    return found


@require_safe
@cache_control(public=True, max_age=3600)
def page(request: HttpRequest) -> HttpResponse:
    """What is there, and what each column means."""
    months = list(OpenTable.objects.order_by("-month").defer("rows")[:MONTHS])
    context = {
        "months": months,
        "columns": [(name, DESCRIPTIONS[name]) for name in COLUMNS],
        "least": months[0].least if months else None,
    }
    return render(request, "exports/open.html", context)


@require_safe
@cache_control(public=True, max_age=86_400)
def as_csv(request: HttpRequest, month: str) -> HttpResponse:
    """The table of a month as CSV."""
    rows = ([row[name] if row[name] is not None else "" for name in COLUMNS] for row in table_of(month).rows)
    answer = HttpResponse("".join(csv_lines(COLUMNS, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="tickets-{month}.csv"'
    return answer


@require_safe
@cache_control(public=True, max_age=86_400)
def as_json(request: HttpRequest, month: str) -> HttpResponse:
    """The table of a month as JSON, with the description of its columns."""
    found = table_of(month)
    body = {
        "month": month,
        "made_at": local(found.made_at).isoformat(),
        "smallest_count_shown": found.least,
        "columns": [{"name": name, "description": str(DESCRIPTIONS[name])} for name in COLUMNS],
        "rows": found.rows,
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, content_type="application/json; charset=utf-8")
