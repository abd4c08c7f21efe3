"""Staffing rates (K27) of the places that the caller answers for, on a day."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from governance.accounts.actors import Actor
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import ChoiceField, PatternField, StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import Unprocessable
from grids.api import showing
from grids.api.callers import staff
from grids.api.reading import REGION, QueryDay, plain
from grids.api.revalidating import by_content
from grids.models import GridPost
from grids.territory import current as territory
from staffing.queries import rates
from staffing.queries.rates import Rate, RateRow
from staffing.rules import reading_paths

LEVELS = [(level, level) for level in ("city", "district", "town", "community", "grid")]
DEFAULT_LEVEL = "town"


class StaffingQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    level = ChoiceField(
        LEVELS, required=False, help_text="A row for each place of that level; town when left out."
    )
    region = PatternField(REGION, required=False, help_text="Only inside the region of that code.")
    on = QueryDay(required=False, help_text="The day counted; today when left out.")


class RateOut(Base):
    """`filled` of `required` posts."""

    filled = serializers.IntegerField()
    required = serializers.IntegerField()  # type: ignore[assignment]  # a declared field
    percent = serializers.FloatField(
        allow_null=True, help_text="Two decimals; null where no post is required."
    )


class PostRateOut(RateOut):
    """The rate of one kind of post."""

    kind = serializers.ChoiceField(GridPost.Kind.choices)


class StaffingRow(Base):
    """One place."""

    place = showing.PlaceOut()
    total = RateOut()
    full_time = RateOut(help_text="Of the posts that must be full-time.")
    posts = PostRateOut(many=True)


class StaffingOut(Base):
    """All places, in the order of the tree."""

    on = serializers.DateField()
    level = serializers.ChoiceField(LEVELS)
    results = StaffingRow(many=True)


QUERY = StaffingQuery()
EXAMPLE = {
    "on": "2026-11-20",
    "level": "town",
    "results": [
        {
            "place": {"code": "990101001000", "name": "文津街道", "level": "town"},
            "total": {"filled": 123, "required": 126, "percent": 97.62},
            "full_time": {"filled": 60, "required": 63, "percent": 95.24},
            "posts": [{"kind": "grid_leader", "filled": 63, "required": 63, "percent": 100.0}],
        }
    ],
}


class StaffingView(ApiView):
    """How far the posts of grids are filled."""

    @extend_schema(
        operation_id="staffing_rates",
        tags=["territory"],
        parameters=[StaffingQuery],
        responses={200: StaffingOut, 304: None},
        examples=[OpenApiExample("towns", EXAMPLE, response_only=True)],
        summary="Staffing rates by place: filled posts of those that the template requires",
    )
    def get(self, request: Request) -> HttpResponseBase:
        by = staff(request)
        wanted = read(QUERY, plain(request.query_params))
        on, level = wanted.get("on") or local(now()).date(), wanted.get("level", DEFAULT_LEVEL)
        rows = rates(_paths(by, wanted.get("region", "")), on=on, level=level)
        return by_content(
            request, {"on": on.isoformat(), "level": level, "results": [_row(row) for row in rows]}
        )


def _paths(by: Actor, region: str) -> tuple[str, ...]:
    """What is both asked for and covered. Raises Forbidden, Unprocessable."""
    paths = reading_paths(by)
    if not region:
        return paths
    place = territory().by_code.get(region)
    if place is None:
        raise Unprocessable(fields={"region": [_("Unknown region or grid")]}, code="unknown_region")
    inside = [path for path in paths if path.startswith(place.path)]
    return (place.path,) if any(place.path.startswith(path) for path in paths) else tuple(inside)


def _row(row: RateRow) -> dict[str, Any]:
    place = row.place
    return {
        "place": {"code": place.code, "name": place.label, "level": place.level},
        "total": _rate(row.total),
        "full_time": _rate(row.full_time),
        "posts": [{"kind": kind, **_rate(rate)} for kind, rate in sorted(row.by_kind.items())],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    percent = None if rate.percent is None else float(rate.percent)
    return {"filled": rate.part, "required": rate.whole, "percent": percent}
