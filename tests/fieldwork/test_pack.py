"""What a phone keeps: one's own grids, tasks and places, and nothing more than it needs."""

from datetime import timedelta

import pytest
from django.test import Client

from fieldwork.models import PhoneLimit
from fieldwork.sync import packing
from fieldwork.sync.packing import pack_of
from governance.foundation.clock import local, now
from tests import city
from tests.cast import ERRAND, Cast, MakeTicket
from tests.registers.props import key_place

pytestmark = pytest.mark.django_db


def test_own_tasks_places_and_matters(cast: Cast, make_ticket: MakeTicket) -> None:
    mine = make_ticket("dispatched", to="G1", category=ERRAND)
    make_ticket("dispatched", to="G2", column=1, category=ERRAND)
    key_place(name="书院超市", contact_name="店主", contact_phone="13800001111")
    key_place(name="旧址", is_active=False)
    key_place(3, name="石桥商店")
    client = Client()
    client.force_login(cast.worker.user)
    answer = client.get("/m/api/pack")
    pack = answer.json()
    assert [task["number"] for task in pack["tasks"]] == [mine.number]
    assert (pack["tasks"][0]["verbs"], pack["tasks"][0]["ahead"]) == (["sign", "escalate"], ["feedback"])
    assert [row[1] for row in pack["places"]] == ["书院超市"]
    assert "1380000" not in answer.content.decode()
    assert [row["code"] for row in pack["grids"]["places"]] == [city.GRIDS[0]]
    assert any(row[0] == ERRAND for row in pack["matters"]["rows"])
    assert ["/m/", ""] in pack["pages"]
    assert [f"/m/tickets/{mine.number}/do/feedback/?ahead=1", str(mine.version)] in pack["parts"]
    again = client.get("/m/api/pack", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_ticket("dispatched", to="G1", category=ERRAND)
    assert client.get("/m/api/pack", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_no_more_than_the_limit(cast: Cast, make_ticket: MakeTicket) -> None:
    for _n in range(3):
        make_ticket("dispatched", to="G1", category=ERRAND)
    PhoneLimit.objects.create(
        name="pack_tasks", value=2, valid_from=local(now()).date() - timedelta(days=1), source="市局规定"
    )
    body, _tag = pack_of(cast.again(cast.worker), now())
    assert body.count(b'"number"') == 2


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_the_tasks(
    cast: Cast,
    make_ticket: MakeTicket,
    count: int,
    django_assert_num_queries: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {name: packing._SECTIONS[name] for name in ("grids", "tasks", "matters", "places")}
    monkeypatch.setattr(packing, "_SECTIONS", own)
    for _n in range(count):
        make_ticket("dispatched", to="G1", category=ERRAND)
    actor, at = cast.again(cast.worker), now()
    pack_of(actor, at)
    fresh = cast.again(cast.worker)
    with django_assert_num_queries(STATEMENTS):  # type: ignore[operator]
        pack_of(fresh, at)


STATEMENTS = 9
"""Scope; area; inbox queues and rows; tickets; limits (2); favourites; places."""
