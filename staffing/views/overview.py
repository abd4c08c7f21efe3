"""The first page: how well the grids are staffed, place by place; every number leads to its list."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.naming import label_of
from grids.models import GridPost
from grids.territory import Place
from grids.territory import current as territory
from staffing import queries, roster
from staffing.models import RecruitmentPlan, StaffingTemplate
from staffing.queries import CoverageRow, Rate, RateRow
from staffing.queries.standard import templates_in_force
from staffing.querysets import narrowed, recruitment_in, roster_unit_ids
from staffing.rules import READERS, reading_paths
from staffing.views.parts import page, place_words

BELOW = {"city": "town", "district": "town", "town": "community", "community": "grid", "grid": "grid"}
MONTHS = 6
TRAINED_WITHIN = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """One line of the table of places."""

    place: Place
    name: str
    url: str
    rates: RateRow
    party: Rate
    kinds: list[Rate]


@require_safe
@desk_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=` narrows to a district, town or community."""
    at = now()
    today = local(at).date()
    code = request.GET.get("place", "")
    paths = narrowed(reading_paths(actor, READERS), code)
    level = level_below(paths)
    rates = queries.rates(paths, on=today, level=level)
    total = sum((row.total for row in rates), Rate())
    party = queries.party_coverage(paths, on=today, level=level)
    chosen = templates_in_force(today)
    kinds = sorted({kind for row in rates for kind in row.by_kind}, key=list(GridPost.Kind.values).index)
    template = chosen.get("comprehensive") or next(iter(chosen.values()), None)
    context = {
        "today": today,
        "code": code,
        "place": place_words(code),
        "above": above(code),
        "level": level,
        "total": total,
        "full_time": sum((row.full_time for row in rates), Rate()),
        "party": sum((row.rate for row in party), Rate()),
        "without_team": queries.grids_without_team(paths, on=today).count() if _needs_team(chosen) else None,
        "training": queries.training_coverage(paths, since=today - TRAINED_WITHIN, until=today),
        "leave_gaps": len(queries.gaps_by_leave(paths, on=today)),
        "duty_gaps": len(roster.coming_gaps(roster_unit_ids(actor), at)),
        "kinds": [GridPost.Kind(kind).label for kind in kinds],
        "rows": rows_of(rates, party, kinds, level),
        "target": template.target_percent if template else None,
        "warn": template.warn_percent if template else None,
        "templates": sorted(set(chosen.values()), key=lambda item: item.pk),
        "trend": trend_of(paths, today),
        "plans": recruitment_in(paths)
        .exclude(stage=RecruitmentPlan.Stage.ON_POST)
        .select_related("region")
        .order_by("due_on", "id")[:20],
        "place_query": f"?{urlencode({'place': code})}" if code else "",
    }
    return page(request, actor, "overview", "overview", context)


def _needs_team(chosen: dict[str, StaffingTemplate]) -> bool:
    return any(template.needs_team for template in chosen.values())


def level_below(paths: tuple[str, ...]) -> str:
    """Which places the table lists: those below the place that is shown."""
    land = territory()
    levels = {place.level for path in paths if (place := land.by_path.get(path)) is not None}
    if len(paths) > 1:
        return levels.pop() if len(levels) == 1 else "community"
    return BELOW.get(next(iter(levels), "city"), "town")


def above(code: str) -> list[tuple[str, str]]:
    """(code, name) of the places above the one that is shown."""
    land = territory()
    place = land.by_code.get(code)
    return [(item.code, label_of(item)) for item in land.chain(place.parent_path)] if place else []


def rows_of(rates: list[RateRow], party: list[CoverageRow], kinds: list[str], level: str) -> list[PlaceRow]:
    """The table, the lowest rate first."""
    covered = {row.place.path: row.rate for row in party}
    found = [
        PlaceRow(
            place=row.place,
            name=label_of(row.place),
            url=""
            if level == "grid"
            else f"{reverse('staffing:overview')}?{urlencode({'place': row.place.code})}",
            rates=row,
            party=covered.get(row.place.path, Rate()),
            kinds=[row.by_kind.get(kind, Rate()) for kind in kinds],
        )
        for row in rates
    ]
    return sorted(found, key=lambda row: (row.rates.total.percent or 0, row.place.path))


def trend_of(paths: tuple[str, ...], today: date) -> dict[str, Any]:
    """The chart of the last months."""
    points = queries.trend(paths, days=queries.month_ends(today, MONTHS))
    series = (
        (_("All posts"), [point.total for point in points]),
        (_("Full-time posts"), [point.full_time for point in points]),
    )
    return {
        "kind": "line",
        "categories": [
            pgettext("trend", "today") if point.on == today else f"{point.on:%Y-%m}" for point in points
        ],
        "series": [
            {"name": name, "values": [None if r.percent is None else float(r.percent) for r in rates]}
            for name, rates in series
        ],
        "unit": "%",
    }
