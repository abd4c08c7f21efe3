"""Returning, more time and standing still over REST."""

from typing import Any

import pytest

from incidents.models import TicketRequest
from tests.api.conftest import TICKETS, SignIn, upload
from tests.api.test_verbs import act, assert_unchanged
from tests.cast import ROAD_DAMAGE, Cast, MakeTicket

pytestmark = pytest.mark.django_db

WORDS = {"opinion": "不属本单位职责", "basis": "三定规定第五条"}


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cast import HOUR, MONDAY

    monkeypatch.setattr("incidents.api.tickets.now", lambda: MONDAY + HOUR)


def test_a_return_is_asked_consented_and_granted(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    handler, lead, dispatcher = sign_in("handler"), sign_in("lead"), sign_in("dispatcher")
    assert act(handler, ticket.number, "ask_return", suggested="RQ", **WORDS).json()["state"] == "dispatched"
    body = lead.get(f"{TICKETS}/{ticket.number}").json()
    assert body["asked"] == ["return"]
    assert {"return", "decline_return"} <= {verb["name"] for verb in body["verbs"]}
    assert act(lead, ticket.number, "return", suggested="RQ", **WORDS).json()["state"] == "returned"
    granted = act(dispatcher, ticket.number, "grant_return").json()
    assert (granted["state"], granted["holder"]["code"], granted["lead_unit"]) == ("accepted", "CMD", None)
    body = dispatcher.get(f"{TICKETS}/{ticket.number}").json()
    assert (body["return_count"], body["is_final_assignment"], body["asked"]) == (1, False, [])


def test_an_extension_and_a_suspension(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    handler, lead, oversight = sign_in("handler"), sign_in("lead"), sign_in("oversight")
    assert act(handler, ticket.number, "ask_extension", opinion="勘验", amount=1).status_code == 200
    moved = act(lead, ticket.number, "extend").json()
    assert moved["due_at"] > moved["original_due_at"]
    data: dict[str, Any] = {
        "cause": "season",
        "opinion": "冬季不宜施工",
        "plan": "开春后施工",
        "responsible": "lead",
        "review_on": "2026-12-20",
    }
    assert act(lead, ticket.number, "ask_suspension", **data).status_code == 200
    still = act(oversight, ticket.number, "suspend").json()
    assert (still["state"], still["due_at"]) == ("suspended", None)
    clocks = {clock["stage"]: clock for clock in lead.get(f"{TICKETS}/{ticket.number}").json()["clocks"]}
    assert clocks["handle"]["paused_at"] is not None
    assert clocks["handle"]["lamp"] == "grey"
    assert act(lead, ticket.number, "resume").json()["state"] == "handling"


@pytest.mark.parametrize(
    ("verb", "data", "field"),
    [
        ("ask_return", {"opinion": "x"}, "basis"),
        ("ask_return", {**WORDS, "suggested": 5}, "suggested"),
        ("ask_extension", {"opinion": "x", "amount": "2"}, "amount"),
        ("ask_extension", {"opinion": "x", "amount": 1.5}, "amount"),
        ("ask_extension", {"opinion": "x", "amount": True}, "amount"),
        ("ask_extension", {"opinion": "x"}, "amount"),
        ("ask_suspension", {"cause": "boring"}, "cause"),
        ("ask_suspension", {"review_on": 20261220}, "review_on"),
        ("ask_suspension", {"review_on": "20 December"}, "review_on"),
        ("ask_suspension", {"review_on": "9999-12-31"}, "review_on"),
        ("ask_suspension", {"review_on": None}, "review_on"),
    ],
)
def test_a_wrong_shape(
    sign_in: SignIn, make_ticket: MakeTicket, verb: str, data: dict[str, Any], field: str
) -> None:
    ticket = make_ticket("handling")
    answer = act(sign_in("lead"), ticket.number, verb, **data)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert_unchanged(ticket)


def test_an_unknown_unit_is_named_in_its_own_field(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    answer = act(sign_in("lead"), ticket.number, "return", suggested="XX", **WORDS)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_unit")
    assert list(answer.json()["errors"]) == ["suggested"]


def test_a_decision_that_is_not_mine(sign_in: SignIn, make_ticket: MakeTicket, cast: Cast) -> None:
    ticket = make_ticket("handling")
    lead = sign_in("lead")
    assert act(lead, ticket.number, "ask_extension", opinion="勘验", amount=1).status_code == 200
    answer = act(lead, ticket.number, "extend")
    assert (answer.status_code, answer.json()["code"]) == (403, "own_request")
    assert TicketRequest.objects.get().outcome == ""
    answer = act(sign_in("handler"), ticket.number, "ask_extension", opinion="勘验", amount=1)
    assert (answer.status_code, answer.json()["code"]) == (422, "asked_already")


def test_a_verification_and_a_merge(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    main, ticket = make_ticket("handling", category=ROAD_DAMAGE), make_ticket(category=ROAD_DAMAGE)
    dispatcher, worker = sign_in("dispatcher"), sign_in("worker")
    sent = act(dispatcher, ticket.number, "send_verification").json()
    assert (sent["state"], sent["holder"]["code"]) == ("verifying", "G1")
    picture = upload(worker).json()["id"]
    point = {"lon": 118.505, "lat": 31.105, "coord_system": "wgs84"}
    for wrong in (None, {"lon": 118.505}, {**point, "lat": "31"}, {**point, "coord_system": "mars"}, "here"):
        answer = act(worker, ticket.number, "verify", finding="true", attachments=[picture], position=wrong)
        assert answer.status_code == 400, wrong
        assert "position" in str(answer.json()["errors"])
    done = act(worker, ticket.number, "verify", finding="true", attachments=[picture], position=point)
    assert done.json()["state"] == "registered"
    for wrong in (5, ""):
        assert act(dispatcher, ticket.number, "merge", target=wrong).status_code == 400
    assert act(dispatcher, ticket.number, "merge", target="WG1").status_code == 422
    assert act(dispatcher, ticket.number, "merge", target=main.number).json()["state"] == "merged"
    assert dispatcher.get(f"{TICKETS}/{ticket.number}").json()["merged_into"] == main.number
    body = dispatcher.get(f"{TICKETS}/{main.number}").json()
    assert (body["merged_count"], body["merged_into"], len(body["requesters"])) == (1, None, 2)
    undone = act(dispatcher, ticket.number, "unmerge", opinion="另有其事").json()
    assert undone["state"] == "registered"


def test_a_child_is_linked_and_unlinked(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    main, child = make_ticket("handling"), make_ticket("accepted")
    dispatcher = sign_in("dispatcher")
    refused = act(dispatcher, child.number, "link", target=child.number)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["target"])
    assert act(sign_in("handler"), main.number, "link", target=child.number).status_code == 403
    assert act(dispatcher, child.number, "link", target=main.number).status_code == 200
    assert dispatcher.get(f"{TICKETS}/{child.number}").json()["parent"] == main.number
    rows = dispatcher.get(f"{TICKETS}/{main.number}/children").json()
    assert [row["number"] for row in rows] == [child.number]
    assert act(dispatcher, main.number, "link", target=child.number).status_code == 422
    assert act(dispatcher, child.number, "unlink", opinion="各办各的").status_code == 200
    assert dispatcher.get(f"{TICKETS}/{child.number}").json()["parent"] is None
    assert dispatcher.get(f"{TICKETS}/{main.number}").json()["child_count"] == 0


def test_a_dispatch_is_taken_back(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    assert act(sign_in("dispatcher"), ticket.number, "withdraw", opinion="派错").json()["state"] == "accepted"
    assert act(sign_in("handler"), ticket.number, "sign").status_code == 409
