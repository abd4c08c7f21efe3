"""Who gets in and what happens around a request: keys, sessions, throttle, Redis and PostgreSQL away."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import RequestFactory, override_settings
from psycopg_pool import PoolTimeout
from rest_framework.test import APIClient

from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.exchange.edges import address_of
from governance.exchange.models import ApiClient, hash_key
from governance.foundation import live
from governance.foundation.clock import now
from incidents.models import Ticket
from tests import city
from tests.api.conftest import TICKETS, SignIn, caller, report
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "header",
    ["Bearer wg_wrong", "Bearer", "bearer ", "Bearer 钥匙", "Bearer " + "x" * 500, "Bearer wg_a wg_b"],
)
def test_a_wrong_key_is_401(cast: Cast, header: str) -> None:
    client = APIClient(HTTP_AUTHORIZATION=header.encode().decode("latin-1"))
    answer = client.get(TICKETS)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.json()["code"] == "unauthenticated"


def test_nobody_is_401(nobody: APIClient) -> None:
    for answer in (nobody.get(TICKETS), nobody.post(TICKETS, report()), nobody.get("/api/v1/me")):
        assert answer.status_code == 401
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("change", [{"is_active": False}, {"expires_at": now() - timedelta(seconds=1)}])
def test_a_key_ends_at_once(hotline: APIClient, change: dict[str, Any]) -> None:
    assert hotline.get("/api/v1/me").status_code == 200
    ApiClient.objects.filter(code="hotline").update(**change)
    assert hotline.get("/api/v1/me").status_code == 401


def test_a_wrong_key_beside_a_session_is_401(sign_in: SignIn) -> None:
    client = sign_in("duty")
    client.credentials(HTTP_AUTHORIZATION="Bearer wg_wrong")
    assert client.get(TICKETS).status_code == 401


def test_who_am_i(hotline: APIClient, sign_in: SignIn) -> None:
    assert hotline.get("/api/v1/me").json() == {
        "kind": "client",
        "code": "hotline",
        "name": "12345热线",
        "unit": None,
        "sources": ["hotline"],
        "roles": ["api_client"],
        "scopes": ["act", "events", "read", "report"],
        "regions": [],
        "expires_at": None,
    }
    me = sign_in("handler").get("/api/v1/me").json()
    assert (me["kind"], me["code"], me["unit"]["code"], me["roles"]) == (
        "person",
        "handler",
        "CG",
        ["dept_handler"],
    )


def test_a_session_writes_only_with_the_csrf_token(cast: Cast) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.duty.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    assert client.get(TICKETS).status_code == 200
    answer = client.post(TICKETS, report(source="phone_in"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert Ticket.objects.count() == 0
    client.cookies["governance_csrf"] = token = "a" * 32
    answer = client.post(TICKETS, report(source="phone_in"), headers={"x-csrftoken": token})
    assert answer.status_code == 201


def test_a_person_who_was_switched_off_is_out(sign_in: SignIn) -> None:
    client = sign_in("duty")
    User.objects.filter(username="duty").update(is_active=False)
    assert client.get(TICKETS).status_code == 401


@override_settings(API_REQUESTS_PER_MINUTE=3)
def test_too_many_requests_are_told_when_to_come_again(hotline: APIClient, police_system: APIClient) -> None:
    assert [hotline.get("/api/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = hotline.get("/api/v1/me")
    assert 1 <= int(answer["Retry-After"]) <= 20
    assert answer.json()["retry_after"] == int(answer["Retry-After"])
    assert police_system.get("/api/v1/me").status_code == 200


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
@pytest.mark.django_db(transaction=True)
def test_a_report_is_taken_while_redis_is_away(cast: Cast) -> None:
    live.client_at.cache_clear()
    try:
        hotline = caller(city.API_KEY)
        for index in range(3):
            answer = hotline.post(TICKETS, report(external_no=f"r{index}"))
            assert answer.status_code == 201
        assert live.publish(["tickets"], {"id": 1}) is False
    finally:
        live.client_at.cache_clear()
        live.BREAKER.reset()
    assert Ticket.objects.count() == 3


@pytest.mark.parametrize("error", [OperationalError("gone"), PoolTimeout("none free")])
def test_the_database_away_is_503(
    hotline: APIClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(connection, "cursor", fail)
    answer = hotline.post(TICKETS, report())
    monkeypatch.undo()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["retry_after"]) == ("unavailable", 5)
    assert "gone" not in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_the_database_away_is_503_for_people_too(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in("duty")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = client.get(TICKETS)
    monkeypatch.undo()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_fault_of_ours_shows_nothing_of_its_inside(
    hotline: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("incidents.intake.build", fail)
    hotline.raise_request_exception = False
    answer = hotline.post(TICKETS, report())
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in answer.content.decode()
    assert answer.json()["instance"] == answer["X-Request-ID"]


def test_the_request_id_of_the_caller_is_kept(hotline: APIClient) -> None:
    answer = hotline.post(TICKETS, report(), headers={"x-request-id": "call-000042"})
    assert answer["X-Request-ID"] == "call-000042"
    assert re.fullmatch(r"app;dur=\d+\.\d", answer["Server-Timing"])
    assert AuditEntry.objects.get().request_id == "call-000042"


class TestIssuingKeys:
    """The key is shown once; a new one ends the old one; both are in the journal."""

    def issue(self, *arguments: str) -> str:
        out = io.StringIO()
        call_command("issue_api_key", *arguments, stdout=out, stderr=io.StringIO())
        return out.getvalue().strip()

    def test_a_new_client(self, cast: Cast) -> None:
        key = self.issue("city_app", "--name", "市民APP", "--sources", "app", "--sources", "wechat")
        assert key.startswith("wg_")
        row = ApiClient.objects.get(code="city_app")
        assert (row.name, row.sources, row.key_hash) == ("市民APP", ["app", "wechat"], hash_key(key))
        assert caller(key).post(TICKETS, report(source="wechat")).status_code == 201
        entry = AuditEntry.objects.get(verb="api_client.issue_key")
        assert key not in str(entry.details)

    def test_a_new_key_ends_the_old_one(self, cast: Cast) -> None:
        key = self.issue("hotline")
        assert caller(city.API_KEY).get("/api/v1/me").status_code == 401
        assert caller(key).get("/api/v1/me").json()["sources"] == ["hotline"]

    def test_an_end_date(self, cast: Cast) -> None:
        key = self.issue("hotline", "--expires", "2026-01-01")
        assert caller(key).get("/api/v1/me").status_code == 401

    @pytest.mark.parametrize(
        "arguments", [("no good",), ("x", "--expires", "soon"), ("x", "--expires", "2026-02-30"), ("y",)]
    )
    def test_what_cannot_be_issued(self, cast: Cast, arguments: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            self.issue(*arguments)
        assert ApiClient.objects.count() == 2

    def test_from_the_administration_pages(self, cast: Cast) -> None:
        admin = User.objects.create_superuser("root", "Grid-2026-pass", name="管理")
        client = APIClient()
        client.force_login(admin, backend="governance.accounts.backends.NameOrPhoneBackend")
        form = {"code": "uav", "name": "无人机", "sources": "uav", "is_active": "on"}
        page = client.post("/admin/exchange/apiclient/add/", form, format="multipart", follow=True)
        row = ApiClient.objects.get(code="uav")
        text = page.content.decode()
        assert "wg_" in text
        assert row.key_hint in text
        assert row.key_hash not in text
        form |= {"name": "无人机二"}
        url = f"/admin/exchange/apiclient/{row.pk}/change/"
        client.post(url, form, format="multipart")
        changed = ApiClient.objects.get(code="uav")
        assert (changed.name, changed.key_hash) == ("无人机二", row.key_hash)
        data = {"action": "give_new_keys", "_selected_action": [row.pk]}
        client.post("/admin/exchange/apiclient/", data, format="multipart")
        assert ApiClient.objects.get(code="uav").key_hash != row.key_hash
        assert AuditEntry.objects.filter(verb="api_client.issue_key", actor_id=admin.pk).count() == 2
        assert client.get(f"/admin/exchange/apiclient/{row.pk}/delete/").status_code == 403


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (None, "1.1.1.1", "9.9.9.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),
        (1, "not an address" * 9, ("not an address" * 9)[:45]),
    ],
)
def test_the_address_behind_proxies(hops: int | None, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="9.9.9.9")
    with override_settings(AXES_IPWARE_PROXY_COUNT=hops):
        assert address_of(request) == expected
