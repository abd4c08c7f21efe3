"""The page of a week, month, quarter or year: sums of the counting engine, each number a door to its list."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from assessment.rules import may_read, paths_of, subject_of
from assessment.subjects import Subject
from assessment.views.table import state_words
from governance.accounts.actors import Actor
from governance.command.layouts.keeping import layout_of
from governance.command.layouts.pieces import SPAN, VIEW_NAMES, views
from governance.command.layouts.showing import panes, strip
from governance.command.periods import PERIODS
from governance.command.picture.cells import lamp_of, line
from governance.command.picture.charts import intake_data, on_time_data
from governance.command.picture.spans import (
    CODES,
    INTAKE,
    ON_TIME,
    SPANS,
    Tile,
    picture,
)
from governance.foundation.clock import local
from governance.foundation.pages import is_partial
from grids.territory import Place
from grids.territory import current as territory


def periods_of(actor: Actor) -> tuple[str, ...]:
    """The periods that this person may choose: stretches of sums for those who read indicators."""
    return (*PERIODS[:2], *SPANS) if may_read(actor) else PERIODS


def span_page(request: HttpRequest, actor: Actor, name: str, at: datetime) -> HttpResponse:
    """`?period=month&place=`: raises NotFound for a place that the reader does not cover."""
    subject = subject_of(actor, request.GET.get("place", ""))
    view = request.GET.get("view", "")
    layout = views().get(view) or layout_of(actor, SPAN)
    columns = layout.codes if view in views() else CODES
    found = picture(name, actor, subject, local(at).date(), more=layout.codes, columns=columns)
    on_time = line("on_time")
    context: dict[str, Any] = {
        "found": found,
        "name": name,
        "periods": period_choices(actor, name),
        "subject": subject,
        "wall_url": "" if subject.is_unit else f"{reverse('command:wall')}?place={subject.code}",
        "above": above(actor, subject),
        "intake": found.tiles.get(INTAKE),
        "figures": strip(SPAN, layout, found.tiles, found.question.period),
        "cells": panes(SPAN, layout),
        "arrange_url": f"{reverse('command:arrange')}?page={SPAN}",
        "heads": found.heads,
        "place_code": "" if subject.is_unit else subject.code,
        "view": view if view in views() else "",
        "views": [("", pgettext("layout", "All")), *VIEW_NAMES.items()],
        "lines": [(row, row_lamp(row.cells, on_time)) for row in found.lines],
        "intake_chart": intake_data(found),
        "on_time_chart": on_time_data(found),
        "counting": state_words(),
        "at": at,
        "query": found.question.query(),
        "is_refresh": is_partial(request),
        "can_compare_grids": name == "week",
    }  # fmt: skip
    template = "command/_span.html" if is_partial(request) else "command/span.html"
    return render(request, template, context)


def row_lamp(cells: Any, limits: list[float] | None) -> str:
    """The lamp of a place: its rate of being on time."""
    rate: Tile | None = next((cell for cell in cells if cell.key == ON_TIME), None)
    return lamp_of(float(rate.percent), limits) if rate is not None and rate.percent is not None else ""


def above(actor: Actor, subject: Subject) -> Place | None:
    """The place above, where the reader covers it too."""
    land = territory()
    place = land.by_code.get(subject.code) if not subject.is_unit else None
    found = land.by_path.get(place.parent_path) if place is not None else None
    if found is not None and found.level == "district":
        found = land.by_path.get(found.parent_path) or found
    return found if found is not None and found.path.startswith(paths_of(actor) or ("-",)) else None


def period_words(name: str) -> str:
    """The word on the switch."""
    return {
        "today": pgettext("period", "Today"),
        "yesterday": pgettext("period", "Yesterday"),
        "week": pgettext("period", "Last 7 days"),
        "month": pgettext("period", "This month"),
        "quarter": pgettext("period", "This quarter"),
        "year": pgettext("period", "This year"),
    }[name]


def period_choices(actor: Actor, chosen: str) -> list[tuple[str, bool, str]]:
    """The switch: name, whether it is on, the word."""
    return [(name, name == chosen, period_words(name)) for name in periods_of(actor)]
