"""Search, map and burden counter over REST: the same numbers as the pages, other roles refused, nonsense explained."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.models import User
from governance.command.burden.counting import count_due
from governance.foundation.clock import local, now
from tests import city
from tests.cast import LITTER, STREET_TRADE, Cast, MakeTicket, earlier_today

pytestmark = pytest.mark.django_db
SEARCH, CELLS, TICKETS = "/api/v1/search", "/api/v1/map/cells", "/api/v1/map/tickets"
BURDEN, ITEMS = "/api/v1/burden", "/api/v1/burden/items"
BOX = "118,30,120,32"
EVERYTHING = (
    (SEARCH, {"q": "垃圾"}),
    (CELLS, {"box": BOX, "zoom": "12"}),
    (TICKETS, {"box": BOX}),
    (BURDEN, {}),
    (ITEMS, {}),
)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A session of somebody of the cast."""

    def sign_in(name: str) -> Client:
        client = Client()
        backend = "governance.accounts.backends.NameOrPhoneBackend"
        client.force_login(User.objects.get(username=name), backend=backend)
        return client

    return sign_in


@pytest.fixture
def ask(enter: Callable[[str], Client]) -> Callable[..., Any]:
    """The answer to a person of the cast."""
    return lambda name, url, **query: enter(name).get(url, query)


def test_search_finds_what_the_page_finds(ask: Callable[..., Any], make_ticket: MakeTicket) -> None:
    mine, far = make_ticket("handling", category=LITTER), make_ticket("handling", column=3, category=LITTER)
    make_ticket("registered")
    found = ask("leader", SEARCH, q="state:handling").json()
    assert {row["number"] for row in found["tickets"]} == {mine.number, far.number}
    assert [chip["without"] for chip in found["chips"]] == [""]
    assert found["groups"] == []
    assert [row["number"] for row in ask("town", SEARCH, q="state:handling").json()["tickets"]] == [
        mine.number
    ]
    named = ask("leader", SEARCH, q="文津").json()["groups"]
    assert any(hit["label"] == "文津街道" for group in named for hit in group["hits"])
    for text in ("state:nonsense", "created:1999-99-99", "x" * 401, ""):
        answer = ask("leader", SEARCH, q=text)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["q"]), text
    assert ask("leader", SEARCH, q="垃圾", cursor="nonsense").status_code == 400
    assert ask("leader", SEARCH, q="垃圾", more="1").status_code == 400


def test_the_map_counts_what_it_lists(ask: Callable[..., Any], make_ticket: MakeTicket) -> None:
    here = [make_ticket("handling", column=column) for column in (0, 0, 1)]
    far = make_ticket("handling", column=3)
    box = ",".join(str(part) for part in around([*here, far]))
    cells = ask("leader", CELLS, box=box, zoom="12").json()
    listed = ask("leader", TICKETS, box=box).json()
    assert (
        cells["sums"]["total"] == sum(cell["count"] for cell in cells["cells"]) == len(listed["results"]) == 4
    )
    assert {row["number"] for row in ask("town", TICKETS, box=box).json()["results"]} == {
        row.number for row in here
    }
    west, south, east, north = around(here[:2])
    area = f"{west},{south};{east},{south};{east},{north};{west},{north}"
    drawn = ask("leader", TICKETS, area=area).json()["results"]
    assert {row["number"] for row in drawn} == {row.number for row in here[:2]}
    assert ask("leader", CELLS, area=area, zoom="3").json()["sums"]["total"] == 2
    red = ask("leader", CELLS, box=box, zoom="12", lamp="red").json()
    assert red["sums"]["total"] == cells["sums"]["red"]
    for query, field in (
        ({"box": "1,2,3"}, "box"),
        ({"box": "5,5,1,1"}, "box"),
        ({"box": "nan,0,1,1"}, "box"),
        ({}, "box"),
        ({"box": BOX, "zoom": "near"}, "zoom"),
        ({"box": BOX, "lamp": "pink"}, "lamp"),
        ({"area": "1,1;2,2"}, "area"),
        ({"box": BOX, "q": "state:nonsense"}, "q"),
    ):
        answer = ask("leader", CELLS, **{"zoom": "12", **query})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), query


def around(tickets: list[Any]) -> tuple[float, float, float, float]:
    """A window that holds them, and little more."""
    lons, lats = [row.lon for row in tickets], [row.lat for row in tickets]
    return min(lons) - 1e-4, min(lats) - 1e-4, max(lons) + 1e-4, max(lats) + 1e-4


def test_the_burden_counts_what_it_lists(ask: Callable[..., Any], make_ticket: MakeTicket) -> None:
    at = now()
    for unit in ("E1", "G1"):
        make_ticket("dispatched", at=earlier_today(at), category=STREET_TRADE, to=unit)
    count_due(at=at, at_once=1_000)
    found = ask("leader", BURDEN, issued="tickets").json()
    assert (found["year"], found["whole"]["total"]) == (local(at).year, 2)
    (line,) = [row for row in found["lines"] if row["total"]]
    month = str(local(at).month)
    listed = ask("leader", ITEMS, issued="tickets", month=month, line=line["key"]).json()
    assert (listed["total"], listed["hidden"]) == (2, 0)
    assert len(listed["blocks"][0]["items"]) == 2
    assert ask("far_town", BURDEN).json()["whole"]["total"] == 0
    for query in ({"year": "1999"}, {"year": "x"}, {"month": "13"}, {"upto": "0"}, {"nonsense": "1"}):
        assert ask("leader", ITEMS, **query).status_code == 400, query
    for url in (BURDEN, ITEMS):
        assert ask("leader", url, issued="none").status_code == 404


def test_whom_it_is_for(ask: Callable[..., Any]) -> None:
    """People with an appointment; the burden for those who issue and lead; no system, nobody unknown."""
    key = {"Authorization": f"Bearer {city.API_KEY}"}
    for url, query in EVERYTHING:
        assert Client().get(url, query).status_code == 401, url
        assert Client().get(url, query, headers=key).status_code == 403, url
        assert ask("outsider", url, **query).status_code == 403, url
        assert ask("leader", url, **query).status_code == 200, url
        assert ask("worker", url, **query).status_code == (403 if url in {BURDEN, ITEMS} else 200), url


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow(enter: Callable[[str], Client], make_ticket: MakeTicket, count: int) -> None:
    for _number in range(count):
        make_ticket("handling", category=LITTER)
    client, costs = enter("leader"), []
    client.get(SEARCH, {"q": "state:handling"})
    for url, query in ((SEARCH, {"q": "state:handling"}), EVERYTHING[1], EVERYTHING[2]):
        with CaptureQueriesContext(connection) as told:
            assert client.get(url, query).status_code == 200
        costs.append(len(told))
    assert costs == COSTS


COSTS = [4, 4, 4]
