"""Tiles over HTTP: what each layer holds, who gets them, how they are kept."""

import gzip
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from grids import territory
from grids.models import Grid, GridVersion, MicroGrid, ProfessionalGrid, Region
from grids.tiles import store
from grids.tiles.cutting import Tile
from grids.tiles.sheets import world
from tests import city
from tests.cast import Cast
from tests.grids.tiles_read import Layer, read_tile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]


def tile_of(column: int, z: int) -> Tile:
    lon, lat = city.centre(column)
    x, y = (int(value) >> (28 - z) for value in world([lon], [lat])[0])
    return Tile(z, x, y)


def address(layer: str, z: int = 13, *, column: int = 0, edition: str | None = None) -> str:
    tile = tile_of(column, z)
    return f"/map/tiles/{edition or store.edition()}/{layer}/{tile.z}/{tile.x}/{tile.y}.mvt"


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str, **headers: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, headers=headers)

    return ask


def layers(answer: Any) -> dict[str, Layer]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    return read_tile(answer.content)


def test_grids_with_their_labels(get: Any, cast: Cast) -> None:
    found = layers(get(cast.worker, address("grids")))
    first = found["areas"].features[0]
    assert first.id == int(city.GRIDS[0])
    assert first.tags == {"code": city.GRIDS[0], "name": "第1网格", "kind": "comprehensive"}
    assert {"第1网格"} <= {feature.tags["name"] for feature in found["labels"].features}
    assert set(layers(get(cast.worker, address("grids", 12)))) == {"areas"}


def test_borders_of_the_whole_city_are_seen_by_all_who_are_appointed(get: Any, cast: Cast) -> None:
    for by in (cast.leader, cast.worker, cast.far_town, cast.handler, cast.gas):
        codes = {f.tags["code"] for f in layers(get(by, address("grids", 9)))["areas"].features}
        assert codes == set(city.GRIDS)


def test_nobody_else_gets_a_tile(get: Any, cast: Cast, client: Client) -> None:
    assert client.get(address("grids")).status_code == 401
    for by in (cast.outsider, cast.auditor, cast.administrator):
        answer = get(by, address("grids"))
        assert answer.status_code == 403
        assert city.GRIDS[0].encode() not in answer.content


def test_regions_come_by_level(get: Any, cast: Cast) -> None:
    Region.objects.update(boundary=city.square(0))
    GridVersion.bump()
    city.forget_snapshots()
    levels = {
        z: {
            feature.tags["level"]
            for feature in layers(get(cast.leader, address("regions", z)))["areas"].features
        }
        for z in (6, 7, 8, 11)
    }
    assert levels == {
        6: {"city", "district"},
        7: {"city", "district", "town"},
        8: {"city", "district", "town", "community"},
        11: {"city", "district", "town", "community"},
    }


def test_a_community_without_a_boundary_has_the_outline_of_its_grids(get: Any, cast: Cast) -> None:
    found = layers(get(cast.leader, address("regions", 11)))["areas"].features
    codes = {feature.tags["code"] for feature in found if feature.tags["level"] == "community"}
    assert codes == {code[:12] for code in city.GRIDS}
    assert {feature.id for feature in found} == {int(code) for code in codes}
    Grid.objects.update(valid_to=date(2026, 1, 1))
    GridVersion.bump()
    city.forget_snapshots()
    assert layers(get(cast.leader, address("regions", 11))) == {}


