"""POST /tickets/{number}/returns: the hotline has a matter done again, where the table allows it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.foundation.clock import now
from incidents import transitions
from incidents.models import Ticket
from tests.api.conftest import TICKETS, SignIn
from tests.cast import DAY, HOUR, MINUTE, Cast, MakeTicket, trace

pytestmark = pytest.mark.django_db
REASON = {"reason": "市民反映仍未解决，退回二次办理"}


def url(ticket: Ticket) -> str:
    return f"{TICKETS}/{ticket.number}/returns"


@pytest.fixture
def ticket(cast: Cast, make_ticket: MakeTicket) -> Ticket:
    """Waits for its callback."""
    return make_ticket("follow_up", source="hotline", by=cast.client, at=now() - DAY)


def test_after_an_unsolved_callback_it_goes_back_to_the_unit(hotline: APIClient, ticket: Ticket) -> None:
    call = {"solved": "unsolved", "contacted_at": now().isoformat(), "words": "没有解决"}
    assert hotline.post(f"{TICKETS}/{ticket.number}/followups", call).status_code == 201
    answer = hotline.post(url(ticket), REASON)
    assert (answer.status_code, answer.json()["state"]) == (200, "handling")
    step = ticket.steps.get(verb="redo")
    assert (step.role, step.opinion, step.client) == ("api_client", REASON["reason"], "api")
    events = hotline.get("/api/v1/events").json()["events"]
    assert events[-1]["type"] == "ticket.redone"
    assert hotline.post(url(ticket), REASON).status_code == 409


def test_a_closed_one_is_reopened_within_its_days(hotline: APIClient, ticket: Ticket, cast: Cast) -> None:
    at = now() - HOUR
    transitions.follow_up(ticket.pk, by=cast.duty, at=at, outcome="solved", satisfaction="4")
    transitions.close(ticket.pk, by=cast.oversight, at=at + MINUTE)
    key = {"idempotency-key": "return-1"}
    answers = [hotline.post(url(ticket), REASON, headers=key) for _turn in range(2)]
    assert [answer.json()["state"] for answer in answers] == ["handling", "handling"]
    assert ticket.steps.filter(verb="reopen").count() == 1
    ticket.refresh_from_db()
    assert ticket.reopen_count == 1


def test_what_was_closed_long_ago_is_a_new_matter(hotline: APIClient, ticket: Ticket, cast: Cast) -> None:
    at = now() - HOUR
    transitions.follow_up(ticket.pk, by=cast.duty, at=at, outcome="solved", satisfaction="4")
    transitions.close(ticket.pk, by=cast.oversight, at=at + MINUTE)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=now() - 16 * DAY)
    before = trace(ticket)
    answer = hotline.post(url(ticket), REASON)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_late")
    assert trace(ticket) == before


@pytest.mark.parametrize("state", ["registered", "handling", "feedback"])
def test_while_it_is_worked_on_there_is_nothing_to_give_back(
    hotline: APIClient, cast: Cast, make_ticket: MakeTicket, state: str
) -> None:
    ticket = make_ticket(state, source="hotline", by=cast.client, at=now() - DAY)
    before = trace(ticket)
    answer = hotline.post(url(ticket), REASON)
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
    assert trace(ticket) == before


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x", "more": 1}, {"reason": 1}])
def test_a_reason_is_needed(hotline: APIClient, ticket: Ticket, body: dict[str, Any]) -> None:
    before = trace(ticket)
    assert hotline.post(url(ticket), body).status_code == 400
    assert trace(ticket) == before


def test_others_do_not_give_it_back(
    police_system: APIClient, sign_in: SignIn, hotline: APIClient, ticket: Ticket
) -> None:
    before = trace(ticket)
    assert police_system.post(url(ticket), REASON).status_code == 404
    assert sign_in("oversight").post(url(ticket), REASON).status_code == 403
    assert hotline.post(url(ticket), REASON).status_code == 422  # nobody has called yet
    assert trace(ticket) == before
