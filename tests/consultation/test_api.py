"""Whistles and consultations over REST: read, begun and carried through; refusals by code, with nothing stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultation import conferences
from consultation.models import CallLine, Consultation, WhistleCall
from governance.audit.models import AuditEntry
from incidents.models import Ticket
from tests import city
from tests.cast import HOUR, MONDAY, Cast, MakeTicket
from tests.consultation.props import WORDS, call, convene

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(cast: Cast) -> Callable[[str], Client]:
    """A program in which that person has signed in."""

    def sign_in(name: str) -> Client:
        browser = Client()
        browser.force_login(getattr(cast, name).user)
        return browser

    return sign_in


def send(browser: Client, address: str, **data: Any) -> Any:
    return browser.post(address, data, content_type="application/json")


def names(told: dict[str, Any]) -> list[str]:
    return [item["url"].partition(told["number"])[2] for item in told["verbs"]]


def untouched() -> tuple[Any, ...]:
    lines = CallLine.objects.order_by("pk").values_list("state", "version", "answer")
    calls = WhistleCall.objects.order_by("pk").values_list("state", "version")
    return list(lines), list(calls), AuditEntry.objects.count()


class TestApi:
    def test_calls_and_consultations_of_a_ticket(
        self, cast: Cast, enter: Callable, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned", to="CG", source="hotline")
        row = call(cast, "E1", ticket=ticket, at=MONDAY + HOUR)
        held = convene(cast, ticket)
        conferences.opine(held.pk, by=cast.lead, at=MONDAY + HOUR, stance="not_ours", opinion="内部意见")
        oversight = enter("oversight")
        (told,) = oversight.get(f"/api/v1/tickets/{ticket.number}/whistles").json()
        assert (told["number"], told["caller"]) == (row.number, "T1")
        assert told["departments"][0]["unit"] == "E1"
        (said,) = oversight.get(f"/api/v1/tickets/{ticket.number}/consultations").json()
        assert [item["opinion"] for item in said["opinions"]].count("内部意见") == 1
        assert enter("gas").get(f"/api/v1/tickets/{ticket.number}/whistles").status_code == 404

    def test_an_outside_system_is_told_the_decision_only(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned", to="CG", source="hotline")
        call(cast, "E1", ticket=ticket, at=MONDAY + HOUR)
        held = convene(cast, ticket)
        conferences.opine(held.pk, by=cast.lead, at=MONDAY + HOUR, stance="not_ours", opinion="内部意见")
        browser = Client(headers={"authorization": f"Bearer {city.API_KEY}"})
        answered = browser.get(f"/api/v1/tickets/{ticket.number}/consultations")
        assert answered.status_code == 200
        assert "内部意见" not in answered.content.decode()
        assert answered.json()[0]["question"] == ""
        assert len(browser.get(f"/api/v1/tickets/{ticket.number}/whistles").json()) == 1


class TestWhistle:
    """A town calls two departments; one comes, one is not needed."""

    def test_from_the_call_to_the_score(self, cast: Cast, enter: Callable, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="CG", at=timezone.now() - HOUR)
        town, lead = enter("town"), enter("lead")
        (begin,) = [
            item
            for item in town.get(f"/api/v1/tickets/{ticket.number}").json()["actions"]
            if item["name"] == "whistle"
        ]
        begun = send(town, begin["url"], kind="joint_enforcement", content=WORDS, units=["CG", "E1"])
        assert begun.status_code == 201
        told = begun.json()
        assert (told["title"], told["state"]) == (ticket.title, "called")
        place = f"/api/v1/whistles/{told['number']}"
        assert names(lead.get(place).json()) == ["/departments/CG/accept", "/departments/CG/decline"]

        theirs = f"{place}/departments/CG"
        assert send(lead, f"{theirs}/accept", opinion="马上到").status_code == 200
        position = {"lon": 104.1, "lat": 30.1, "coord_system": "gcj02"}
        assert send(lead, f"{theirs}/arrive", position=position).status_code == 200
        row = CallLine.objects.get(unit__code="CG")
        assert (row.lon, row.lat) != (104.1, 30.1), "turned into the datum that is stored"
        assert send(town, f"{place}/departments/E1/release", opinion="已不需要").status_code == 200
        done = send(lead, f"{theirs}/report", opinion="摊贩已劝离")
        assert done.json()["state"] == "completed"
        scored = send(town, f"{theirs}/score", score="5")
        assert scored.status_code == 200
        assert [item["score"] for item in scored.json()["departments"]] == [5, None]

    def test_refusals(self, cast: Cast, enter: Callable, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="CG", at=MONDAY)
        row = call(cast, "CG", ticket=ticket, at=MONDAY + HOUR)
        place = f"/api/v1/whistles/{row.number}"
        before = untouched()
        there = f"/api/v1/tickets/{ticket.number}/whistles"
        assert send(enter("lead"), there, kind="hard", content=WORDS, units=["E1"]).status_code == 403
        empty = send(enter("town"), there, kind="hard", content=WORDS, units=[])
        assert (empty.status_code, list(empty.json()["errors"])) == (422, ["units"])
        unknown = send(enter("town"), there, kind="hard", content=WORDS, units=["NOBODY"])
        assert unknown.status_code == 422
        assert send(enter("town"), f"{place}/departments/CG/accept", opinion="代答").status_code == 403
        assert send(enter("gas"), f"{place}/departments/CG/accept", opinion="好").status_code == 404
        assert send(enter("lead"), f"{place}/departments/E1/accept", opinion="好").status_code == 404
        assert send(enter("lead"), f"{place}/departments/CG/decline").status_code == 400
        stale = send(enter("lead"), f"{place}/departments/CG/accept", opinion="好", version=9)
        assert stale.status_code == 409
        nowhere = {"lon": 0, "lat": 95, "coord_system": "wgs84"}
        assert send(enter("lead"), f"{place}/departments/CG/arrive", position=nowhere).status_code in {
            409,
            422,
        }
        outside = Client(headers={"authorization": f"Bearer {city.API_KEY}"})
        assert outside.get(place).status_code == 403
        assert send(outside, there, kind="hard", content=WORDS, units=["E1"]).status_code == 403
        assert untouched() == before

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("units", [("CG",), ("CG", "E1")])
    def test_reading_costs_the_same_with_more_departments(
        self, cast: Cast, enter: Callable, units: tuple[str, ...]
    ) -> None:
        row, browser = call(cast, *units), enter("town")
        place = f"/api/v1/whistles/{row.number}"
        browser.get(place)
        with CaptureQueriesContext(connection) as counted:
            assert len(browser.get(place).json()["departments"]) == len(units)
        assert len(counted) == STATEMENTS


STATEMENTS = 6


def test_a_consultation_from_the_question_to_the_decision(
    cast: Cast, enter: Callable, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("returned", to="CG", at=timezone.now() - HOUR)
    centre, lead = enter("dispatcher"), enter("lead")
    (begin,) = [
        item
        for item in centre.get(f"/api/v1/tickets/{ticket.number}").json()["actions"]
        if item["name"] == "convene"
    ]
    begun = send(centre, begin["url"], question="门前占道由谁牵头", units=["CG", "E1"])
    assert begun.status_code == 201
    place = f"/api/v1/consultations/{begun.json()['number']}"
    assert names(lead.get(place).json()) == ["/opine"]
    assert send(lead, f"{place}/opine", stance="leads", opinion="权责清单第三条").status_code == 200
    bare = send(centre, f"{place}/decide", lead="CG", basis="", opinion="由城管牵头")
    assert bare.status_code == 400
    assert Consultation.objects.get().state == "opinions"
    decided = send(
        centre,
        f"{place}/decide",
        lead="CG",
        basis="权责清单第三条",
        opinion="由城管牵头",
        without="已电话征求意见",
    )
    assert decided.status_code == 200
    assert (decided.json()["lead"], decided.json()["state"]) == ("CG", "decided")
    assert Ticket.objects.get().is_final_assignment
    again = send(centre, begin["url"], question="再议", units=["CG"])
    assert again.status_code in {409, 422}
    assert Consultation.objects.count() == 1
