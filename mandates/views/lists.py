"""Duty lists: the editions, one edition with its items and changes, a search over all items, files out."""

from typing import Any
from urllib.parse import quote

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.spreadsheets import csv_lines
from mandates.editions import changes_of
from mandates.forms import line_name, lines
from mandates.models import DutyItem, DutyList, ItemClass, Level, ListKind
from mandates.querysets import DutyItemQuerySet, DutyListQuerySet
from mandates.rules import may_keep
from mandates.sheets import COLUMNS, cells_of, rows_of, xlsx_of
from mandates.views.doors import must_read, visible_list
from mandates.views.faces import page_by_key

SIZE, MOST_LISTS = 50, 400
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The editions in force today; `?all=1` also those before and after, `?kind=` and `?level=` narrow."""
    must_read(actor)
    today = local(now()).date()
    rows = wanted(DutyList.objects.visible_to(actor), request)
    if not request.GET.get("all"):
        rows = rows.in_force(today)
    counted = rows.with_count().annotate(
        basic=Count("items", filter=Q(items__item_class=ItemClass.BASIC)),
        cooperating=Count("items", filter=Q(items__item_class=ItemClass.COOPERATING)),
        taken_back=Count("items", filter=Q(items__item_class=ItemClass.TAKEN_BACK)),
    )
    found = list(counted.order_by("region_path", "level", "code", "-edition")[:MOST_LISTS])
    current = set(DutyList.objects.visible_to(actor).in_force(today).values_list("pk", flat=True))
    context = {
        "rows": [(row, row.pk in current) for row in found],
        "kinds": ListKind.choices,
        "levels": Level.choices,
        "today": today,
        "is_filtered": any(request.GET.get(key) for key in ("kind", "level")),
        "has_base_lists": any(
            row.level in {Level.GRID, Level.COMMUNITY} for row in found if row.pk in current
        ),
        "may_keep": may_keep(actor),
    }
    return render(request, "mandates/lists.html", context)


def wanted(rows: DutyListQuerySet, request: HttpRequest) -> DutyListQuerySet:
    """The filters of the list."""
    for name, choices in (("kind", ListKind.values), ("level", Level.values)):
        if (value := request.GET.get(name)) in choices:
            rows = rows.filter(**{name: value})
    return rows


@require_safe
@desk_page
def items(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All items in force, searched by words, class, level and department."""
    must_read(actor)
    today = local(now()).date()
    current = DutyList.objects.visible_to(actor).in_force(today).values("pk")
    rows = DutyItem.objects.visible_to(actor).filter(duty_list__in=current)
    rows = narrowed(rows, request).select_related("duty_list", "duty_list__region")
    page = page_by_key(rows, request.GET.get("cursor", ""), SIZE)
    return render(request, "mandates/items.html", items_context(request, page) | {"page": page})


def items_context(request: HttpRequest, page: Any) -> dict[str, Any]:
    """What the filters of items show."""
    return {
        "rows": [
            (item, line_name(item.lead_line) if item.lead_line else "", [*map(line_name, item.support_lines)])
            for item in page.rows
        ],
        "classes": ItemClass.choices,
        "levels": Level.choices,
        "lines": lines(),
        "is_filtered": any(request.GET.get(key) for key in ("q", "class", "level", "line")),
    }


def narrowed(rows: DutyItemQuerySet, request: HttpRequest) -> DutyItemQuerySet:
    """The filters of items: `q` finds words of the subject or basis, or the beginning of a code."""
    if (value := request.GET.get("class")) in ItemClass.values:
        rows = rows.filter(item_class=value)
    if (value := request.GET.get("level")) in Level.values:
        rows = rows.filter(duty_list__level=value)
    if line := request.GET.get("line", "")[:12]:
        rows = rows.filter(Q(lead_line=line) | Q(support_lines__contains=[line]))
    if words := request.GET.get("q", "").strip()[:100]:
        found = Q(subject__icontains=words) | Q(legal_basis__icontains=words) | Q(content__icontains=words)
        rows = rows.filter(found | Q(matter_code__startswith=words) if words.isdigit() else found)
    return rows


@require_safe
@desk_page
def edition(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One edition: its items, what changed from the one before, its other editions."""
    found = visible_list(actor, pk)
    rows = narrowed(found.items.visible_to(actor), request)
    page = page_by_key(rows, request.GET.get("cursor", ""), SIZE)
    today = local(now()).date()
    others = DutyList.objects.visible_to(actor).filter(code=found.code)
    context = items_context(request, page) | {
        "list": found,
        "page": page,
        "changes": changes_of(found),
        "editions": list(others.with_count().order_by("-edition")),
        "is_current": DutyList.objects.in_force(today).filter(pk=pk).exists(),
        "is_future": found.valid_from > today,
        "may_keep": may_keep(actor, found.region_path),
    }
    return render(request, "mandates/edition.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor, pk: int, kind: str) -> HttpResponseBase:
    """The edition as XLSX or CSV; both can be taken in again as the next edition."""
    found = visible_list(actor, pk)
    rows = rows_of(found.items.visible_to(actor).order_by("number"))
    name = f"{found.code}-{found.edition}.{kind}"
    if kind == "xlsx":
        response = HttpResponse(xlsx_of(rows, found.title), content_type=XLSX)
    else:
        heads = [head for head, _word in COLUMNS.values()]
        text = "".join(csv_lines(heads, map(cells_of, rows)))
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, no-store"
    return response
