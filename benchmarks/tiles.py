"""A dense vector tile: 5,000 polygons of about 100 vertices, cold and kept, beside the same borders as GeoJSON."""

import gzip
import json
import time
from collections.abc import Callable
from statistics import median
from unittest import mock

import shapely
from django.core.cache import cache
from django.test import RequestFactory

from benchmarks.point_to_grid import winding_mesh
from benchmarks.table import Row, against
from governance.accounts.models import User
from grids.outlines import rounded
from grids.scope import Reach, Scope
from grids.tiles import store
from grids.tiles.cutting import Tile
from grids.tiles.sheets import TILE_BITS, TOP_ZOOM, Sheet, world
from grids.views.tiles import tile as view

COLUMNS, ROWS, WANTED, ZOOM, NUMBER = 150, 150, 5_000, 9, 1
ROUNDS, KEPT_ROUNDS = 5, 50
COLD_BAR, KEPT_BAR = 80.0, 5.0


def measure() -> list[Row]:
    """Milliseconds for one tile through the view, and its size packed; a few seconds. Needs Django and Redis."""
    tile, polygons = densest(winding_mesh(COLUMNS, ROWS))
    sheet = sheet_of(polygons)
    with (
        mock.patch.object(store, "sheet_of", return_value=(NUMBER, sheet)),
        mock.patch.object(store.land, "current", return_value=mock.Mock(number=NUMBER)),
    ):
        fresh, first = _milliseconds(lambda: _cold(tile), ROUNDS)
        kept, again = _milliseconds(lambda: _asked(tile), KEPT_ROUNDS)
        cache.delete(store._key(NUMBER, "grids", tile))
    if first != again or not first:
        raise AssertionError("a kept tile differs from the fresh one")
    plain, packed = geojson(polygons)
    name = f"vector tile, {len(polygons):,} polygons"
    return [
        Row(
            f"{name}, cold", fresh, "ms", plain, against(plain, fresh), f"<= {COLD_BAR:g}", fresh <= COLD_BAR
        ),
        Row(f"{name}, kept", kept, "ms", bar=f"<= {KEPT_BAR:g}", passed=kept <= KEPT_BAR),
        Row(f"{name}, packed", len(first) / 1e3, "kB", packed / 1e3, against(packed, len(first))),
    ]


def densest(polygons: list[shapely.Polygon]) -> tuple[Tile, list[shapely.Polygon]]:
    """The tile that the middle of the mesh lies in, and the first `WANTED` polygons that reach into it."""
    west, south, east, north = shapely.total_bounds(polygons)
    x, y = (
        int(v) >> (TOP_ZOOM + TILE_BITS - ZOOM) for v in world([(west + east) / 2], [(south + north) / 2])[0]
    )
    tile = Tile(ZOOM, x, y)
    sheet = sheet_of(polygons)
    left, top, right, bottom = tile.window()
    box = sheet.boxes
    touches = (box[:, 0] <= right) & (box[:, 2] >= left) & (box[:, 1] <= bottom) & (box[:, 3] >= top)
    chosen = [polygon for polygon, is_there in zip(polygons, touches, strict=True) if is_there][:WANTED]
    if len(chosen) < WANTED:
        raise AssertionError(f"the tile holds {len(chosen)} polygons only")
    return tile, chosen


def sheet_of(polygons: list[shapely.Polygon]) -> Sheet:
    """As the layer of grids: code, name and kind."""
    codes = [990101001001000 + i for i in range(len(polygons))]
    columns = {
        "code": [str(code) for code in codes],
        "name": [f"第{i}网格" for i in range(len(polygons))],
        "kind": ["comprehensive"] * len(polygons),
    }
    return Sheet.of(
        polygons, codes, columns, [polygon.representative_point().coords[0] for polygon in polygons]
    )


def _cold(tile: Tile) -> bytes:
    cache.delete(store._key(NUMBER, "grids", tile))
    return _asked(tile)


def _asked(tile: Tile) -> bytes:
    """What the view answers to somebody who may see the map and unpacks what comes."""
    reader = User(username="reader", is_active=True)
    reader._scope = Scope((Reach("leader", "9901/"),))  # type: ignore[attr-defined]  # as `scopes.of` keeps it
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    request.user = reader
    response = view(request, edition=store.edition(NUMBER), layer="grids", z=tile.z, x=tile.x, y=tile.y)
    assert response.status_code == 200
    return bytes(response.content)


def _milliseconds(deed: Callable[[], bytes], rounds: int) -> tuple[float, bytes]:
    """The median of `rounds` after one that warms up, and what the deed gives."""
    result, spent = deed(), []
    for _ in range(rounds):
        start = time.perf_counter()
        result = deed()
        spent.append(1e3 * (time.perf_counter() - start))
    return median(spent), result


def geojson(polygons: list[shapely.Polygon]) -> tuple[float, float]:
    """Milliseconds and packed bytes of the same polygons as GeoJSON with five decimals."""

    def write() -> bytes:
        features = [
            {
                "type": "Feature",
                "properties": {"code": str(i), "name": f"第{i}网格"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": rounded([shapely.get_coordinates(polygon).tolist()]),
                },
            }
            for i, polygon in enumerate(polygons)
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        return gzip.compress(text.encode(), 6)

    spent, body = _milliseconds(write, 1)
    return spent, float(len(body))
