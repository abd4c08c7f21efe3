"""GeoJSON of grids and regions for the maps: kept per version of the territory, revalidated by ETag."""

import gzip
import hashlib
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import condition, require_safe

from governance.accounts.models import User
from governance.foundation.errors import Forbidden, Invalid, Unauthenticated
from grids import outlines as documents
from grids import scope as scopes
from grids.models import Region
from grids.territory import current as territory
from grids.views.ground import area_of


@require_safe
def grids_geojson(request: HttpRequest) -> HttpResponse:
    """`?path=`: the grids inside that place; without it, inside the smallest place that holds one's own area.

    `?on=2026-06-30`: as they were on that day.
    """
    path = _path(request)
    if (day := _day(request)) is not None:
        return _answer(
            request,
            f"{day}:{path}",
            lambda number, language: documents.grids_document_on(number, path, language, day),
        )
    return _answer(request, path, lambda number, language: documents.grids_document(number, path, language))


@require_safe
def regions_geojson(request: HttpRequest) -> HttpResponse:
    """`?level=town&path=`: the regions of a level (towns by default) inside a place, as for grids."""
    level = request.GET.get("level", Region.Level.TOWN)
    if level not in Region.Level.values:
        raise Invalid(fields={"level": [_("Unknown level")]})
    path = _path(request)
    return _answer(
        request,
        f"{level}:{path}",
        lambda number, language: documents.regions_document(number, level, path, language),
    )


def _answer(request: HttpRequest, key: str, document: Callable[[int, str], bytes]) -> HttpResponse:
    number, language = territory().number, get_language() or "zh-hans"
    digest = hashlib.blake2s(f"{number}:{language}:{key}".encode(), digest_size=12).hexdigest()
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{digest}-gz"' if is_packed else f'"{digest}"'

    @condition(etag_func=lambda _request: etag)
    def answer(_request: HttpRequest) -> HttpResponse:
        body = document(number, language)
        response = HttpResponse(body if is_packed else gzip.decompress(body))
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    response = answer(request)
    response.headers["Content-Type"] = documents.MEDIA_TYPE
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language", "Cookie"])
    return response


def _day(request: HttpRequest) -> date | None:
    """The day asked for; None for today's grids. Raises Invalid."""
    text = request.GET.get("on", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(fields={"on": [_("This is not a date")]}) from None


def _path(request: HttpRequest) -> str:
    """The place asked for, else the smallest one around the reader's own area. Raises Forbidden, Invalid."""
    if not isinstance(request.user, User):
        raise Unauthenticated()
    scope, land = scopes.of(request.user), territory()
    if not scope.reaches:
        raise Forbidden(_("You have no appointment, so no map is shown"))
    if asked := request.GET.get("path", ""):
        if asked not in land.by_path:
            raise Invalid(fields={"path": [_("Unknown region or grid")]})
        return asked
    return area_of(request.user)
