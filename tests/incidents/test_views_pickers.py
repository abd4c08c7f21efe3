"""Comboboxes: Chinese, pinyin, initials and codes; points that fall into grids; nobody unknown is answered."""

import pytest
from django.test import Client

from tests import city
from tests.cast import ERRAND, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def ask(client: Client, actor, url: str):
    client.force_login(actor.user)
    response = client.get(url)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize("url", ["categories", "places", "units", "locate?lon=118.5&lat=31.1"])
def test_sign_in_first(client: Client, cast: Cast, url: str) -> None:
    response = client.get(f"/pick/{url}")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("words", ["暴露垃圾", "baolulaji", "bllj", "0101", "垃圾", "市容 暴露"])
def test_categories_by_any_name(client: Client, cast: Cast, words: str) -> None:
    rows = ask(client, cast.duty, f"/pick/categories?q={words}")
    assert "0101" in [row["value"] for row in rows]


def test_whole_classes_are_not_offered(client: Client, cast: Cast) -> None:
    rows = ask(client, cast.duty, "/pick/categories?q=市容环境")
    assert all(len(row["value"]) > 2 for row in rows)


def test_the_own_name_comes_before_what_stands_above_it(client: Client, cast: Cast) -> None:
    rows = ask(client, cast.duty, "/pick/categories?q=暴露垃圾")
    assert rows[0]["value"] == "0101"


def test_nothing_typed_shows_the_most_used(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(category=ERRAND)
    assert [row["value"] for row in ask(client, cast.duty, "/pick/categories")] == [ERRAND]


def test_a_code_gets_its_name_back(client: Client, cast: Cast) -> None:
    (row,) = ask(client, cast.duty, "/pick/categories?value=0101")
    assert row["label"] == "暴露垃圾"
    (row,) = ask(client, cast.duty, "/pick/places?value=990101001001")
    assert row["label"] == "书院社区"
    assert ask(client, cast.duty, "/pick/categories?value=none") == []


@pytest.mark.parametrize("words", ["书院社区", "shuyuan", "sysq", "990101001001", "文津 书院"])
def test_places_by_any_name(client: Client, cast: Cast, words: str) -> None:
    rows = ask(client, cast.duty, f"/pick/places?q={words}")
    assert "990101001001" in [row["value"] for row in rows]


def test_places_of_ones_own_come_unasked(client: Client, cast: Cast) -> None:
    rows = ask(client, cast.community, "/pick/places")
    assert rows[0]["label"] == "书院社区"
    assert {row["value"] for row in rows[1:]} == set(city.GRIDS[:2])


def test_units_that_answer_for_the_place_come_unasked(client: Client, cast: Cast) -> None:
    rows = ask(client, cast.dispatcher, f"/pick/units?path={cast.grid(0).path}")
    labels = [row["label"] for row in rows]
    assert labels.index("城市管理局") > 0
    assert "石桥镇" not in "".join(labels)


@pytest.mark.parametrize("words", ["城市管理", "csgl", "CG"])
def test_units_by_any_name(client: Client, cast: Cast, words: str) -> None:
    rows = ask(client, cast.dispatcher, f"/pick/units?q={words}")
    assert cast.unit("CG").pk in [row["value"] for row in rows]


def test_a_point_falls_into_its_grid(client: Client, cast: Cast) -> None:
    lon, lat = city.centre(0)
    found = ask(client, cast.duty, f"/pick/locate?lon={lon}&lat={lat}")
    assert found["code"] == city.GRIDS[0]
    assert not found["outside"]
    assert "书院社区" in found["label"]
    outside = ask(client, cast.duty, f"/pick/locate?lon={lon}&lat={lat + 0.02}")
    assert outside["outside"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("lon=x&lat=1", 400),
        ("lon=nan&lat=31.1", 422),
        ("lon=31.1&lat=118.5", 422),
        ("lon=10&lat=10", 422),
        ("lon=118.5&lat=31.1&coord_system=mars", 400),
    ],
)
def test_points_that_are_none(client: Client, cast: Cast, query: str, status: int) -> None:
    client.force_login(cast.duty.user)
    response = client.get(f"/pick/locate?{query}")
    assert response.status_code in {status, 422}
    assert response.json()["detail"]
