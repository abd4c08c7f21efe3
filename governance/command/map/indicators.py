"""Areas of the map by an indicator in a month: the engine's own figures, for communities, and for grids of a window."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from assessment.definitions import Definition, definitions, in_force
from assessment.figures import Asked, Figure, figures
from assessment.periods import month_of
from assessment.rules import may_read, must_read, paths_of, sees_sensitive
from assessment.subjects import Subject, of_place
from governance.accounts.actors import Actor
from governance.command.map.reach import inside
from governance.command.map.windows import window_of
from governance.exchange.doors import script_answer
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, NotFound
from grids.models import Grid
from grids.territory import current as territory

MONTHS: Final = 24
"""How far back the slider goes."""
MOST_GRIDS: Final = 600
"""Grids of one answer: their figures are counted from the occasions one by one."""


def choices(actor: Actor) -> list[tuple[str, str]]:
    """The rates that the reader may colour by, as (code, name); nothing for those without figures of places."""
    if not may_read(actor) or not paths_of(actor):
        return []
    known: dict[str, str] = {}
    for row in definitions():
        if row.is_rate and row.can_count and row.is_counted:
            known[row.code] = f"{row.code} {row.label}"
    return list(known.items())


def months(today: date) -> list[str]:
    """The months of the slider, the present one last."""
    last = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(last - MONTHS + 1, last + 1)]


@require_safe
@gzip_page
@script_answer
def indicator_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?code=`, `?month=2026-10`: communities as columns; with `?box=` the grids of that window instead."""
    must_read(actor)
    today = local(now()).date()
    month = request.GET.get("month", "")
    if month not in months(today):
        raise Invalid(fields={"month": [_("The slider reaches over the last %(n)d months") % {"n": MONTHS}]})
    versions = [row for row in definitions() if row.code == request.GET.get("code", "") and row.is_rate]
    if not versions:
        raise NotFound()
    box = request.GET.get("box", "")
    places = _grids(actor, box) if box else _communities(actor)
    found = _figures(actor, versions, places, date.fromisoformat(f"{month}-01"))
    response = JsonResponse(
        _columns(in_force(versions, today), found, is_cut=bool(box) and len(places) == MOST_GRIDS)
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _communities(actor: Actor) -> list[Subject]:
    paths = paths_of(actor)
    rows = [
        place
        for path, place in territory().by_path.items()
        if place.level == "community" and path.startswith(paths)
    ]
    return [of_place(place.code, "community", place.name) for place in rows] if paths else []


def _grids(actor: Actor, box: str) -> list[Subject]:
    rows = Grid.objects.filter(inside(paths_of(actor)), window_of(box).holds, valid_to=None).order_by("code")
    return [of_place(code, "grid", name) for code, name in rows.values_list("code", "name")[:MOST_GRIDS]]


def _figures(actor: Actor, versions: list[Definition], places: list[Subject], first: date) -> list[Figure]:
    if not places:
        return []
    asked = Asked(
        definitions=versions, subjects=places, period=month_of(first), sensitive=sees_sensitive(actor)
    )
    found = figures(asked)
    return [found[versions[0].code, place.key] for place in places]


def _columns(row: Definition, found: list[Figure], *, is_cut: bool) -> dict[str, Any]:
    """As the script takes them; a zero denominator has no rate."""
    return {
        "code": row.code,
        "name": row.label,
        "formula": row.formula,
        "is_better_high": row.better != "lower",
        "codes": [figure.subject.code for figure in found],
        "values": [None if figure.percent is None else float(figure.percent) for figure in found],
        "parts": [figure.part for figure in found],
        "wholes": [figure.whole for figure in found],
        "is_cut": is_cut,
    }
