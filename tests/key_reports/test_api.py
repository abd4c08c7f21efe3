"""Key reports and accountability over REST: begun, carried through, refused; masked; in the document."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.foundation.clock import now
from key_reports.models import KeyReport
from tests import city
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.key_reports.props import ITEMS, report

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
REPORTS, CASES = "/api/v1/key-reports", "/api/v1/accountability-cases"


def send(browser: Client, address: str, **data: Any) -> Any:
    return browser.post(address, data, content_type="application/json")


def body(**changes: Any) -> dict[str, Any]:
    return {
        "key": "5b0b7c52-7f0c-4b55-9d3a-0a3f4a3e0c11",
        "category": "1702",
        "known_at": (now() - 5 * MINUTE).isoformat(),
        "nature": ITEMS["nature"],
        "region_code": "990101001001",
    } | changes


def test_a_report_goes_its_way(cast: Cast, enter: Enter) -> None:
    worker, duty = enter("worker"), enter("duty")
    made = send(worker, REPORTS, **body())
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert send(worker, REPORTS, **body()).status_code == 200
    assert KeyReport.objects.count() == 1
    for wrong in ({"nature": ""}, {"key": "x"}, {"extra": 1}):
        assert send(worker, REPORTS, **body(**wrong)).status_code in {400, 422}, wrong
    ahead = body(key="5b0b7c52-7f0c-4b55-9d3a-0a3f4a3e0c12", known_at="2099-01-01T00:00:00Z")
    assert send(worker, REPORTS, **ahead).status_code == 422
    place = f"{REPORTS}/{made.json()['number']}"
    offers = {item["name"]: item["url"] for item in made.json()["verbs"]}
    assert offers == {"phone": f"{place}/phone", "first": f"{place}/first"}
    assert send(worker, f"{place}/relay", leaders=True).status_code == 409
    assert send(worker, f"{place}/first", **ITEMS, version=9).status_code == 409
    sent = send(worker, f"{place}/first", **ITEMS, version=1)
    assert sent.json()["texts"][0]["items"]["nature"].endswith("138****5678")
    assert sent.json()["known"]["nature"].endswith("138****5678")
    assert send(duty, f"{place}/receive").json()["state"] == "received"
    assert send(duty, f"{place}/relay", units=["P1"]).json()["state"] == "relayed"
    waiting = [item for item in duty.get(place).json()["recipients"] if item["received_at"] is None]
    called = send(duty, f"{place}/call", recipient=waiting[0]["id"], opinion="已电话告知")
    assert called.status_code == 200
    assert enter("town").get(place).status_code == 404
    assert send(enter("town"), f"{place}/follow", **ITEMS).status_code == 404
    system = Client(headers={"Authorization": f"Bearer {city.API_KEY}"})
    assert system.get(REPORTS).status_code == 403
    assert Client().get(REPORTS).status_code == 401


def test_lists_and_accountability(cast: Cast, enter: Enter) -> None:
    boss, counted = enter("oversight"), []
    for number in range(3):
        report(cast, "first_reported", by=cast.town, known_at=MONDAY - number * HOUR, occurred_at=None)
        if number != 1:
            boss.get(REPORTS)
            with CaptureQueriesContext(connection) as seen:
                assert len(boss.get(REPORTS).json()["results"]) == number + 1
            counted.append(len(seen))
    assert counted[0] == counted[1]
    page = boss.get(REPORTS, {"limit": 2}).json()
    assert len(boss.get(page["next"]).json()["results"]) == 1
    assert boss.get(REPORTS, {"state": "closed"}).json()["results"] == []
    assert boss.get(REPORTS, {"state": "lost"}).status_code == 400
    late = next(item for item in page["results"] + boss.get(page["next"]).json()["results"] if item["late"])
    place = f"{REPORTS}/{late['number']}/suspicions"
    assert send(enter("duty"), place, kind="late", grounds="逾期").status_code == 403
    opened = send(boss, place, kind="late", grounds="首报逾期")
    assert (opened.status_code, opened.json()["state"]) == (201, "suspected")
    assert send(boss, place, kind="late", grounds="首报逾期").status_code == 409
    case = f"{CASES}/{opened.json()['number']}"
    assert enter("town").get(case).status_code == 404
    assert send(boss, f"{case}/notify", opinion="请说明").json()["state"] == "notified"
    assert send(enter("town"), f"{case}/explain", opinion="先行处置").json()["state"] == "investigating"
    assert send(enter("town"), f"{case}/decide", decision="reminded", opinion="x").status_code == 403
    assert len(boss.get(CASES).json()["results"]) == 1
    assert enter("worker").get(CASES).status_code == 403
