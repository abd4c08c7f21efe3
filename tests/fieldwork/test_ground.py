"""The ground that a phone keeps: the own grid, those around it, and nobody else's."""

import pytest
from django.test import Client

from fieldwork.ground import outlines_of
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_own_grid_and_those_around_it(cast: Cast) -> None:
    found = outlines_of(cast.worker)
    own = [row["properties"]["code"] for row in found if "level" in row["properties"]]
    around = [row["properties"]["code"] for row in found if "level" not in row["properties"]]
    assert own == [city.GRIDS[0]]
    assert city.GRIDS[1] in around
    assert city.GRIDS[3] not in around, "far away"
    (west, south), *_rest = found[0]["geometry"]["coordinates"][0]
    assert (round(west, 5), round(south, 5)) == (west, south)
    assert outlines_of(cast.outsider) == []


def test_the_map_stands_in_the_pack_with_its_page(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.worker.user)
    pack = client.get("/m/api/pack").json()
    assert ["/m/map/", ""] in pack["pages"]
    assert pack["ground"][0]["properties"]["code"] == city.GRIDS[0]
    page = client.get("/m/map/").content.decode()
    assert "data-ground" not in page, "no tile is asked for"
    assert 'data-box="' in page
