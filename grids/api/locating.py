"""Which grid holds a point: one by GET, up to ten thousand by POST. Answered from memory, without a statement."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from numpy.typing import NDArray
from rest_framework import serializers
from rest_framework.request import Request

from governance.foundation.api.problems import readable
from governance.foundation.api.strict import ChoiceField, StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.errors import Invalid, TooLarge
from grids import locator_cache
from grids.api import showing
from grids.api.callers import reader
from grids.api.reading import SYSTEMS, PointQuery, plain
from grids.api.revalidating import fast_json
from grids.coordinate_arrays import looks_swapped, many_to_wgs84
from grids.coordinates import CoordSystem, InvalidPoint, to_wgs84
from grids.locator import NO_GRID
from grids.territory import current as territory

MAX_POINTS: Final = 10_000
MAX_FAULTS: Final = 20
POINT_QUERY = PointQuery()
NUMBERS: Final = frozenset({int, float})
Floats = NDArray[np.float64]
FAULTS: Mapping[str, Promise] = {
    "not_a_number": _("Longitude and latitude must be numbers"),
    "out_of_range": _("This is not a longitude and a latitude"),
    "swapped": _("Longitude and latitude seem to be exchanged"),
}
PAIR: Final = _("A pair [longitude, latitude] is expected")


class PointsIn(StrictSerializer):
    """Up to 10,000 points in one datum."""

    coord_system = ChoiceField(SYSTEMS, required=False, help_text="wgs84 when left out.")
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        help_text="[[longitude, latitude], …]",
    )


class SystemIn(StrictSerializer):
    """What is left of the body once the points are taken out."""

    coord_system = ChoiceField(SYSTEMS, required=False)


SYSTEM = SystemIn()


class LocateView(ApiView):
    """Points and grids."""

    scopes: ClassVar = {"POST": "read"}
    takes_keys = False

    @extend_schema(
        operation_id="locate_one",
        tags=["territory"],
        parameters=[PointQuery],
        responses={200: showing.HitOut},
        summary="The grid that holds a point, and the way down to it; else the nearest grid",
    )
    def get(self, request: Request) -> HttpResponseBase:
        reader(request)
        wanted = read(POINT_QUERY, plain(request.query_params))
        try:
            lon, lat = to_wgs84(
                wanted["lon"], wanted["lat"], wanted.get("coord_system", CoordSystem.WGS84.value)
            )
        except InvalidPoint as error:
            raise Invalid(fields={"lat": [FAULTS[error.reason]]}, code=error.reason) from error
        hit = locator_cache.locate(lon, lat)
        if hit is not None:
            place = territory().grids.get(hit.id)
            return fast_json({"grid": showing.place_name(place), "places": showing.places(hit.path)})
        near = locator_cache.nearest_grid(lon, lat)
        answer: dict[str, Any] = {"grid": None, "places": []}
        if near is not None:
            name = showing.place_name(territory().grids.get(near.id)) or {}
            answer["nearest"] = {**name, "metres": round(near.metres, 1)}
        return fast_json(answer)

    @extend_schema(
        operation_id="locate_many",
        tags=["territory"],
        request=PointsIn,
        responses={200: showing.HitsOut},
        examples=[
            OpenApiExample(
                "two points",
                {"coord_system": "gcj02", "points": [[118.5104, 31.1028], [10.0, 50.0]]},
                request_only=True,
            ),
            OpenApiExample(
                "two answers",
                {
                    "count": 2,
                    "found": 1,
                    "codes": ["990101001001001", None],
                    "grids": {
                        "990101001001001": {
                            "code": "990101001001001",
                            "name": "书院第一网格",
                            "community": {"code": "990101001001", "name": "书院社区"},
                            "town": {"code": "990101001000", "name": "文津街道"},
                        }
                    },
                },
                response_only=True,
            ),
        ],
        summary="The grids that hold up to 10,000 points",
    )
    def post(self, request: Request) -> HttpResponseBase:
        reader(request)
        body = dict(request.data) if isinstance(request.data, Mapping) else request.data
        points = body.pop("points", None) if isinstance(body, dict) else None
        wanted = read(SYSTEM, body)
        places = array_of(points)
        system = CoordSystem(wanted.get("coord_system", CoordSystem.WGS84.value))
        return fast_json(located(many_to_wgs84(places, system)))


def array_of(points: Any) -> Floats:
    """The points as (n, 2) degrees. Raises TooLarge, and Invalid with the place of each faulty point."""
    if not isinstance(points, list):
        raise Invalid(fields={"points": [_("A list is expected here")]})
    if len(points) > MAX_POINTS:
        raise TooLarge(
            _("At most %(limit)s points at once") % {"limit": MAX_POINTS},
            code="too_many_points",
            limit=MAX_POINTS,
        )
    if not points:
        return np.empty((0, 2))
    odd = [index for index, point in enumerate(points) if not _is_pair(point)]
    if odd:
        raise _faulty(dict.fromkeys(odd, PAIR))
    try:
        found = np.array(points, dtype=np.float64)
    except OverflowError:
        large = [index for index, point in enumerate(points) if not _is_finite(point)]
        raise _faulty(dict.fromkeys(large, FAULTS["not_a_number"])) from None
    wrong = np.flatnonzero(~(np.abs(found) <= (180.0, 90.0)).all(axis=1))
    if wrong.size:
        swapped = looks_swapped(found)
        raise _faulty(
            {int(i): FAULTS["swapped"] if swapped[i] else FAULTS["out_of_range"] for i in wrong[:MAX_FAULTS]}
        )
    return found


def _is_pair(point: Any) -> bool:
    return type(point) is list and len(point) == 2 and NUMBERS.issuperset(map(type, point))


def _is_finite(point: Sequence[float]) -> bool:
    try:
        return all(math.isfinite(float(value)) for value in point)
    except OverflowError:
        return False


def _faulty(reasons: Mapping[int, Promise]) -> Invalid:
    shown = list(reasons.items())[:MAX_FAULTS]
    return Invalid(fields={readable(f"points.{index}"): [text] for index, text in shown})


def located(points: Floats) -> dict[str, Any]:
    """The answer for WGS-84 points."""
    snapshot = locator_cache.current()
    ids = snapshot.locator.locate_many(points[:, 0], points[:, 1])
    unique, inverse = np.unique(ids, return_inverse=True)
    hits = [None if pk == NO_GRID else snapshot.grids[int(pk)] for pk in unique]
    codes = [hit.code if hit else None for hit in hits]
    return {
        "count": len(points),
        "found": int((ids != NO_GRID).sum()),
        "codes": [codes[i] for i in inverse.tolist()],
        "grids": {hit.code: _described(hit) for hit in hits if hit},
    }


def _described(hit: locator_cache.GridHit) -> dict[str, Any]:
    land = territory()
    place = land.grids.get(hit.id)
    return {
        "code": hit.code,
        "name": place.label if place else hit.name,
        "community": showing.place_name(land.regions.get(hit.community_id)),
        "town": showing.place_name(land.at_level(hit.path, "town")),
    }
