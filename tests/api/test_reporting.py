"""POST /tickets: a report becomes one durable ticket, however often and however clumsily it is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.audit.journal import verify
from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from incidents.models import Deadline, Requester, Step, Supplement, Ticket
from tests import city
from tests.api.conftest import TICKETS, SignIn, caller, report, upload
from tests.cast import Cast, at_once

pytestmark = pytest.mark.django_db


def test_a_report_becomes_a_ticket_with_everything_that_belongs_to_it(hotline: APIClient) -> None:
    answer = hotline.post(TICKETS, report())
    assert answer.status_code == 201
    body = answer.json()
    assert body["created"] is True
    assert body["supplement"] is None
    assert body["state"] == "registered"
    assert body["source"] == {"code": "hotline", "name": "12345热线"}
    assert [place["level"] for place in body["places"]] == ["city", "district", "town", "community", "grid"]
    assert body["holder"]["code"] == "CMD"
    assert body["lamp"] == "green"
    ticket = Ticket.objects.get(number=body["number"])
    assert ticket.external_no == "12345-20261122-0001"
    assert ticket.grid.code == city.GRIDS[0]
    assert ticket.client.code == "hotline"
    assert (ticket.datum, ticket.needs_reply, len(ticket.query_code)) == ("wgs84", True, 6)
    assert Requester.objects.get(ticket=ticket).phone == "13812345678"
    step = Step.objects.get(ticket=ticket)
    assert (step.verb, step.role, step.client, step.actor_name) == (
        "register",
        "api_client",
        "api",
        "12345热线",
    )
    clock = Deadline.objects.get(ticket=ticket)
    assert (clock.stage, clock.due_at) == ("accept", ticket.next_due_at)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_id, entry.object_label) == (
        "ticket.register",
        str(ticket.pk),
        ticket.number,
    )
    assert entry.request_id == answer["X-Request-ID"]


def test_the_number_and_the_words_can_be_searched(hotline: APIClient) -> None:
    number = hotline.post(TICKETS, report()).json()["number"]
    for words in (number, "12345-20261122-0001", "欠款不还", "书院社区东门"):
        found = hotline.get(TICKETS, {"q": words}).json()["results"]
        assert [row["number"] for row in found] == [number], words
    assert hotline.get(TICKETS, {"q": "路灯不亮"}).json()["results"] == []


@pytest.mark.parametrize(
    "text",
    [
        "😀 窨井盖丢失 🚧",
        "𠮷野家门口 𪚥 龘",
        "第一行\n第二行\t制表",
        "'; DROP TABLE x; -- \\ \" %s {}",
        "a" * 10_000,
    ],
)
def test_every_character_comes_back(hotline: APIClient, text: str) -> None:
    url = hotline.post(TICKETS, report(content=text, place=text[:50])).json()["url"]
    body = hotline.get(url).json()
    assert body["content"] == text.strip()
    assert body["place"] == text[:50].strip()


def test_the_least_that_a_report_needs(hotline: APIClient) -> None:
    least = {"source": "hotline", "content": "路灯不亮", "category": "0202", "place": "书院路口"}
    answer = hotline.post(TICKETS, least)
    assert answer.status_code == 201
    assert answer.json()["title"] == "路灯不亮"
    assert answer.json()["point"] is None
    assert hotline.post(TICKETS, least).status_code == 201, "without a number every post is a new ticket"


def test_empty_optional_fields_may_be_null(hotline: APIClient) -> None:
    empty = dict.fromkeys(
        ("external_no", "demand_type", "title", "citizen", "urgency", "occurred_at", "external_due_at")
    )
    assert hotline.post(TICKETS, report(**empty)).status_code == 201
    assert Requester.objects.count() == 0


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_other_coordinate_systems_are_converted(hotline: APIClient, system: str) -> None:
    lon, lat = city.centre(1)
    point = {"lon": lon, "lat": lat, "coord_system": system}
    body = hotline.post(TICKETS, report(point=point)).json()
    assert 0.002 < abs(body["point"]["lon"] - lon) < 0.02
    assert Ticket.objects.get().datum == system


def test_a_point_outside_every_grid_is_a_ticket_with_a_mark(hotline: APIClient) -> None:
    lon, lat = city.centre(0)
    point = {"lon": lon, "lat": lat - 0.1, "coord_system": "wgs84"}
    answer = hotline.post(TICKETS, report(point=point))
    assert answer.status_code == 201
    assert answer.json()["is_outside_grids"] is True
    assert answer.json()["places"][-1]["level"] == "community"


def test_a_region_code_is_a_place(hotline: APIClient) -> None:
    answer = hotline.post(TICKETS, report(point=None, region_code="990102001001"))
    assert answer.json()["places"][-1]["code"] == "990102001001"
    answer = hotline.post(TICKETS, report(point=None, region_code="990199999999", external_no="x"))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_region")


def test_the_same_post_again_is_the_same_ticket(hotline: APIClient) -> None:
    first = hotline.post(TICKETS, report())
    again = hotline.post(TICKETS, report())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["number"] == first.json()["number"]
    assert again.json()["created"] is False
    assert again.json()["supplement"] is None
    assert (Ticket.objects.count(), Step.objects.count(), Supplement.objects.count()) == (1, 1, 0)


def test_changed_words_are_kept_as_a_supplement_once(hotline: APIClient) -> None:
    first = hotline.post(TICKETS, report()).json()
    changed = report(content="对方又来堵门了")
    answers = [hotline.post(TICKETS, changed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    kept = Supplement.objects.get()
    assert answers[0].json()["supplement"]["id"] == kept.pk
    assert kept.content["content"] == "对方又来堵门了"
    detail = hotline.get(first["url"]).json()
    assert [step["verb"] for step in detail["timeline"]] == ["register", "supplement"]
    assert detail["content"] == report()["content"]


def test_a_repeat_is_recognised_after_its_due_time_has_passed(hotline: APIClient) -> None:
    soon = (now() + timedelta(hours=2)).isoformat()
    assert hotline.post(TICKETS, report(external_due_at=soon)).status_code == 201
    Ticket.objects.update(external_due_at=now() - timedelta(hours=1))
    gone = report(external_due_at=(now() - timedelta(hours=1)).isoformat())
    assert hotline.post(TICKETS, gone).status_code == 200
    assert hotline.post(TICKETS, {**gone, "external_no": "another"}).status_code == 422


def test_two_sources_may_use_the_same_number(hotline: APIClient, police_system: APIClient) -> None:
    one = hotline.post(TICKETS, report()).json()
    two = police_system.post(TICKETS, report(source="police")).json()
    assert one["number"] != two["number"]


@pytest.mark.django_db(transaction=True)
def test_simultaneous_posts_make_one_ticket(cast: Cast) -> None:
    caller(city.API_KEY).post(TICKETS, report(external_no="warm"))
    deeds = [lambda: caller(city.API_KEY).post(TICKETS, report()) for _ in range(6)]
    answers = at_once(deeds)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert Ticket.objects.filter(external_no="12345-20261122-0001").count() == 1
    ticket = Ticket.objects.get(external_no="12345-20261122-0001")
    assert ticket.steps.count() == ticket.deadlines.count() == ticket.requesters.count() == 1
    assert AuditEntry.objects.filter(object_id=str(ticket.pk)).count() == 1
    assert verify().is_sound


@pytest.mark.django_db(transaction=True)
def test_simultaneous_different_words_make_one_ticket_and_supplements(cast: Cast) -> None:
    caller(city.API_KEY).post(TICKETS, report(external_no="warm"))
    deeds = [
        lambda text=text: caller(city.API_KEY).post(TICKETS, report(content=text))
        for text in ("第一", "第二", "第三")
    ]
    answers = at_once(deeds)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert Supplement.objects.count() == 2


@pytest.mark.usefixtures("steady")
@pytest.mark.django_db(transaction=True)
def test_the_price_of_a_report(cast: Cast, hotline: APIClient) -> None:
    hotline.post(TICKETS, report(external_no="warm"))
    with CaptureQueriesContext(connection) as statements:
        assert hotline.post(TICKETS, report()).status_code == 201
    assert len(statements) == 2
    with CaptureQueriesContext(connection) as statements:
        assert hotline.post(TICKETS, report()).status_code == 200
    assert len(statements) <= 8


def test_files_are_bound_with_the_report(hotline: APIClient, police_system: APIClient) -> None:
    own, foreign = upload(hotline).json()["id"], upload(police_system).json()["id"]
    answer = hotline.post(TICKETS, report(attachments=[own, foreign]))
    assert answer.status_code == 400
    assert "attachments" in answer.json()["errors"]
    assert Ticket.objects.count() == Step.objects.count() == AuditEntry.objects.count() == 0
    body = hotline.post(TICKETS, report(attachments=[own, own])).json()
    detail = hotline.get(body["url"]).json()
    assert [(file["id"], file["phase"]) for file in detail["attachments"]] == [(own, "before")]
    assert hotline.post(TICKETS, report(attachments=[own, own])).status_code == 200


def test_a_worker_reports_with_photo_and_position(sign_in: SignIn) -> None:
    worker = sign_in("worker")
    mine = report(source="worker", category="0106", external_no=None, citizen=None)
    answer = worker.post(TICKETS, {**mine, "point": None})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["point"])
    answer = worker.post(TICKETS, mine)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["attachments"])
    assert Ticket.objects.count() == 0
    body = worker.post(TICKETS, {**mine, "attachments": [upload(worker).json()["id"]]}).json()
    assert body["holder"]["code"] == "W1"
    assert Step.objects.get().actor.username == "worker"


def test_a_matter_handled_on_the_spot(sign_in: SignIn) -> None:
    worker = sign_in("worker")

    def handled(**changes: Any) -> dict[str, Any]:
        base = report(source="worker", category="0106", external_no=None, citizen=None)
        before, after = (upload(worker).json()["id"] for _ in range(2))
        return {**base, "before": [before], "after": [after], "opinion": "已清扫", **changes}

    answer = worker.post(f"{TICKETS}/self_handle", handled())
    assert answer.status_code == 201
    assert answer.json()["state"] == "closed"
    detail = worker.get(answer.json()["url"]).json()
    assert {file["phase"] for file in detail["attachments"]} == {"before", "after"}
    assert detail["closure_kind"] == "self_handled"
    for change, status in (
        ({"after": []}, 422),
        ({"category": "0202"}, 422),
        ({"opinion": ""}, 400),
        ({"attachments": []}, 400),
    ):
        assert worker.post(f"{TICKETS}/self_handle", handled(**change)).status_code == status, change
    assert Ticket.objects.count() == 1


def test_who_may_not_handle_on_the_spot(hotline: APIClient, sign_in: SignIn) -> None:
    body = {**report(), "before": [], "after": [], "opinion": "已清扫"}
    for client in (hotline, sign_in("neighbour"), sign_in("duty")):
        answer = client.post(f"{TICKETS}/self_handle", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert "grid_patroller" in answer.json()["roles"]
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("name", ["leader", "auditor", "administrator", "outsider"])
def test_who_may_not_report(sign_in: SignIn, name: str) -> None:
    answer = sign_in(name).post(TICKETS, report(source="phone_in"))
    assert answer.status_code == 403
    assert (Ticket.objects.count(), AuditEntry.objects.count()) == (0, 0)
