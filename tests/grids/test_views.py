"""Map data: what it holds, who gets it, how it is kept and revalidated."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from grids import outlines
from grids.models import Grid, GridVersion, Region
from grids.outlines import rounded
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GRIDS, REGIONS = "/map/grids.geojson", "/map/regions.geojson"
COMMUNITY = "9901/990101/990101001/990101001001/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    outlines.forget()
    yield
    outlines.forget()


@pytest.fixture
def get(client: Client) -> Any:
    """Asks as one of the cast."""

    def ask(by: Actor, url: str, **query: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"
    return [feature["properties"]["code"] for feature in answer.json()["features"]]


def test_one_gets_the_borders_around_the_own_area(get: Any, cast: Cast) -> None:
    assert codes(get(cast.leader, GRIDS)) == list(city.GRIDS)
    assert codes(get(cast.town, GRIDS)) == list(city.GRIDS[:3])
    assert codes(get(cast.worker, GRIDS)) == list(city.GRIDS[:2])
    assert codes(get(cast.handler, GRIDS)) == list(city.GRIDS)
    assert codes(get(cast.enforcer, GRIDS)) == list(city.GRIDS[:3])


def test_a_place_can_be_asked_for(get: Any, cast: Cast) -> None:
    answer = get(cast.leader, GRIDS, path=COMMUNITY)
    assert codes(answer) == list(city.GRIDS[:2])
    first = answer.json()["features"][0]
    assert first["properties"] == {
        "code": city.GRIDS[0],
        "name": "第1网格",
        "path": f"{COMMUNITY}{city.GRIDS[0]}/",
    }
    assert first["geometry"]["coordinates"][0][0] == [118.5, 31.1]


@pytest.mark.parametrize(
    ("url", "query", "status"),
    [(GRIDS, {"path": "9999/"}, 400), (REGIONS, {"level": "street"}, 400), (REGIONS, {"level": "grid"}, 400)],
)
def test_what_is_not_known(get: Any, cast: Cast, url: str, query: dict[str, str], status: int) -> None:
    assert get(cast.leader, url, **query).status_code == status


def test_who_gets_nothing(get: Any, cast: Cast, client: Client) -> None:
    assert client.get(GRIDS).status_code == 401
    assert client.get(REGIONS).status_code == 401
    assert get(cast.outsider, GRIDS).status_code == 403
    assert get(cast.auditor, GRIDS).status_code == 403


def test_regions_of_a_level(get: Any, cast: Cast) -> None:
    Region.objects.filter(level="community").update(boundary=city.square(0))
    assert codes(get(cast.leader, REGIONS, level="community")) == [
        "990101001001",
        "990101001002",
        "990102001001",
    ]
    assert codes(get(cast.leader, REGIONS)) == []
    assert codes(get(cast.leader, REGIONS, level="community", path="9901/990102/")) == ["990102001001"]


@pytest.mark.parametrize("how_many", [1, 3])
def test_one_statement_makes_it_and_none_repeats_it(get: Any, cast: Cast, how_many: int) -> None:
    kept = list(city.GRIDS[:how_many])
    Grid.objects.exclude(code__in=kept).update(valid_to="2026-01-01")
    get(cast.leader, REGIONS)
    with CaptureQueriesContext(connection) as queries:
        assert codes(get(cast.leader, GRIDS)) == kept
    assert (
        len(
            [query for query in queries if "grids_grid" in (query["sql"] or "") and "polygon" in query["sql"]]
        )
        == 1
    )
    with CaptureQueriesContext(connection) as queries:
        assert codes(get(cast.leader, GRIDS)) == kept
    assert not [query for query in queries if "polygon" in (query["sql"] or "")]


def test_it_is_revalidated_until_the_territory_moves(get: Any, cast: Cast, client: Client) -> None:
    first = get(cast.leader, GRIDS)
    tag = first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(GRIDS, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(GRIDS, {"path": COMMUNITY})["ETag"] != tag
    assert client.get(GRIDS, headers={"Accept-Language": "en"})["ETag"] != tag
    GridVersion.bump()
    city.forget_snapshots()
    moved = client.get(GRIDS, headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert moved["ETag"] != tag


def test_it_comes_packed_to_those_who_unpack(cast: Cast, client: Client) -> None:
    assert cast.leader.user is not None
    client.force_login(cast.leader.user)
    packed = client.get(GRIDS, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(GRIDS)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]
    assert packed["ETag"] != plain["ETag"]


def test_english_names(cast: Cast, client: Client) -> None:
    Grid.objects.filter(code=city.GRIDS[0]).update(name_en="Grid one")
    assert cast.leader.user is not None
    client.force_login(cast.leader.user)
    names = [
        feature["properties"]["name"]
        for feature in client.get(GRIDS, headers={"Accept-Language": "en"}).json()["features"]
    ]
    assert names[:2] == ["Grid one", "第2网格"]


def test_rounding_keeps_rings_closed_and_drops_what_became_equal() -> None:
    ring = [[1.0, 2.0], [1.0000001, 2.0000001], [1.5, 2.123456789], [1.5, 3.0, 12.0], [1.0, 2.0]]
    assert rounded([ring]) == [[[1.0, 2.0], [1.5, 2.12346], [1.5, 3.0], [1.0, 2.0]]]
    assert rounded([[ring], [ring]]) == [rounded([ring]), rounded([ring])]
    tiny = [[1.0, 2.0], [1.000001, 2.0], [1.0, 2.000001], [1.0, 2.0]]
    assert len(rounded([tiny])[0]) == 4
