"""Grid statistics (网格统计): how many of which kind, by town or community, on any day; CSV with the same rows."""

from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid
from governance.foundation.spreadsheets import csv_lines
from grids import scope as scopes
from grids.statistics import CountRow, counts_on, total_of
from grids.views import places
from grids.views.doors import must_see_grids
from grids.views.ground import ground_of

MOST_DRAWN = 3_000
"""Grids of a past day that are drawn one by one: they have no tiles."""
COLUMNS = (
    gettext_lazy("Code"),
    gettext_lazy("Place"),
    gettext_lazy("Communities"),
    gettext_lazy("Grids"),
    gettext_lazy("Comprehensive"),
    gettext_lazy("Exclusive"),
    gettext_lazy("Households"),
    gettext_lazy("Households in a basic grid"),
    pgettext_lazy("rollout", "Stage"),
    pgettext_lazy("rollout", "Pilot"),
)


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?on=` is the day, today without it; `?region=` a place of one's own area."""
    must_see_grids(actor)
    day, paths = asked(request, actor)
    rows = counts_on(day, paths)
    place = places.common(paths)
    today, total = local(now()).date(), total_of(rows, _("Total"))
    is_past = day < today
    outlines = f"{reverse('grids:grids-geojson')}?{urlencode({'path': place, 'on': day.isoformat()})}"
    context = {
        "rows": rows,
        "total": total,
        "has_stages": any(row.stage for row in rows),
        "day": day,
        "today": today,
        "is_past": is_past,
        "places": places.options(actor),
        "ground": None if is_past else ground_of(place),
        "map_url": outlines if is_past and total.total <= MOST_DRAWN else "",
    }
    return render(request, "grids/statistics.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same rows as CSV. They hold no personal data."""
    must_see_grids(actor)
    day, paths = asked(request, actor)
    rows = counts_on(day, paths)
    response = StreamingHttpResponse(
        csv_lines(COLUMNS, [cells(row) for row in [*rows, total_of(rows, _("Total"))]]),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="grids-{day:%Y%m%d}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def asked(request: HttpRequest, actor: Actor) -> tuple[date, tuple[str, ...]]:
    """The day and the places of a query. Raises Invalid, and Forbidden for a place outside the own area."""
    text = request.GET.get("on", "")
    try:
        day = date.fromisoformat(text) if text else local(now()).date()
    except ValueError:
        raise Invalid(fields={"on": [_("This is not a date")]}) from None
    place = places.asked(request.GET.get("region", ""))
    own = scopes.of(actor.user).paths
    if place is None:
        return day, own
    if any(place.path.startswith(path) for path in own):
        return day, (place.path,)
    inside = tuple(path for path in own if path.startswith(place.path))
    if not inside:
        raise Forbidden(_("This place lies outside your area"))
    return day, inside


def cells(row: CountRow) -> list[str]:
    """One line of the file."""
    counts = (row.communities, row.total, row.comprehensive, row.exclusive, row.households)
    mean = "" if row.mean is None else f"{row.mean:.0f}"
    pilot = pgettext("rollout", "pilot") if row.is_pilot else ""
    return [row.code, row.name, *(str(count) for count in counts), mean, row.stage, pilot]
