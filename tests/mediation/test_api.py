"""Mediation over REST: a client refers, asks, and hears what came of it; nobody else's cases."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.exchange.models import ApiClient
from governance.foundation.errors import Problem
from incidents.models import Announcement
from incidents.places import Spot
from mediation import intake
from mediation.models import MediationCase
from mediation.transitions import perform
from tests import city
from tests.cast import HOUR, MONDAY, Cast, MakeTicket
from tests.mediation.props import Way, bodies, draft, named, terms

pytestmark = pytest.mark.django_db
CASES, EVENTS = "/api/v1/mediation/cases", "/api/v1/mediation/events"


def body(**changes: Any) -> dict[str, Any]:
    lon, lat = city.centre(0)
    return {
        "source": "police",
        "external_no": "J3301-20261116-0009",
        "category": "0401",
        "facts": "双方因渗水争吵，民警到场后劝离",
        "amount": "6000.50",
        "people": 3,
        "point": {"lon": lon, "lat": lat, "coord_system": "wgs84"},
        "parties": [
            {"side": "applicant", "name": "张三丰", "phone": "13812345678"},
            {"side": "respondent", "kind": "organisation", "name": "某物业公司"},
        ],
    } | changes


def test_refer_ask_and_hear(cast: Cast, police_client: APIClient, hotline: APIClient) -> None:
    made = police_client.post(CASES, body(), format="json")
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert (made.json()["state"], made.json()["created"]) == ("registered", True)
    again = police_client.post(CASES, body(), format="json")
    assert (again.status_code, again.json()["number"], again.json()["supplemented"]) == (200, number, False)
    more = police_client.post(CASES, body(facts="又发生争吵"), format="json")
    assert (more.status_code, more.json()["supplemented"]) == (200, True)
    more = police_client.post(CASES, body(facts="又发生争吵"), format="json")
    assert more.json()["supplemented"] is False
    assert MediationCase.objects.count() == 1
    assert hotline.get(f"{CASES}/{number}").status_code == 404
    assert hotline.post(CASES, body(), format="json").status_code == 403
    row = MediationCase.objects.get()
    assert (row.origin, str(row.amount), row.people) == ("police", "6000.50", 3)
    way = Way.__new__(Way)
    way.cast, way.at, way.level, way.bodies, way.row = cast, row.registered_at, "town", bodies(cast), row
    way.to("mediating")
    way.do("draft", agreement=terms(row, way.at + HOUR))
    way.do("fail", reason_code="no_agreement", opinion="分歧过大", way="court", guidance="可起诉")
    told = police_client.get(f"{CASES}/{number}").json()
    assert told["state"] == "failed"
    assert told["result"] == {
        "agreement": None,
        "is_partial": False,
        "effective_at": None,
        "confirmation": None,
        "ruling_no": None,
        "performed": 0,
        "obligations": 0,
        "way": "court",
    }
    assert "张" not in police_client.get(f"{CASES}/{number}").content.decode()
    events = police_client.get(EVENTS, {"limit": 3}).json()
    assert [item["type"] for item in events["events"]] == [
        "case.registered",
        "case.supplemented",
        "case.sorted",
    ]
    rest = police_client.get(EVENTS, {"after": events["after"]}).json()
    assert [item["type"] for item in rest["events"]] == ["case.accepted", "case.session_held", "case.failed"]
    assert rest["events"][-1]["facts"]["way"] == "court"
    assert hotline.get(EVENTS).json()["events"] == []
    announced = police_client.get("/api/v1/announcements").json()["events"]
    assert [item["type"] for item in announced] == [
        item["type"] for item in [*events["events"], *rest["events"]]
    ], "webhooks tell the same"
    assert {(item["subject"], item["external_no"], item["words"]) for item in announced} == {
        (number, "J3301-20261116-0009", "")
    }
    assert "张" not in police_client.get("/api/v1/announcements").content.decode()
    assert hotline.get("/api/v1/announcements").json()["events"] == []
    assert named(cast.mediator).pk
    with pytest.raises(Problem):
        perform("archive", row.pk, by=cast.client, at=way.at)


def test_the_hotline_hears_what_becomes_of_its_ticket(
    cast: Cast, make_ticket: MakeTicket, hotline: APIClient, police_client: APIClient
) -> None:
    ticket = make_ticket("accepted", source="hotline", external_no="HL-2026-77")
    row = intake.from_ticket(ticket.pk, draft(spot=Spot()), by=cast.community, at=MONDAY + HOUR)
    for source in ("phone_in", "worker"):
        other = make_ticket("accepted", source=source, column=1)
        intake.from_ticket(other.pk, draft(spot=Spot()), by=cast.community, at=MONDAY + HOUR)
    told = hotline.get("/api/v1/announcements").json()["events"]
    assert [(item["type"], item["subject"], item["external_no"]) for item in told] == [
        ("case.registered", row.number, "HL-2026-77")
    ]
    assert told[0]["facts"] == {"ticket": ticket.number}
    assert Announcement.objects.count() == 1, "sources that are nobody's system are told nothing"
    assert hotline.get(f"{CASES}/{row.number}").json()["state"] == "registered"
    assert police_client.get(f"{CASES}/{row.number}").status_code == 404


def test_an_agreement_is_reported_without_its_words(cast: Cast, police_client: APIClient) -> None:
    row = Way(cast).to("confirmed").row
    client = ApiClient.objects.get(code="police")
    MediationCase.objects.filter(pk=row.pk).update(client=client)
    told = police_client.get(f"{CASES}/{row.number}").json()["result"]
    assert (told["agreement"], told["confirmation"], told["obligations"]) == ("written", "confirmed", 2)


def test_bad_input_is_named(cast: Cast, police_client: APIClient) -> None:
    for changes in (
        {"source": "court"},
        {"facts": ""},
        {"external_no": ""},
        {"category": "0101"},
        {"category": "0499"},
        {"amount": "-1"},
        {"amount": "1e9"},
        {"parties": []},
        {"parties": [{"side": "applicant", "name": "甲"}] * 2},
        {"parties": "x"},
        {"point": {"lon": 0, "lat": 0, "coord_system": "wgs84"}},
        {"people": 1},
        {"unknown": 1},
    ):
        answer = police_client.post(CASES, body(**changes), format="json")
        assert answer.status_code in {400, 403, 422}, (changes, answer.content)
    assert not MediationCase.objects.exists()
    assert APIClient().post(CASES, body(), format="json").status_code == 401
    assert police_client.get(EVENTS, {"after": "x"}).status_code == 400


def test_the_case_of_a_ticket(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    address, client = f"/api/v1/tickets/{ticket.number}/mediation", APIClient()
    client.force_login(cast.community.user)
    offered = {
        item["name"]: item["url"] for item in client.get(f"/api/v1/tickets/{ticket.number}").json()["actions"]
    }
    assert offered["mediate"].endswith(address)
    given = {"parties": body()["parties"], "amount": "6000.00"}
    assert client.post(address, given | {"parties": []}, format="json").status_code == 400
    made = client.post(address, given, format="json")
    assert made.status_code == 201, made.content
    row = MediationCase.objects.get()
    assert (row.ticket_id, row.region_path, row.facts) == (ticket.pk, ticket.region_path, ticket.content)
    assert client.post(address, given, format="json").status_code == 409
    assert [item["number"] for item in client.get(address).json()] == [row.number]
    client.force_login(cast.far_town.user)
    assert client.post(address, given, format="json").status_code == 404
    client.force_login(cast.leader.user)
    assert client.post(address, given, format="json").status_code == 403
    assert MediationCase.objects.count() == 1
