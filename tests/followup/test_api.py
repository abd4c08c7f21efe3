"""The hotline reports its own calls: once, however often the report comes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from followup.models import HotlineCall
from governance.foundation.clock import now
from incidents.models import FollowUp, Ticket
from tests import city
from tests.cast import Cast, MakeTicket, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture
def ticket(make_ticket: MakeTicket) -> Ticket:
    return make_ticket("follow_up", source="hotline", at=now() - timedelta(hours=2))


def body(**changes: Any) -> dict[str, Any]:
    moment = (now() - timedelta(minutes=5)).isoformat()
    return {"solved": "solved", "satisfaction": "5", "contacted_at": moment, "words": "好"} | changes


def post(number: str, data: Any, key: str = city.API_KEY) -> HttpResponse:
    client = Client(headers={"authorization": f"Bearer {key}"})
    answer = client.post(
        f"/api/v1/tickets/{number}/followups", json.dumps(data), content_type="application/json"
    )
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_call_is_stored_once(ticket: Ticket) -> None:
    data = body()
    first, again = post(ticket.number, data), post(ticket.number, data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    told = json.loads(first.content)
    assert (told["ticket"], told["solved"], told["satisfaction"]) == (ticket.number, "solved", "5")
    call = FollowUp.objects.get()
    assert (call.outcome, call.satisfaction, call.step.role) == ("solved", "5", "api_client")


def test_the_same_moment_with_other_words_is_a_conflict(ticket: Ticket) -> None:
    data = body()
    post(ticket.number, data)
    answer = post(ticket.number, data | {"solved": "unsolved"})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "other_content")
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"solved": "perhaps"}, 400),
        ({"satisfaction": "9"}, 400),
        ({"contacted_at": "yesterday"}, 400),
        ({"contacted_at": None}, 400),
        ({"extra": 1}, 400),
        ({"contacted_at": "2099-01-01T00:00:00+08:00"}, 422),
        ({"contacted_at": "2020-01-01T00:00:00+08:00"}, 422),
        ({"solved": "unreachable"}, 422),
    ],
)
def test_bad_input_stores_nothing(ticket: Ticket, change: dict[str, Any], status: int) -> None:
    assert post(ticket.number, body(**change)).status_code == status
    assert not FollowUp.objects.exists()
    assert not HotlineCall.objects.exists()


def test_others(cast: Cast, ticket: Ticket, make_ticket: MakeTicket) -> None:
    assert post(ticket.number, body(), city.POLICE_KEY).status_code == 404
    assert post(ticket.number, body(), "wg_unknown").status_code == 401
    assert post("WG20200101000001", body()).status_code == 404
    early = make_ticket("handling", source="hotline")
    assert post(early.number, body()).status_code == 409
    person = Client()
    assert cast.duty.user is not None
    person.force_login(cast.duty.user)
    answer = person.post(
        f"/api/v1/tickets/{ticket.number}/followups", json.dumps(body()), content_type="application/json"
    )
    assert answer.status_code == 403
    assert not FollowUp.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_report_three_times_at_once(ticket: Ticket) -> None:
    data = body()
    found = at_once([lambda: post(ticket.number, data).status_code] * 3)
    assert sorted(found) == [200, 200, 201]
    assert FollowUp.objects.count() == 1
