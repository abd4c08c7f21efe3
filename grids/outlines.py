"""Outlines of grids and regions for maps, as GeoJSON made once per state of the territory.

Coordinates are WGS-84 degrees with five decimals (about a metre): the same rounding on both sides of a shared
border leaves no gaps. Outlines are not secret: everybody with an appointment may see where a border runs.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from grids.history import grids_on
from grids.models import Grid, Region

DECIMALS = 5
KEPT = 64
MEDIA_TYPE = "application/geo+json"
Ring = list[list[float]]


@lru_cache(maxsize=KEPT)
def grids_document(version: int, path: str, language: str) -> bytes:
    """The grids in force inside `path`, gzipped. `version` is the territory's number: a new one, a new document."""
    rows = Grid.objects.filter(valid_to=None, path__startswith=path).order_by("code")
    return _packed(rows.only("code", "name", "name_en", "path", "kind", "polygon"), "polygon", language)


@lru_cache(maxsize=KEPT)
def grids_document_on(version: int, path: str, language: str, day: date) -> bytes:
    """The grids inside `path` as they were on a day, gzipped."""
    with translation.override(language):
        features = [
            _feature(state.code, state.label, state.path, state.polygon)
            for state in grids_on(day, path, polygons=True)
            if state.polygon
        ]
    return _gzipped(features)


@lru_cache(maxsize=KEPT)
def regions_document(version: int, level: str, path: str, language: str) -> bytes:
    """The regions of one level in force inside `path` that have a boundary, gzipped."""
    rows = Region.objects.filter(valid_to=None, level=level, path__startswith=path, boundary__isnull=False)
    return _packed(
        rows.only("code", "name", "name_en", "path", "boundary").order_by("code"), "boundary", language
    )


def _packed(rows: QuerySet[Any], shape: str, language: str) -> bytes:
    with translation.override(language):
        features = list(_features(rows, shape))
    return _gzipped(features)


def _gzipped(features: list[dict[str, Any]]) -> bytes:
    document = {"type": "FeatureCollection", "features": features}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _features(rows: QuerySet[Any], shape: str) -> Iterator[dict[str, Any]]:
    for row in rows.iterator(chunk_size=1000):
        outline = getattr(row, shape)
        if outline:
            yield _feature(row.code, row.label, row.path, outline)


def _feature(code: str, label: str, path: str, outline: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": label, "path": path},
        "geometry": {"type": outline["type"], "coordinates": rounded(outline["coordinates"])},
    }


def rounded(coordinates: Any) -> Any:
    """Nested GeoJSON positions with five decimals, without points that have become equal to their neighbour."""
    if coordinates and isinstance(coordinates[0][0], (int, float)):
        return _ring(coordinates)
    return [rounded(part) for part in coordinates]


def _ring(positions: Ring) -> Ring:
    found: Ring = []
    for lon, lat, *_height in positions:
        point = [round(lon, DECIMALS), round(lat, DECIMALS)]
        if not found or found[-1] != point:
            found.append(point)
    return found if len(found) > 3 else [[round(p[0], DECIMALS), round(p[1], DECIMALS)] for p in positions]


def forget() -> None:
    """Drop the documents that are kept (tests)."""
    grids_document.cache_clear()
    grids_document_on.cache_clear()
    regions_document.cache_clear()
