"""One indicator: its figure, what was frozen, its days, the places below, every version; and the lists behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from assessment.definitions import in_force
from assessment.drilling import adjustments, listing, read_key, side_words, write_key
from assessment.figures import Sum, every_day, figures, trend
from assessment.rules import must_read
from assessment.splitting import splits
from assessment.subjects import below
from assessment.views.asking import question_of, shown, versions_of
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.errors import NotFound
from governance.foundation.naming import label_of
from governance.foundation.percent import percent_of
from grids.territory import current as territory

WIDTH, HEIGHT, EDGE = 720.0, 160.0, 8.0
LONGEST_TREND: Final = 400
SHOWN_DAYS: Final = 92


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How much there was on a day."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The days of a period: bars for how much was counted, a line for the rate (or the median, in hours)."""

    bars: Sequence[Bar]
    lines: Sequence[str]
    dots: Sequence[tuple[float, float]]
    low: str
    high: str
    most: int


def drawing(days: Sequence[tuple[date, Sum]], *, is_rate: bool) -> Drawing:
    """Points in the box; days without anything break the line."""
    step = WIDTH / max(len(days), 1)
    most = max((item.whole for _day, item in days), default=0)
    values = [_value(item, is_rate=is_rate) for _day, item in days]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    span = high - low
    bars, lines = list[Bar](), list[str]()
    dots, line = list[tuple[float, float]](), list[str]()
    for number, ((_day, item), value) in enumerate(zip(days, values, strict=True)):
        middle = round((number + 0.5) * step, 1)
        if item.whole:
            height = round((HEIGHT - 2 * EDGE) * item.whole / most, 1)
            bars.append(
                Bar(
                    x=round(middle - step * 0.35, 1),
                    y=HEIGHT - height,
                    width=round(step * 0.7, 1),
                    height=height,
                )
            )
        if value is None:
            lines, line = [*lines, " ".join(line)], []
            continue
        point = (middle, round(EDGE + (HEIGHT - 2 * EDGE) * (1 - ((value - low) / span if span else 0.5)), 1))
        dots.append(point)
        line.append(f"{point[0]},{point[1]}")
    found = [text for text in [*lines, " ".join(line)] if " " in text]
    ends = [f"{value:.2f}" if known else "–" for value in (low, high)]
    return Drawing(bars=bars, lines=found, dots=dots, low=ends[0], high=ends[1], most=most)


def _value(item: Sum, *, is_rate: bool) -> float | None:
    if is_rate:
        percent = percent_of(item.part, item.whole)
        return float(percent) if percent is not None else None
    median = item.quantile(0.5)
    return median / 60 if median is not None else None


@require_safe
@desk_page
def indicator_page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The same fields as the table's."""
    must_read(actor)
    question, versions = question_of(request, actor), versions_of(code)
    row, subject = in_force(versions, question.period.last), question.subject
    words = pgettext("indicator", "Is being counted for the first time")
    own = figures(question.asked([subject], versions), words)[code, subject.key]
    places = below(subject)
    cells = figures(question.asked(places, versions), words) if places else {}
    is_short = question.period.days <= LONGEST_TREND
    days = every_day(question.period, trend(question.asked([subject], versions))) if is_short else []
    context = {
        "question": question,
        "row": row,
        "own": shown(question, own),
        "cells": [
            shown(question, cells[code, place.key]) for place in places if cells[code, place.key].whole
        ],
        "splits": splits(question.asked([subject], versions)) if own.whole else [],
        "versions": versions,
        "days": [item for item in days if item[1].whole or item[1].part][-SHOWN_DAYS:][::-1],
        "chart": drawing(days, is_rate=row.is_rate) if days else None,
        "tab": "table",
    }
    return render(request, "assessment/indicator.html", context)


@require_safe
@desk_page
def items_page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """`?side=` whole, part or missing: exactly what the number counts."""
    must_read(actor)
    question, versions = question_of(request, actor), versions_of(code)
    side = request.GET.get("side", "whole")
    found = listing(
        actor,
        question.asked([question.subject], versions),
        side,
        after=read_key(request.GET.get("after", "")),
    )
    figure = figures(question.asked([question.subject], versions))[code, question.subject.key]
    counts = {"whole": figure.whole, "part": figure.part, "missing": figure.missing}
    units = territory().units
    context = {
        "question": question,
        "row": figure.definition,
        "side": side,
        "side_words": side_words(side),
        "count": counts[side],
        "lines": [
            (line, label_of(units[line.unit_id]) if line.unit_id in units else "") for line in found.lines
        ],
        "hidden": sum(line.item is None for line in found.lines),
        "next": question.query(side=side, after=write_key(found.after)) if found.after else "",
        "back": question.page_url(code),
        "tab": "table",
    }
    return render(request, "assessment/items.html", context)


@require_safe
@desk_page
def adjustments_page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """What has changed in a frozen month since, item by item. Raises NotFound for anything but one month."""
    must_read(actor)
    question, versions = question_of(request, actor), versions_of(code)
    if not question.period.is_one_month:
        raise NotFound()
    asked = question.asked([question.subject], versions)
    figure = figures(asked)[code, question.subject.key]
    if not figure.is_frozen:
        raise NotFound()
    context = {
        "question": question,
        "figure": figure,
        "row": figure.definition,
        "rows": adjustments(actor, asked, question.period.since),
        "back": question.page_url(code),
        "tab": "table",
    }
    return render(request, "assessment/adjustments.html", context)
