"""A client keeps its own endpoints over REST: what it gets, what is refused, what others see of it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.exchange.models import ApiClient
from incidents import catalogue
from incidents.models import Policy
from tests.api.conftest import SignIn
from tests.cast import DAY, MONDAY, Cast
from tests.webhooks.conftest import MakeEndpoint
from webhooks.models import Delivery, Endpoint
from webhooks.streams import kinds

pytestmark = pytest.mark.django_db
LIST = "/api/v1/webhooks"
BODY: dict[str, Any] = {
    "name": "热线回推",
    "url": "https://hotline.example.cn/hook",
    "events": ["ticket.closed"],
}


def test_an_endpoint_from_its_beginning_to_its_end(hotline: APIClient) -> None:
    assert hotline.get(LIST).json() == []
    made = hotline.post(LIST, BODY, headers={"idempotency-key": "hook-1"})
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    body = made.json()
    secret = body.pop("secret")
    assert secret == Endpoint.objects.get().secret
    one = f"{LIST}/{body['id']}"
    assert hotline.get(one).json() == body
    assert hotline.get(LIST).json() == [body]
    assert (body["state"], body["circuit"], body["events"]) == ("active", "closed", ["ticket.closed"])
    again = hotline.post(LIST, BODY, headers={"idempotency-key": "hook-1"})
    assert again.json()["secret"] == secret, "the answer that was lost"
    assert hotline.post(LIST, BODY).json()["code"] == "url_taken"

    changed = hotline.patch(one, {"events": ["ticket.accepted", "ticket.closed"], "state": "paused"}).json()
    assert (changed["name"], changed["state"], len(changed["events"])) == ("热线回推", "paused", 2)
    assert hotline.patch(one, {}).json() == changed
    assert hotline.patch(one, {"state": "active"}).json()["state"] == "active"
    test = hotline.post(f"{one}/test")
    assert (test.status_code, test.json()["message"]) == (202, Delivery.objects.get().name)
    rotated = hotline.post(f"{one}/secret", {"overlap_hours": 1})
    assert (rotated.status_code, rotated["Cache-Control"]) == (200, "no-store")
    assert rotated.json()["secret"] != secret
    assert Endpoint.objects.get().previous_secret == secret
    assert hotline.post(f"{one}/secret", {}).status_code == 200
    assert hotline.delete(one).status_code == 204
    assert [hotline.get(one).status_code, hotline.delete(one).status_code] == [404, 404]
    assert hotline.get(LIST).json() == []


def test_all_events_where_none_were_named(hotline: APIClient) -> None:
    made = hotline.post(LIST, {"name": "a", "url": BODY["url"]}).json()
    assert made["events"] == list(kinds())


def test_circuits_in_words(hotline: APIClient, make_endpoint: MakeEndpoint) -> None:
    endpoint = make_endpoint(failures=5, rest_until=MONDAY + 3650 * DAY)
    assert hotline.get(f"{LIST}/{endpoint.pk}").json()["circuit"] == "open"
    Endpoint.objects.update(rest_until=MONDAY - DAY)
    assert hotline.get(f"{LIST}/{endpoint.pk}").json()["circuit"] == "half_open"


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"url": "http://hotline.example.cn/"}, 400, "url"),
        ({"url": "https://10.0.0.1/"}, 400, "url"),
        ({"url": 5}, 400, "url"),
        ({"name": ""}, 400, "name"),
        ({"events": []}, 400, "events"),
        ({"events": ["ticket.eaten"]}, 400, "events.0"),
        ({"events": "ticket.closed"}, 400, "events"),
        ({"secret": "mine"}, 400, "secret"),
    ],
)
def test_what_is_refused(hotline: APIClient, wrong: dict[str, Any], status: int, field: str) -> None:
    answer = hotline.post(LIST, BODY | wrong)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert field in answer.json()["errors"]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"state": "broken"}, {"state": "removed"}, {"url": "https://localhost/"}, {"state": None}, {"id": 1}],
)
def test_a_wrong_change_changes_nothing(
    hotline: APIClient, make_endpoint: MakeEndpoint, wrong: dict[str, Any]
) -> None:
    endpoint = make_endpoint()
    before = Endpoint.objects.values().get()
    assert hotline.patch(f"{LIST}/{endpoint.pk}", {"name": "anders"} | wrong).status_code == 400
    assert Endpoint.objects.values().get() == before
    assert hotline.post(f"{LIST}/{endpoint.pk}/secret", {"overlap_hours": 169}).status_code == 400


def test_nobody_elses(
    police_system: APIClient,
    hotline: APIClient,
    nobody: APIClient,
    sign_in: SignIn,
    make_endpoint: MakeEndpoint,
) -> None:
    endpoint = make_endpoint()
    before = Endpoint.objects.values().get()
    one = f"{LIST}/{endpoint.pk}"
    for caller, status in ((police_system, 404), (nobody, 401), (sign_in("administrator"), 403)):
        assert caller.get(one).status_code == status
        assert caller.patch(one, {"name": "x"}).status_code == status
        assert caller.delete(one).status_code == status
        assert caller.post(f"{one}/secret", {}).status_code == status
        assert caller.post(f"{one}/test").status_code == status
    assert police_system.get(LIST).json() == []
    ApiClient.objects.filter(code="hotline").update(scopes=["read", "report", "act"])
    for answer in (hotline.get(LIST), hotline.post(LIST, BODY), hotline.delete(one), hotline.patch(one, {})):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert Endpoint.objects.values().get() == before


def test_the_bound_is_said(hotline: APIClient, cast: Cast) -> None:
    Policy.objects.create(key="webhook.most_endpoints", value=0, valid_from=MONDAY)
    catalogue.forget()
    answer = hotline.post(LIST, BODY)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many")
