"""Overlays of professional grids and their progress (K30), as far as the caller's scope reaches."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from grids import overlays
from grids.api import showing
from grids.api.callers import staff
from grids.api.reading import DEFAULT_LIMIT, OverlaysQuery, cursor_of, plain
from grids.api.regions import next_page
from grids.api.revalidating import by_content
from grids.territory import current as territory

QUERY = OverlaysQuery()


class OverlaysView(ApiView):
    """Professional grids over ours."""

    @extend_schema(
        operation_id="overlays_list",
        tags=["territory"],
        parameters=[OverlaysQuery],
        responses={200: showing.OverlayPage, 304: None},
        summary="List overlays of professional grids with their progress by system and town",
    )
    def get(self, request: Request) -> HttpResponseBase:
        by = staff(request)
        wanted = read(QUERY, plain(request.query_params))
        limit, after = wanted.get("limit", DEFAULT_LIMIT), int(cursor_of(wanted) or 0)
        rows = overlays.visible_overlays(by).filter(pk__gt=after)
        if system := wanted.get("system"):
            rows = rows.filter(professional_grid__system=system)
        if town := wanted.get("town"):
            rows = rows.filter(professional_grid__town__code=town)
        if state := wanted.get("state"):
            rows = rows.filter(state=state)
        rows = rows.select_related("professional_grid__town", "grid").defer(
            "professional_grid__polygon", "professional_grid__town__boundary", "grid__polygon"
        )
        found = list(rows.order_by("pk")[: limit + 1])
        answer = {
            "progress": [] if after else _progress(by, wanted),
            "next": next_page(request, str(found[limit - 1].pk)) if len(found) > limit else None,
            "results": [showing.overlay(row) for row in found[:limit]],
        }
        return by_content(request, answer)


def _progress(by: Any, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    land = territory()
    shown = []
    for row in overlays.progress(by):
        town = land.regions.get(row.town_id or 0)
        if wanted.get("system", row.system) != row.system:
            continue
        if "town" in wanted and (town is None or town.code != wanted["town"]):
            continue
        facts = {"confirmed": row.confirmed, "total": row.total, "rate": row.rate}
        shown.append({"system": row.system, "town": showing.place_name(town), **facts})
    return shown
