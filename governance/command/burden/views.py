"""The pages of the burden counter: a year by lines and places, what stands behind a number, the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from exports import tables
from fieldwork.planning.windows import midnight_of
from governance.accounts.actors import Actor
from governance.command.burden.counting import (
    MONTHS,
    YEARS,
    Table,
    line_words,
    next_month,
    place_words,
    reach_of,
    table,
)
from governance.command.burden.sources import Source, source_named, sources
from governance.command.models import BurdenMonth
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid, NotFound
from incidents.rules import may_export

MOST: Final = 200
"""Rows of a list behind a number; beyond it the month or the place is chosen."""
NO_LINE: Final = "-"
KINDS: Final = {
    "task": pgettext_lazy("burden", "Tasks"),
    "inspection": pgettext_lazy("burden", "Inspections"),
    "document": pgettext_lazy("burden", "Documents"),
}


def year_of(request: HttpRequest, at: datetime) -> int:
    """`?year=` one of the years that are counted. Raises Invalid."""
    text, present = request.GET.get("year", ""), local(at).date().year
    if not text:
        return present
    if text.isascii() and text.isdigit() and present - YEARS < int(text[:6]) <= present:
        return int(text)
    raise Invalid(fields={"year": [_("This year is not counted")]})


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?year=`, `?source=`: by lines, by places and by what was issued."""
    at = now()
    year, source = year_of(request, at), request.GET.get("source", "")
    found = table(actor, year, source=source, at=at)
    present = local(at).date().year
    context = {
        "found": found,
        "source": source if source_named(source) else "",
        "sources": [(item.name, item.label) for item in sources()],
        "years": range(present, present - YEARS, -1),
        "months": MONTHS,
        "parts": parts(found, source),
        "may_export": may_export(actor) and bool(found.lines),
    }
    return render(request, "command/burden/page.html", context)


def parts(found: Table, source: str) -> list[dict[str, Any]]:
    """The tables of the page with an address behind every number."""
    shown = []
    for key, title, rows in (
        ("line", _("By issuing line"), found.lines),
        ("place", _("By town"), found.places),
        ("source", _("By what was issued"), found.sources),
    ):
        shown.append(
            {
                "key": key,
                "title": title,
                "rows": [
                    {
                        "row": row,
                        "url": _behind(found.year, source, key, row.key, None),
                        "cells": [
                            (count, _behind(found.year, source, key, row.key, month))
                            for month, count in zip(MONTHS, row.months, strict=True)
                        ],
                        "before_url": _behind(found.year - 1, source, key, row.key, None, found.compared),
                    }
                    for row in rows
                ],
            }
        )
    return shown


def _behind(year: int, source: str, key: str, value: str, month: int | None, upto: int = 12) -> str:
    query: dict[str, Any] = {"year": year, "source": source} | {key: value or NO_LINE}
    if month is not None:
        query["month"] = month
    elif upto < 12:
        query["upto"] = upto
    return (
        f"{reverse('command:burden-list')}?{urlencode({name: item for name, item in query.items() if item})}"
    )


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What stands behind a number: `?year=`, `?month=` or `?upto=`, `?source=`, `?line=`, `?place=`."""
    asked = stretch_of(request.GET.dict(), local(now()).date().year)
    blocks = behind(actor, asked)
    context = {
        "blocks": blocks,
        "total": sum(block["count"] for block in blocks),
        "hidden": sum(block["hidden"] for block in blocks),
        "year": asked.year,
        "month": asked.month,
        "upto": asked.upto if not asked.month and asked.upto < 12 else 0,
        "line": line_words("" if asked.line == NO_LINE else asked.line) if asked.line else "",
        "place": place_words(asked.place) if asked.place else "",
        "most": MOST,
    }
    return render(request, "command/burden/list.html", context)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Which number is meant."""

    year: int
    month: int
    upto: int
    source: str
    line: str
    place: str

    @property
    def months(self) -> list[date]:
        numbers = [self.month] if self.month else range(1, self.upto + 1)
        return [date(self.year, number, 1) for number in numbers]


def stretch_of(query: Mapping[str, str], present: int) -> Stretch:
    """From an address: `year`, `month` or `upto`, `source`, `line`, `place`. Raises Invalid."""
    return Stretch(
        year=_number(query.get("year", ""), present - YEARS, present, present),
        month=_number(query.get("month", ""), 1, 12, 0),
        upto=_number(query.get("upto", ""), 1, 12, 12),
        source=query.get("source", ""),
        line=query.get("line", ""),
        place=query.get("place", ""),
    )


def behind(actor: Actor, asked: Stretch) -> list[dict[str, Any]]:
    """What every source issued there. Raises Forbidden, NotFound for a source that there is not."""
    reach, chosen = reach_of(actor), source_named(asked.source)
    if asked.source and chosen is None:
        raise NotFound()
    seen = reach.holds("of_line", "of_town") & _narrowed(asked.line, asked.place)
    wanted = [chosen] if chosen else sources()
    return [block for item in wanted if (block := _block(item, asked.months, seen, actor))]


def _number(text: str, least: int, most: int, without: int) -> int:
    """A number of the query. Raises Invalid beyond what there is."""
    if not text:
        return without
    if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most:
        return int(text)
    raise Invalid(_("This stretch of time is not counted"))


def _narrowed(line: str, place: str) -> Q:
    found = Q()
    if line:
        found &= Q(of_line="") | Q(of_line=None) if line == NO_LINE else Q(of_line=line)
    return found & Q(of_town=place) if place else found


def _block(source: Source, months: list[date], seen: Q, actor: Actor) -> dict[str, Any] | None:
    """What one source issued in these months, as far as it has been counted; None for nothing."""
    count, hidden = 0, 0
    shown: list[dict[str, Any]] = []
    heads = BurdenMonth.objects.filter(source=source.name, month__in=months).order_by("-month")
    for head in heads:
        rows = source.rows(midnight_of(head.month), min(midnight_of(next_month(head.month)), head.counted_at))
        rows = rows.filter(seen)
        here = rows.count()
        if not here:
            continue
        count += here
        open_to = source.seen(rows, actor)
        hidden += here - open_to.count()
        if len(shown) < MOST:
            listed = open_to.order_by("-issued", "-pk")[: MOST - len(shown)]
            shown += [
                {
                    "issued": row.issued,
                    "item": source.show(row),
                    "line": line_words(row.of_line or ""),
                    "place": place_words(row.of_town),
                }
                for row in listed
            ]
    if not count:
        return None
    return {"source": source, "kind": KINDS[source.kind], "count": count, "hidden": hidden, "rows": shown}


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?format=csv|xlsx`: the tables as a file; kept in the journal."""
    if not may_export(actor) or actor.user is None:
        raise Forbidden(_("Exporting lists belongs to other roles"))
    at = now()
    year, source = year_of(request, at), request.GET.get("source", "")
    found = table(actor, year, source=source, at=at)
    head = [
        _("Breakdown"),
        _("Name"),
        *(f"{year}-{number:02d}" for number in MONTHS),
        _("Whole year"),
        _("Same months of the year before"),
        _("Change in percent"),
    ]
    lines = [
        [
            part["title"],
            item["row"].label,
            *item["row"].months,
            item["row"].total,
            item["row"].before,
            _change(item["row"].change),
        ]
        for part in parts(found, source)
        for item in part["rows"]
    ]
    file = tables.Table(name=f"burden-{year}-{local(at):%Y%m%d}", title=f"{year}", heads=head, lines=lines)
    return tables.answer(request, file, by=actor, verb="burden.export", at=at, details={"year": year})


def _change(value: Any) -> str:
    return "–" if value is None else str(value)
