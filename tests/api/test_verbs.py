"""One endpoint for each verb of the state table, with its needs as its body."""

from typing import Any

import pytest
from django.urls import NoReverseMatch, resolve, reverse
from rest_framework.test import APIClient

from governance.audit.models import AuditEntry
from governance.foundation.state_machine import NeedKind
from incidents.api.reading import shape_of
from incidents.models import Attachment, FollowUp, Step, Ticket
from incidents.states import MOVES, TICKET_TABLE
from tests.api.conftest import TICKETS, SignIn, report, upload
from tests.cast import LITTER, Cast, MakeTicket, trace

pytestmark = pytest.mark.django_db


def act(client: APIClient, number: str, verb: str, **data: Any) -> Any:
    return client.post(f"{TICKETS}/{number}/{verb}", data)


@pytest.mark.parametrize("verb", MOVES, ids=lambda verb: verb.name)
def test_every_available_verb_has_an_endpoint_with_its_needs(verb: Any) -> None:
    assert resolve(f"{TICKETS}/WG20261122000001/{verb.name}").url_name == verb.name
    fields = shape_of(verb)().fields
    assert set(fields) == {need.name for need in verb.needs} | {"version"}
    for need in verb.needs:
        assert fields[need.name].required is need.required


def test_verbs_that_are_not_available_have_none() -> None:
    for verb in TICKET_TABLE:
        if verb.available:
            continue
        with pytest.raises(NoReverseMatch):
            reverse(f"api:{verb.name}", args=["WG20261122000001"])


def test_every_kind_of_need_has_a_field() -> None:
    from incidents.api.reading import FIELDS

    assert set(FIELDS) == set(NeedKind)


def test_from_the_call_to_the_closed_ticket(hotline: APIClient, sign_in: SignIn) -> None:
    number = hotline.post(TICKETS, report(category=LITTER)).json()["number"]
    dispatcher, worker = sign_in("dispatcher"), sign_in("worker")
    duty, oversight = sign_in("duty"), sign_in("oversight")
    assert (
        act(dispatcher, number, "accept", version=1, urgency="urgent", opinion="群众反映强烈").json()[
            "version"
        ]
        == 2
    )
    sent = act(dispatcher, number, "dispatch", to="G1", opinion="请尽快处置").json()
    assert (sent["state"], sent["holder"]["code"], sent["lead_unit"]["code"]) == ("dispatched", "G1", "G1")
    assert sent["due_at"] == sent["original_due_at"] is not None
    assert act(worker, number, "sign").json()["state"] == "handling"
    missing = act(worker, number, "feedback", result_kind="resolved", opinion="已清理")
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["attachments"])
    photo = upload(worker).json()["id"]
    told = act(
        worker, number, "feedback", result_kind="resolved", opinion="已清理", attachments=[photo]
    ).json()
    assert told["state"] == "feedback"
    assert Attachment.objects.get().phase == "after"
    assert act(worker, number, "check").json()["code"] == "own_work"
    assert act(oversight, number, "check", opinion="现场核查通过").json()["state"] == "follow_up"
    assert "follow_up" not in [verb["name"] for verb in oversight.get(f"{TICKETS}/{number}").json()["verbs"]]
    checked = Ticket.objects.get(number=number)
    before = trace(checked)
    own = act(oversight, number, "follow_up", outcome="solved", satisfaction="5")
    assert (own.status_code, own.json()["code"]) == (403, "own_check")
    assert trace(checked) == before
    assert act(hotline, number, "follow_up", outcome="solved", satisfaction="5").status_code == 200
    assert FollowUp.objects.get().satisfaction == "5"
    closed = act(oversight, number, "close", opinion="结案").json()
    assert (closed["state"], closed["lamp"]) == ("closed", "grey")
    assert act(oversight, number, "reopen", opinion="再次出现垃圾").json()["state"] == "handling"
    assert act(oversight, number, "void", opinion="测试工单").json()["state"] == "voided"
    steps = Step.objects.filter(ticket__number=number).order_by("id")
    assert {step.client for step in steps} == {"api"}
    assert duty.get(f"{TICKETS}/{number}").json()["verbs"] == []