def test_overlays_and_micro_grids(get: Any, cast: Cast) -> None:
    facts = {"code": "J1", "name": "东湖一警务区", "polygon": city.square(0), "valid_from": date(2026, 1, 1)}
    police = ProfessionalGrid.objects.create(system="police", **facts)
    ProfessionalGrid.objects.create(system="fire", **facts | {"valid_to": date(2026, 2, 1)})
    micro = MicroGrid.objects.create(
        grid=cast.grid(0),
        code=f"{city.GRIDS[0]}01",
        name="一单元",
        polygon=city.square(0),
        valid_from=date(2026, 1, 1),
    )
    MicroGrid.objects.create(
        grid=cast.grid(1), code=f"{city.GRIDS[1]}01", name="无图", valid_from=date(2026, 1, 1)
    )
    GridVersion.bump()
    city.forget_snapshots()
    [overlay] = layers(get(cast.worker, address("overlays")))["areas"].features
    assert (overlay.id, overlay.tags) == (
        police.pk,
        {"code": "J1", "name": "东湖一警务区", "system": "police"},
    )
    [found] = layers(get(cast.worker, address("micro", 15)))["areas"].features
    assert found.id == micro.pk
    assert found.tags == {"code": micro.code, "name": "一单元", "grid": city.GRIDS[0]}


def test_an_area_that_cannot_be_read_is_left_out(get: Any, cast: Cast) -> None:
    Grid.objects.filter(code=city.GRIDS[1]).update(polygon={"type": "Nonsense"})
    Region.objects.filter(level="town").update(boundary={"type": "Nonsense"})
    city.forget_snapshots()
    codes = {f.tags["code"] for f in layers(get(cast.leader, address("grids", 9)))["areas"].features}
    assert codes == {city.GRIDS[0], *city.GRIDS[2:]}
    regions = layers(get(cast.leader, address("regions", 11)))["areas"].features
    assert {feature.tags["level"] for feature in regions} == {"community"}  # drawn from their grids


def test_where_there_is_nothing(get: Any, cast: Cast) -> None:
    answer = get(cast.leader, f"/map/tiles/{store.edition()}/grids/13/0/0.mvt", **{"accept-encoding": "gzip"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize("part", ["streets/13/1/1", "grids/17/1/1", "grids/3/8/1", "grids/99999999999/1/1"])
def test_tiles_that_there_are_not(get: Any, cast: Cast, part: str) -> None:
    assert get(cast.leader, f"/map/tiles/1/{part}.mvt").status_code == 404


def test_a_tile_of_the_territory_of_now_is_kept_for_ever(get: Any, cast: Cast) -> None:
    answer = get(cast.leader, address("grids"))
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    tag = answer["ETag"]
    again = get(cast.leader, address("grids"), **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    for other in ("1", f"1-{store.PROGRAM}", f"{territory.current().number}-00000000"):
        old = get(cast.leader, address("grids", edition=other))
        assert old["Cache-Control"] == "private, no-cache", "of another territory or program"
        assert layers(old)["areas"].features
    GridVersion.bump()
    city.forget_snapshots()
    assert get(cast.leader, address("grids"), **{"if-none-match": tag}).status_code == 200


def test_another_program_neither_meets_a_kept_tile_nor_its_tag(
    get: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old = address("grids"), get(cast.leader, address("grids"))
    monkeypatch.setattr(store, "tile_bytes", lambda *_: b"drawn otherwise")
    assert get(cast.leader, before).content == old.content, "kept"
    monkeypatch.setattr(store, "PROGRAM", "12345678")
    assert address("grids") != before
    fresh = get(cast.leader, address("grids"), **{"if-none-match": old["ETag"]})
    assert (fresh.status_code, fresh.content) == (200, b"drawn otherwise")


def test_it_comes_packed_to_those_who_unpack(get: Any, cast: Cast) -> None:
    packed = get(cast.leader, address("grids"), **{"accept-encoding": "gzip, br"})
    plain = get(cast.leader, address("grids"))
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in plain["Vary"]


def test_a_kept_tile_reads_no_polygon(get: Any, cast: Cast, steady: None) -> None:
    get(cast.leader, address("grids"))
    city.forget_snapshots()
    with CaptureQueriesContext(connection) as queries:
        get(cast.leader, address("grids"))
    assert not [query for query in queries if "polygon" in (query["sql"] or "")]


def test_without_the_cache_there_are_still_tiles(
    get: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.cache, "get", lambda *_: None, raising=False)
    assert layers(get(cast.leader, address("grids")))["areas"].features
    assert cache.get("never") is None
