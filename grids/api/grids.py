"""Grids in force: by place, kind or box, with polygons when asked for."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.errors import NotFound
from grids import locator_cache
from grids.api import showing
from grids.api.callers import reader
from grids.api.reading import DEFAULT_LIMIT, GridQuery, GridsQuery, cursor_of, plain
from grids.api.regions import next_page
from grids.api.revalidating import by_version
from grids.geometry import area_m2, parse_area
from grids.models import Grid
from grids.territory import current as territory

LIST_QUERY, ONE_QUERY = GridsQuery(), GridQuery()
EXAMPLE = {
    "code": "990101001001001",
    "name": "书院第一网格",
    "kind": "comprehensive",
    "exclusive_type": "",
    "community": {"code": "990101001001", "name": "书院社区"},
    "edition": 1,
    "household_count": 486,
    "lon": 118.505,
    "lat": 31.105,
    "valid_from": "2020-01-01",
}


class GridsView(ApiView):
    """The grids in force."""

    @extend_schema(
        operation_id="grids_list",
        tags=["territory"],
        parameters=[GridsQuery],
        responses={200: showing.GridPage, 304: None},
        examples=[OpenApiExample("page", {"next": None, "results": [EXAMPLE]}, response_only=True)],
        summary="List grids by region, community, kind or box; in the order of codes",
    )
    def get(self, request: Request) -> HttpResponseBase:
        reader(request)
        wanted = read(LIST_QUERY, plain(request.query_params))
        after = cursor_of(wanted)

        def page() -> dict[str, Any]:
            limit, with_geometry = wanted.get("limit", DEFAULT_LIMIT), wanted.get("geometry", False)
            found = chosen(wanted) if with_geometry else chosen(wanted).defer("polygon")
            rows = list(found.filter(code__gt=after).order_by("code")[: limit + 1])
            return {
                "next": next_page(request, rows[limit - 1].code) if len(rows) > limit else None,
                "results": [showing.grid(row, with_geometry=with_geometry) for row in rows[:limit]],
            }

        return by_version(request, page)


def chosen(wanted: dict[str, Any]) -> QuerySet[Grid]:
    """The grids that the filters name."""
    rows = in_force()
    if region := wanted.get("region"):
        place = territory().by_code.get(region)
        rows = rows.filter(path__startswith=place.path) if place else rows.none()
    if community := wanted.get("community"):
        rows = rows.filter(community__code=community)
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if box := wanted.get("bbox"):
        rows = rows.filter(pk__in=locator_cache.current().locator.touching(*box))
    return rows


def in_force() -> QuerySet[Grid]:
    return Grid.objects.filter(valid_to=None).select_related("community").defer("community__boundary")


class GridView(ApiView):
    """One grid."""

    @extend_schema(
        operation_id="grids_read",
        tags=["territory"],
        parameters=[GridQuery],
        responses={200: showing.GridDetail, 304: None},
        summary="Read a grid in force: the way down to it, its surface and, if asked for, its polygon",
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        reader(request)
        wanted = read(ONE_QUERY, plain(request.query_params))

        def answer() -> dict[str, Any]:
            row = in_force().filter(code=code).first()
            if row is None:
                raise NotFound()
            found = showing.grid(row, with_geometry=wanted.get("geometry", False))
            surface = round(area_m2(parse_area(row.polygon)), 1)
            return found | {"places": showing.places(row.path), "area_m2": surface}

        return by_version(request, answer)