@pytest.mark.parametrize(
    ("verb", "data", "field"),
    [
        ("dispatch", {}, "to"),
        ("dispatch", {"to": 5}, "to"),
        ("dispatch", {"to": "G1", "co_handlers": "CG"}, "co_handlers"),
        ("dispatch", {"to": "G1", "co_handlers": [1]}, "co_handlers.0"),
        ("dispatch", {"to": "G1", "by": "duty"}, "by"),
        ("dispatch", {"to": "G1", "version": "1"}, "version"),
        ("dispatch", {"to": "G1", "version": 0}, "version"),
        ("dispatch", {"to": "G1", "version": 2**31}, "version"),
        ("dispatch", {"to": "G1", "version": True}, "version"),
        ("dispatch", {"to": "G1", "opinion": "x\x00"}, "opinion"),
        ("dispatch", {"to": "G1", "opinion": None}, "opinion"),
        ("void", {"opinion": ""}, "opinion"),
        ("reject", {"reason_code": "boring", "opinion": "x"}, "reason_code"),
        ("feedback", {"result_kind": "resolved", "opinion": "x", "attachments": "y"}, "attachments"),
    ],
)
def test_a_wrong_shape(
    sign_in: SignIn, make_ticket: MakeTicket, verb: str, data: dict[str, Any], field: str
) -> None:
    ticket = make_ticket("accepted")
    answer = act(sign_in("dispatcher"), ticket.number, verb, **data)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field.removesuffix(".0")] or list(answer.json()["errors"]) == [
        field
    ]
    assert_unchanged(ticket)


def test_an_unknown_unit_or_category(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    dispatcher = sign_in("dispatcher")
    for data, field in (({"to": "XX"}, "to"), ({"to": "G1", "co_handlers": ["XX"]}, "co_handlers")):
        answer = act(dispatcher, ticket.number, "dispatch", **data)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_unit")
        assert list(answer.json()["errors"]) == [field]
    assert_unchanged(ticket)
    fresh = make_ticket()
    answer = act(dispatcher, fresh.number, "accept", category="9999")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_category")


def assert_unchanged(ticket: Ticket) -> None:
    """Denied means unchanged and unrecorded."""
    stored = Ticket.objects.get(pk=ticket.pk)
    assert stored.facts() == ticket.facts()
    assert stored.steps.count() == ticket.version
    assert AuditEntry.objects.filter(object_id=str(ticket.pk)).count() == ticket.version


def test_a_stale_version_says_what_is_stored(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    answer = act(sign_in("dispatcher"), ticket.number, "dispatch", to="CG", version=1)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "stale_version")
    assert (body["current_version"], body["state"]) == (2, "accepted")
    assert_unchanged(ticket)


def test_a_step_that_the_state_forbids_says_which_are_possible(
    sign_in: SignIn, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("accepted")
    answer = act(sign_in("oversight"), ticket.number, "close")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "illegal_transition")
    allowed = [
        "reclassify",
        "take_back",
        "dispatch",
        "split",
        "link",
        "unlink",
        "mark_pressing",
        "clear_pressing",
        "urge",
        "void",
    ]
    assert (body["state"], body["current_version"], body["allowed"]) == ("accepted", 2, allowed)
    assert_unchanged(ticket)


@pytest.mark.parametrize(
    ("name", "status"), [("worker", 403), ("leader", 403), ("neighbour", 404), ("outsider", 404)]
)
def test_who_may_not(sign_in: SignIn, make_ticket: MakeTicket, name: str, status: int) -> None:
    ticket = make_ticket("accepted")
    answer = act(sign_in(name), ticket.number, "dispatch", to="CG")
    assert answer.status_code == status
    if status == 403:
        assert "dispatcher" in answer.json()["roles"]
    assert_unchanged(ticket)


def test_a_client_acts_on_its_own_source_only(
    hotline: APIClient, police_system: APIClient, make_ticket: MakeTicket, cast: Cast
) -> None:
    ticket = make_ticket("follow_up", source="hotline", by=cast.client)
    denied = act(police_system, ticket.number, "follow_up", outcome="solved")
    assert denied.status_code == 404
    for verb, data in (("close", {}), ("void", {"opinion": "x"}), ("archive", {})):
        expected = 409 if verb == "archive" else 403
        assert act(hotline, ticket.number, verb, **data).status_code == expected
    assert_unchanged(ticket)
    assert act(hotline, ticket.number, "follow_up", outcome="unreachable").status_code == 200


def test_a_number_that_nobody_has(sign_in: SignIn) -> None:
    assert act(sign_in("dispatcher"), "WG20200101000001", "accept").status_code == 404
