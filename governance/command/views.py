"""The dashboard: how the day goes, each number a door to its list. What changes reaches the open page by itself.

Single days are counted from the tickets; weeks and longer stretches are sums of the counting engine (`picture.pages`).
"""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from assessment.rules import may_read, paths_of
from governance.accounts.actors import Actor
from governance.command.figures import Dashboard, PlaceRow, dashboard
from governance.command.layouts.keeping import layout_of
from governance.command.layouts.pieces import DAY, Layout, without
from governance.command.layouts.showing import Item, is_code, panes
from governance.command.layouts.views import kept_tiles
from governance.command.periods import LIVE, PERIODS, Period, period
from governance.command.picture.cells import line, place_key
from governance.command.picture.charts import heat_data, heat_table, rhythm_data, sources_data
from governance.command.picture.heat import HOURS
from governance.command.picture.pages import period_choices, periods_of, span_page
from governance.command.picture.spans import SPANS
from governance.command.picture.views import must_look
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from governance.foundation.percent import percent_of
from grids.territory import current as territory
from incidents.views.links import AS_FILED, GROUND

OF_TODAY = "now"


@require_safe
@desk_page
def dashboard_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?period=today|yesterday|week|month|quarter|year`, `&ground=then` for the grids as they were; htmx gets the part
    that refreshes.

    A week is read from sums, unless one of the readings of the map is asked for.
    """
    must_look(actor)
    name, at, offered = request.GET.get("period", ""), now(), periods_of(actor)
    if name in SPANS and offered != PERIODS and not (name == "week" and GROUND in request.GET):
        return span_page(request, actor, name, at)
    return day_page(request, actor, period(name, at), asked=name)


def day_page(request: HttpRequest, actor: Actor, chosen: Period, *, asked: str) -> HttpResponse:
    """One day, or a week in one of the readings of the map."""
    as_filed = request.GET.get(GROUND) == AS_FILED
    found = dashboard(actor, chosen, as_filed=as_filed)
    is_refresh, words = is_partial(request), WORDS[found.period.name]()
    layout = layout_of(actor, DAY)
    context = {
        "found": found,
        "periods": period_choices(actor, found.period.name),
        "grounds": ground_choices(found.period.name, as_filed),
        "query": query_words(found.period.name, as_filed=as_filed),
        "wall_url": wall_url(actor),
        "is_live": found.period.name in LIVE,
        "day": f"{local(found.period.at):%Y-%m-%d}",
        "unknown_period": asked if asked not in {"", found.period.name} else "",
        "words": words,
        "rhythm": rhythm_data(found, words["now"], words["then"]),
        "sources": sources_data(found),
        "heat": heat_data(found),
        "heat_rows": heat_table(found),
        "hours": [f"{hour:02d}" for hour in HOURS],
        "places": ranked(found),
        "places_title": places_title(found.level),
        "most": max((row.intake.count for row in found.places), default=0),
        "most_open": max((stage.figure.count for stage in found.stages), default=0),
        "stages": [(stage, found.late_stages[stage.key]) for stage in found.stages],
        "most_late": max((item.figure.count for item in found.holders), default=0),
        "change": change_of(found),
        "on_time_line": line("on_time"),
        "worker_line": line("worker_share"),
        "is_refresh": is_refresh,
        **arranged(actor, layout, found),
    }
    return render(request, "command/_dashboard.html" if is_refresh else "command/dashboard.html", context)


def arranged(actor: Actor, layout: Layout, found: Dashboard) -> dict[str, Any]:
    """The person's figures and panes in their order; indicators are fetched beside the page."""
    name, at, reads = found.period.name, found.period.at, may_read(actor)
    kept = kept_tiles(actor, layout, name, at) if reads else {}
    denied = (
        ""
        if reads
        else pgettext(
            "indicator", "Indicators are for command centres, towns, communities and leads of units"
        )
    )
    strip = [
        Item(key=key, reason=denied, html=kept.get(key, ""))
        if is_code(key)
        else Item(key=key, template=f"command/tiles/{key}.html")
        for key in layout.figures
    ]
    is_live = name in LIVE
    return {
        "figures": strip,
        "cells": panes(DAY, layout, without=() if is_live else ("heat",)),
        "without": " ".join(without(DAY, layout)),
        "tiles_url": f"{reverse('command:dashboard-tiles')}?period={name}" if layout.codes and reads else "",
        "arrange_url": reverse("command:arrange"),
    }


def wall_url(actor: Actor) -> str:
    """The wall of the first place that the person reads figures of; empty where there is none."""
    places = [place for path in paths_of(actor) if (place := territory().by_path.get(path)) is not None]
    return f"{reverse('command:wall')}?place={places[0].code}" if places else ""


def ranked(found: Dashboard) -> list[tuple[PlaceRow, str, str, int]]:
    """The places with name, key and rank: the best on time first, those without a rate after them, "nowhere" last."""
    rows = sorted(
        found.places,
        key=lambda row: (
            row.place is None,
            row.on_time.percent is None,
            -(row.on_time.percent or 0.0),
            -row.intake.count,
        ),
    )
    return [
        (row, place_name(found, row), place_key(row), 0 if row.on_time.percent is None else number)
        for number, row in enumerate(rows, start=1)
    ]


def change_of(found: Dashboard) -> Decimal | None:
    """Percent more (or less) than in the period before; None when there was nothing to compare with."""
    before = found.intake_before.count
    return percent_of(found.intake.count - before, before)


def ground_choices(name: str, as_filed: bool) -> list[tuple[str, bool, str]]:
    """The readings of the map: key, whether it is on, the word on the switch."""
    return [
        (
            OF_TODAY if name == "week" else "",
            not as_filed,
            pgettext("reading of the map", "On today's grids"),
        ),
        (AS_FILED, as_filed, pgettext("reading of the map", "As it was")),
    ]


def query_words(name: str, *, as_filed: bool) -> str:
    """The query string of this very page."""
    ground = AS_FILED if as_filed else OF_TODAY if name == "week" else ""
    return f"?period={name}" + (f"&{GROUND}={ground}" if ground else "")


WORDS = {
    "today": lambda: {
        "intake": _("Registered today"),
        "before": _("Yesterday by this time"),
        "on_time": _("On time, due today"),
        "closed": _("Closed today"),
        "now": pgettext("period", "Today"),
        "then": pgettext("period", "Yesterday"),
    },
    "yesterday": lambda: {
        "intake": _("Registered yesterday"),
        "before": _("The day before"),
        "on_time": _("On time, due yesterday"),
        "closed": _("Closed yesterday"),
        "now": pgettext("period", "Yesterday"),
        "then": _("The day before"),
    },
    "week": lambda: {
        "intake": _("Registered in 7 days"),
        "before": _("7 days before, by this time"),
        "on_time": _("On time, due in 7 days"),
        "closed": _("Closed in 7 days"),
        "now": pgettext("period", "Last 7 days"),
        "then": _("7 days before"),
    },
}


def place_name(found: Dashboard, row: PlaceRow) -> str:
    """The name of a row in the reader's language."""
    if row.place is None:
        return {
            "town": _("No town known"),
            "community": _("No community known"),
            "grid": _("No grid known"),
        }[found.level]
    return label_of(row.place)


def places_title(level: str) -> str:
    """The heading of the table of places."""
    return {
        "town": _("By town or street"),
        "community": _("By village or community"),
        "grid": _("By grid"),
    }[level]
