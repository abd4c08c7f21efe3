"""Regions: the division tree, today or on another day."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.errors import NotFound
from grids.api import showing
from grids.api.callers import reader
from grids.api.reading import MAX_LIMIT, RegionQuery, RegionsQuery, cursor_of, cursor_text, plain
from grids.api.revalidating import by_version
from grids.history import regions_as_on
from grids.models import Region

LIST_QUERY, ONE_QUERY = RegionsQuery(), RegionQuery()
EXAMPLE = {
    "code": "990101001001",
    "name": "书院社区",
    "level": "community",
    "parent_code": "990101001000",
    "urban_rural_class": "111",
    "lon": 118.505,
    "lat": 31.105,
    "valid_from": "2020-01-01",
    "valid_to": None,
}


class RegionsView(ApiView):
    """The division tree."""

    @extend_schema(
        operation_id="regions_list",
        tags=["territory"],
        parameters=[RegionsQuery],
        responses={200: showing.RegionPage, 304: None},
        examples=[OpenApiExample("page", {"next": None, "results": [EXAMPLE]}, response_only=True)],
        summary="List regions by level, parent, words or day; in the order of codes",
    )
    def get(self, request: Request) -> HttpResponseBase:
        reader(request)
        wanted = read(LIST_QUERY, plain(request.query_params))
        after = cursor_of(wanted)

        def page() -> dict[str, Any]:
            limit = wanted.get("limit", MAX_LIMIT)
            rows = list(chosen(wanted).filter(code__gt=after).order_by("code")[: limit + 1])
            if day := wanted.get("on"):
                regions_as_on(rows, day)
            return {
                "next": next_page(request, rows[limit - 1].code) if len(rows) > limit else None,
                "results": [showing.region(row) for row in rows[:limit]],
            }

        return by_version(request, page)


def chosen(wanted: dict[str, Any]) -> QuerySet[Region]:
    """The regions that the filters name, without boundaries."""
    rows = of_day(wanted).select_related("parent").defer("boundary", "parent__boundary")
    if level := wanted.get("level"):
        rows = rows.filter(level=level)
    if parent := wanted.get("parent"):
        rows = rows.filter(parent__code=parent)
    if words := wanted.get("q"):
        rows = rows.filter(
            Q(name__contains=words) | Q(pinyin__contains=words.lower()) | Q(code__startswith=words)
        )
    return rows


def of_day(wanted: dict[str, Any]) -> QuerySet[Region]:
    """The regions in force, or those of a day."""
    day = wanted.get("on")
    if day is None:
        return Region.objects.filter(valid_to=None)
    return Region.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def next_page(request: Request, key: str) -> str:
    """The address of the page after `key`, with the filters kept."""
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor_text(key))


class RegionView(ApiView):
    """One region."""

    @extend_schema(
        operation_id="regions_read",
        tags=["territory"],
        parameters=[RegionQuery],
        responses={200: showing.RegionDetail, 304: None},
        summary="Read a region: the way down to it and, if asked for, its boundary",
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        reader(request)
        wanted = read(ONE_QUERY, plain(request.query_params))

        def answer() -> dict[str, Any]:
            row = of_day(wanted).select_related("parent").filter(code=code).first()
            if row is None:
                raise NotFound()
            if day := wanted.get("on"):
                regions_as_on([row], day)
            found = showing.region(row) | {"places": showing.places(row.path)}
            return found | ({"geometry": row.boundary} if wanted.get("geometry") else {})

        return by_version(request, answer)
