"""Policy notices over REST: lists, the whole way of a notice, roles, the public ones, statements."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.foundation.clock import local, now
from publicity import writing
from publicity.models import PolicyNotice
from publicity.writing import NoticeDraft
from tests import city
from tests.cast import Cast
from tests.publicity.props import FAR_TOWN, GRID, TOWN, notice, trace

pytestmark = pytest.mark.django_db
LIST, OPEN = "/api/v1/policies", "/api/v1/public-policies"
Enter = Callable[[str], Client]


def body(**changes: Any) -> dict[str, Any]:
    """A safety notice for a grid."""
    today = local(now()).date()
    facts: dict[str, Any] = {
        "kind": "safety",
        "title": "用电安全提示",
        "body": "电动车不得进楼充电。",
        "targets": [GRID],
        "valid_from": f"{today}",
        "valid_to": f"{today + timedelta(days=20)}",
    }
    return facts | changes


def sent(cast: Cast, *targets: str, **changes: Any) -> PolicyNotice:
    """A published notice of the centre as of now."""
    at = now()
    facts = body(targets=targets or (TOWN,), **changes)
    days = {
        name: local(at).date() + timedelta(days=more) for name, more in (("valid_from", 0), ("valid_to", 9))
    }
    draft = NoticeDraft(**facts | days)
    row = writing.prepare(draft, unit_id=cast.oversight.unit_id, by=cast.oversight, at=at)
    return writing.publish(row.pk, by=cast.oversight, at=at)


def post(client: Client, url: str, data: Any = None) -> Any:
    return client.post(url, data or {}, content_type="application/json")


def test_the_whole_way_of_a_notice(cast: Cast, enter: Enter) -> None:
    town, worker = enter("town"), enter("worker")
    made = post(town, LIST, body(audience=["grid_patroller"]))
    assert made.status_code == 201, made.content
    shown = made.json()
    url = f"{LIST}/{shown['number']}"
    assert (shown["state"], shown["targets"], shown["unit"]) == ("draft", [GRID], cast.town.user.unit.code)  # type: ignore[union-attr]
    assert [verb["url"] for verb in shown["verbs"]] == [
        f"{url}/{name}" for name in ("edit", "publish", "withdraw")
    ]
    assert worker.get(url).status_code == 404, "a draft is seen by those who write"
    edited = post(town, f"{url}/edit", body(title="用电安全须知", version=shown["version"]))
    assert (edited.status_code, edited.json()["title"], edited.json()["audience"]) == (
        200,
        "用电安全须知",
        [],
    )
    assert post(town, f"{url}/edit", body(version=shown["version"])).status_code == 409
    published = post(town, f"{url}/publish")
    assert published.json()["state"] == "published"
    assert published.json()["receipts"]["read"] == 0
    mine = worker.get(LIST, {"mine": "1", "unread": "1"}).json()["results"]
    assert [(item["number"], item["confirmed_at"], item["receipts"]) for item in mine] == [
        (shown["number"], None, None)
    ]
    assert post(worker, f"{url}/confirm").json()["confirmed_at"] is not None
    assert worker.get(LIST, {"unread": "true"}).json()["results"] == []
    assert town.get(url).json()["receipts"]["read"] == 1
    gone = post(town, f"{url}/withdraw", {"opinion": "内容有误"}).json()
    assert (gone["state"], gone["body"], gone["verbs"]) == ("withdrawn", "", [])
    assert post(worker, f"{url}/confirm").status_code == 409
    assert post(town, f"{url}/remind").status_code == 409


@pytest.mark.parametrize(
    ("name", "verb", "status"),
    [
        ("worker", "withdraw", 403),
        ("community", "remind", 403),
        ("far_town", "withdraw", 404),
        ("outsider", "withdraw", 403),
        ("auditor", "withdraw", 403),
    ],
)
def test_who_may_not(cast: Cast, enter: Enter, name: str, verb: str, status: int) -> None:
    row = sent(cast)
    before = trace(row)
    data = {"opinion": "内容有误"} if verb == "withdraw" else {}
    assert post(enter(name), f"{LIST}/{row.number}/{verb}", data).status_code == status
    assert trace(row) == before


def test_bad_input_stores_nothing(cast: Cast, enter: Enter) -> None:
    town = enter("town")
    for wrong, status in (
        ({"targets": []}, 400),
        ({"kind": "song"}, 400),
        ({"valid_to": "2020-01-01"}, 422),
        ({"targets": ["990199999999"]}, 422),
        ({"targets": [FAR_TOWN]}, 403),
        ({"author": "me"}, 400),
    ):
        assert post(town, LIST, body(**wrong)).status_code == status, wrong
    assert not PolicyNotice.objects.exists()
    assert post(enter("worker"), LIST, body()).status_code == 403
    assert town.get(LIST, {"state": "lost"}).status_code == 400
    assert town.get(LIST, {"cursor": "x"}).status_code == 400
    assert town.get(f"{LIST}/ZC20200101000001").status_code == 404


def test_pages_of_the_list(cast: Cast, enter: Enter) -> None:
    numbers = [notice(cast, kind=kind).number for kind in ("policy", "work", "policy")][::-1]
    boss = enter("oversight")
    first = boss.get(LIST, {"limit": 2}).json()
    assert [item["number"] for item in first["results"]] == numbers[:2]
    assert first["previous"] is None
    second = boss.get(first["next"]).json()
    assert [item["number"] for item in second["results"]] == numbers[2:]
    assert second["next"] is None
    assert boss.get(second["previous"]).json()["results"] == first["results"]
    assert [item["number"] for item in boss.get(LIST, {"kind": "work"}).json()["results"]] == numbers[1:2]
    assert enter("far_town").get(LIST).json()["results"] == []


def test_public_ones_for_other_systems(cast: Cast, client: Client) -> None:
    row, hidden = sent(cast, is_public=True), sent(cast)
    caller, headers = client, {"authorization": f"Bearer {city.API_KEY}"}
    assert caller.get(OPEN).status_code == 401
    assert caller.get(LIST, headers=headers).status_code == 403, "systems read public ones only"
    found = caller.get(OPEN, {"place": GRID}, headers=headers).json()["results"]
    assert [item["number"] for item in found] == [row.number]
    assert set(found[0]) == {
        "number",
        "kind",
        "title",
        "body",
        "unit",
        "targets",
        "valid_from",
        "valid_to",
        "published_at",
    }
    assert caller.get(OPEN, {"place": FAR_TOWN}, headers=headers).json()["results"] == []
    assert caller.get(OPEN, {"place": "990199999999"}, headers=headers).status_code == 422
    assert caller.get(f"{OPEN}/{row.number}", headers=headers).json() == found[0]
    assert caller.get(f"{OPEN}/{hidden.number}", headers=headers).status_code == 404
    writing.withdraw(row.pk, by=cast.oversight, at=now(), opinion="内容有误")
    assert caller.get(f"{OPEN}/{row.number}", headers=headers).status_code == 404


def test_statements_do_not_grow(cast: Cast, enter: Enter) -> None:
    boss, counted = enter("oversight"), []
    sent(cast)
    boss.get(LIST)
    for number in (1, 3):
        while PolicyNotice.objects.count() < number:
            sent(cast, TOWN, FAR_TOWN)
        with CaptureQueriesContext(connection) as seen:
            assert len(boss.get(LIST).json()["results"]) == number
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 12
