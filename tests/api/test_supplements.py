"""POST /tickets/{number}/supplements: kept once, told to the holder, refused where the matter is finished."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.audit.models import AuditEntry
from incidents.models import Attachment, Step, Supplement
from tests.api.conftest import TICKETS, SignIn, upload
from tests.cast import Cast, MakeTicket, trace

pytestmark = pytest.mark.django_db


def url(number: str) -> str:
    return f"{TICKETS}/{number}/supplements"


def test_the_same_words_under_the_same_key_are_kept_once(
    hotline: APIClient, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", source="hotline", by=cast.client)
    body = {
        "key": "S-1",
        "content": "市民补充：晚上十点后更吵",
        "attachments": [upload(hotline).json()["id"]],
    }
    first, again = (hotline.post(url(ticket.number), body) for _turn in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["created"], again.json()["created"]) == (True, False)
    row = Supplement.objects.get(ticket=ticket)
    step = Step.objects.get(ticket=ticket, verb="supplement")
    assert (step.opinion, step.client, step.data) == (body["content"], "api", {"supplement": row.pk})
    assert Attachment.objects.get(ticket=ticket).step_id == step.pk
    assert AuditEntry.objects.filter(verb="ticket.supplement").count() == 1
    assert hotline.post(url(ticket.number), body | {"key": "S-2", "attachments": []}).status_code == 201
    assert Supplement.objects.filter(ticket=ticket).count() == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"content": ""}, 400),
        ({"key": None}, 400),
        ({"more": 1}, 400),
        ({"attachments": ["00000000-0000-4000-8000-000000000000"]}, 400),
    ],
)
def test_what_is_refused_leaves_nothing(
    hotline: APIClient, cast: Cast, make_ticket: MakeTicket, change: dict[str, Any], status: int
) -> None:
    ticket = make_ticket("handling", source="hotline", by=cast.client)
    before = trace(ticket)
    assert hotline.post(url(ticket.number), {"key": "S", "content": "补充"} | change).status_code == status
    assert trace(ticket) == before


def test_who_may_not_add(
    hotline: APIClient, police_system: APIClient, sign_in: SignIn, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", source="hotline", by=cast.client)
    closed = make_ticket("closed", source="hotline", by=cast.client)
    body, before = {"key": "S", "content": "补充"}, trace(ticket)
    assert police_system.post(url(ticket.number), body).status_code == 404
    assert sign_in("duty").post(url(ticket.number), body).status_code == 403
    answer = hotline.post(url(closed.number), body)
    assert (answer.status_code, answer.json()["code"]) == (409, "finished")
    assert trace(ticket) == before
