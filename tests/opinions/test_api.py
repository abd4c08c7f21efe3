"""Online opinions over REST: registering, the whole way, lists, roles, statements."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opinions.models import OnlineOpinion
from tests.cast import Cast
from tests.opinions.props import FAR_TOWN, GRID, data_for, opinion, trace

pytestmark = pytest.mark.django_db
LIST = "/api/v1/opinions"
Enter = Callable[[str], Client]


def body(**changes: Any) -> dict[str, Any]:
    """A post on a forum about the first grid."""
    facts: dict[str, Any] = {
        "platform": "forum",
        "title": "小区停车难",
        "text": "晚上没有车位，消防通道被占。",
        "place": GRID,
        "found_at": "2026-11-16T09:00:00+08:00",
        "poster": "文津居民小李",
        "views": 300,
    }
    return facts | changes


def post(client: Client, url: str, data: Any = None) -> Any:
    return client.post(url, data or {}, content_type="application/json")


def test_the_whole_way(cast: Cast, enter: Enter) -> None:
    boss, lead = enter("oversight"), enter("lead")
    made = post(boss, LIST, body())
    assert made.status_code == 201, made.content
    row = made.json()
    url = f"{LIST}/{row['number']}"
    assert (row["state"], row["place"], row["unit"], row["views"]) == ("registered", GRID, "", 300)
    assert "小李" not in row["poster"]
    assert {"watch", "assign", "dismiss", "observe"} <= {verb["name"] for verb in row["verbs"]}
    assert lead.get(url).status_code == 404
    assign = {"level": "major", "unit": "CG", "opinion": "请核实回应", "version": row["version"]}
    assigned = post(boss, f"{url}/assign", assign)
    assert (assigned.status_code, assigned.json()["unit"], assigned.json()["state"]) == (
        200,
        "CG",
        "assigned",
    )
    assert post(boss, f"{url}/assign", assign).status_code == 409
    assert lead.get(LIST, {"mine": "1", "open": "1"}).json()["results"][0]["number"] == row["number"]
    answered = post(lead, f"{url}/respond", {"response": "已增设夜间车位"}).json()
    assert (answered["state"], answered["response"]) == ("responded", "已增设夜间车位")
    assert post(lead, f"{url}/close", {"result": "settled", "opinion": "平息"}).status_code == 403
    closed = post(boss, f"{url}/close", {"result": "settled", "opinion": "平息"}).json()
    assert (closed["state"], closed["result"], closed["due_at"]) == ("closed", "settled", None)
    assert [verb["name"] for verb in closed["verbs"]] == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("lead", 404), ("worker", 403), ("far_town", 404), ("outsider", 403), ("auditor", 403), ("leader", 403)],
)
def test_who_may_not(cast: Cast, enter: Enter, name: str, status: int) -> None:
    row = opinion(cast)
    before, client = trace(row), enter(name)
    assert post(client, f"{LIST}/{row.number}/watch", data_for(cast, "watch")).status_code in {status, 404}
    if status == 403 and name != "leader":
        assert client.get(LIST).status_code == 403
        assert post(client, LIST, body()).status_code == 403
    assert trace(row) == before
    assert OnlineOpinion.objects.count() == 1


def test_bad_input_stores_nothing(cast: Cast, enter: Enter) -> None:
    boss = enter("oversight")
    for wrong, status in (
        ({"platform": "radio"}, 400),
        ({"place": "990199999999"}, 422),
        ({"link": "ftp://example.com"}, 422),
        ({"views": -1}, 400),
        ({"found_at": "2150-01-01T00:00:00Z"}, 422),
        ({"level": "major"}, 400),
    ):
        assert post(boss, LIST, body(**wrong)).status_code == status, wrong
    assert not OnlineOpinion.objects.exists()
    row = opinion(cast)
    before = trace(row)
    assert post(
        boss, f"{LIST}/{row.number}/assign", {"level": "major", "unit": "??", "opinion": "x"}
    ).status_code in {
        400,
        422,
    }
    assert post(boss, f"{LIST}/{row.number}/respond", {"response": "x"}).status_code in {403, 409}
    assert trace(row) == before
    assert boss.get(LIST, {"state": "lost"}).status_code == 400


def test_pages_and_filters(cast: Cast, enter: Enter) -> None:
    states = ("registered", "assigned", "closed")
    rows = {state: opinion(cast, state, place=GRID).number for state in states}
    opinion(cast, "watching", place=FAR_TOWN)
    town = enter("town")
    assert {item["number"] for item in town.get(LIST).json()["results"]} == set(rows.values())
    for query, wanted in (
        ({"state": "closed"}, {"closed"}),
        ({"open": "true"}, {"registered", "assigned"}),
        ({"level": "larger"}, {"assigned", "closed"}),
        ({"overdue": "1"}, {"registered", "assigned"}),
    ):
        found = {item["number"] for item in town.get(LIST, query).json()["results"]}
        assert found == {rows[state] for state in wanted}, query
    first = town.get(LIST, {"limit": 2}).json()
    second = town.get(first["next"]).json()
    assert len(first["results"]) + len(second["results"]) == 3
    assert town.get(second["previous"]).json()["results"] == first["results"]


def test_statements_do_not_grow(cast: Cast, enter: Enter) -> None:
    boss, counted = enter("oversight"), []
    opinion(cast, "assigned")
    boss.get(LIST)
    for number in (1, 3):
        while OnlineOpinion.objects.count() < number:
            opinion(cast, "assigned")
        with CaptureQueriesContext(connection) as seen:
            assert len(boss.get(LIST).json()["results"]) == number
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 8
