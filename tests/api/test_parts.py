"""Parts, children and urges over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from incidents.models import Ticket
from tests.api.conftest import TICKETS, SignIn
from tests.api.test_verbs import act
from tests.cast import INJURY, MakeTicket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cast import HOUR, MONDAY

    for module in ("tickets", "parts"):
        monkeypatch.setattr(f"incidents.api.{module}.now", lambda: MONDAY + HOUR)


@pytest.fixture
def helped(make_ticket: MakeTicket) -> Ticket:
    return make_ticket("handling", category=INJURY, to="CG", co_handlers=("RQ",), source="hotline")


def test_a_co_handler_signs_and_answers(sign_in: SignIn, helped: Ticket) -> None:
    gas, url = sign_in("gas"), f"{TICKETS}/{helped.number}/parts"
    (part,) = gas.get(url).json()
    assert (part["unit"]["code"], part["state"], part["answer"]) == ("RQ", "assigned", "")
    mine = f"{url}/{part['id']}"
    assert gas.post(f"{mine}/sign_part", {}, format="json").json()["state"] == "working"
    wrong = gas.post(f"{mine}/answer_part", {"result_kind": "explained"}, format="json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["opinion"])
    said = {"result_kind": "explained", "opinion": "已检修"}
    assert gas.post(f"{mine}/answer_part", said, format="json").json()["answer"] == "已检修"
    again = gas.post(f"{mine}/answer_part", said, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")
    clocks = gas.get(f"{TICKETS}/{helped.number}").json()["clocks"]
    assert [clock["stage"] for clock in clocks if clock["part"] == part["id"]] == ["sign", "handle"]


def test_who_may_not(sign_in: SignIn, helped: Ticket) -> None:
    url = f"{TICKETS}/{helped.number}/parts"
    part = helped.assignments.get(role="co_handler").pk
    assert sign_in("handler").post(f"{url}/{part}/sign_part", {}, format="json").status_code == 403
    assert sign_in("outsider").post(f"{url}/{part}/sign_part", {}, format="json").status_code == 404
    assert sign_in("outsider").get(url).status_code == 404
    assert sign_in("gas").post(f"{url}/999999/sign_part", {}, format="json").status_code == 404


def test_one_more_and_one_less(sign_in: SignIn, helped: Ticket) -> None:
    dispatcher, url = sign_in("dispatcher"), f"{TICKETS}/{helped.number}/parts"
    made = dispatcher.post(url, {"to": "E1", "opinion": "请协助"}, format="json")
    assert (made.status_code, made.json()["unit"]["code"]) == (201, "E1")
    gone = dispatcher.post(f"{url}/{made.json()['id']}/remove_part", {"opinion": "无需"}, format="json")
    assert gone.json()["state"] == "released"
    assert dispatcher.post(url, {"to": "XX"}, format="json").json()["code"] == "unknown_unit"


def test_feedback_names_each_missing_unit(sign_in: SignIn, helped: Ticket) -> None:
    handler = sign_in("handler")
    said: dict[str, Any] = {"result_kind": "explained", "opinion": "已办"}
    refused = act(handler, helped.number, "feedback", **said)
    assert (refused.status_code, refused.json()["code"]) == (422, "parts_open")
    shape = act(handler, helped.number, "feedback", missing=["RQ"], **said)
    assert (shape.status_code, list(shape.json()["errors"])) == (400, ["missing"])
    done = act(handler, helped.number, "feedback", missing={"RQ": "无需到场"}, **said)
    assert done.json()["state"] == "feedback"


def test_children(sign_in: SignIn, hotline: APIClient, helped: Ticket) -> None:
    dispatcher, url = sign_in("dispatcher"), f"{TICKETS}/{helped.number}/children"
    made = dispatcher.post(url, {"content": "隔壁楼道", "region_code": "990101001002"}, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "accepted")
    number = made.json()["number"]
    assert [row["number"] for row in dispatcher.get(url).json()] == [number]
    assert [row["number"] for row in hotline.get(url).json()] == [number]
    body = dispatcher.get(f"{TICKETS}/{number}").json()
    assert (body["parent"], body["child_count"]) == (helped.number, 0)
    again = dispatcher.post(f"{TICKETS}/{number}/children", {"content": "再拆"}, format="json")
    assert (again.status_code, again.json()["code"]) == (422, "is_child")
    assert sign_in("handler").post(url, {"content": "越权"}, format="json").status_code == 403
    assert Ticket.objects.filter(parent=helped).count() == 1


def test_the_hotline_urges_once_a_key(hotline: APIClient, police_system: APIClient, helped: Ticket) -> None:
    url = f"{TICKETS}/{helped.number}/urges"
    first = hotline.post(url, {"key": "CB-1", "opinion": "市民再次来电"}, format="json")
    assert (first.status_code, first.json()["key"], first.json()["count"]) == (201, "CB-1", 1)
    again = hotline.post(url, {"key": "CB-1"}, format="json")
    assert (again.status_code, again.json()["count"]) == (200, 1)
    often = hotline.post(url, {"key": "CB-2"}, format="json")
    assert (often.status_code, often.json()["code"]) == (422, "urged_lately")
    assert hotline.post(url, {}, format="json").status_code == 400
    assert [row["key"] for row in hotline.get(url).json()] == ["CB-1"]
    assert police_system.post(url, {"key": "x"}, format="json").status_code == 404
    assert hotline.get(f"{TICKETS}/{helped.number}").json()["urge_count"] == 1
