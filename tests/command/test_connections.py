"""Pages of external systems: administrators keep clients, auditors read, nobody else gets in; keys are shown once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient, ExchangeCall, hash_key
from governance.foundation.clock import now
from tests import city
from tests.api.conftest import caller
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST, NEW, CALLS = "/connections/", "/connections/new/", "/connections/calls/"
FORM: dict[str, Any] = {
    "code": "emergency",
    "name": "应急指挥系统",
    "sources": ["hotline"],
    "scopes": ["read", "report"],
    "regions": [city.GRIDS[0][:12]],
    "networks": "203.0.113.0/24\n127.0.0.1, 127.0.0.1",
    "per_minute": "600",
    "expires_on": "2199-01-01",
}
Open = Callable[[str], Client]


@pytest.fixture
def open_as(cast: Cast) -> Open:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(
            cast.everybody[name].user, backend="governance.accounts.backends.NameOrPhoneBackend"
        )
        return client

    return sign_in


def row(number: int = 0, **changes: Any) -> ExchangeCall:
    facts: dict[str, Any] = {
        "client": ApiClient.objects.get(code="hotline"),
        "key_hint": "abc123",
        "at": now() - timedelta(minutes=number),
        "method": "POST",
        "path": "/api/v1/tickets",
        "status": 201,
        "took_ms": 12,
        "request_id": f"request-{number:04d}",
        "address": "10.0.0.9",
        "ticket": f"WG2026112200{number:04d}",
        "sent_bytes": 10,
        "answered_bytes": 20,
        "sent": '{"source": "hotline"}',
        "answered": '{"number": "WG1"}',
    }
    return ExchangeCall.objects.create(**facts | changes)


def test_a_new_client_gets_a_key_that_is_shown_once(open_as: Open) -> None:
    answer = open_as("administrator").post(NEW, FORM)
    text = answer.content.decode()
    key = re.findall(r"wg_[\w-]{32}", text)[0]
    client = ApiClient.objects.get(code="emergency")
    assert client.key_hash == hash_key(key)
    assert client.signing_secret in text
    assert (client.scopes, client.networks, client.per_minute) == (
        ["read", "report"],
        ["203.0.113.0/24", "127.0.0.1"],
        600,
    )
    assert answer["Cache-Control"] == "no-store"
    assert key not in open_as("administrator").get(LIST).content.decode()
    assert caller(key).get("/api/v1/me").json()["regions"] == [city.GRIDS[0][:12]]
    assert client.expires_at is not None
    assert client.expires_at.isoformat() == "2199-01-01T16:00:00+00:00"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "hotline"}, "code"),
        ({"code": "no good"}, "code"),
        ({"sources": []}, "sources"),
        ({"sources": ["unknown"]}, "sources"),
        ({"scopes": ["all"]}, "scopes"),
        ({"regions": ["1"]}, "regions"),
        ({"networks": "example.org"}, "networks"),
        ({"per_minute": "0"}, "per_minute"),
        ({"expires_on": "yesterday"}, "expires_on"),
    ],
)
def test_a_wrong_form_makes_nothing(open_as: Open, wrong: dict[str, Any], field: str) -> None:
    answer = open_as("administrator").post(NEW, FORM | wrong)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert ApiClient.objects.count() == 2


def test_rights_are_changed_and_the_key_stays(open_as: Open) -> None:
    client = ApiClient.objects.get(code="hotline")
    url = f"{LIST}{client.pk}/"
    page = open_as("administrator").get(url, headers={"hx-request": "true"})
    assert "12345" in page.content.decode()
    form = {key: value for key, value in FORM.items() if key != "code"} | {"networks": "", "regions": []}
    answer = open_as("administrator").post(url, form, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, LIST)
    client.refresh_from_db()
    assert (client.name, client.scopes, client.key_hash) == (
        "应急指挥系统",
        ["read", "report"],
        hash_key(city.API_KEY),
    )
    answer = open_as("administrator").post(url, form | {"must_sign": "on"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["must_sign"])


def test_a_new_key_lives_beside_the_old_one_and_revoking_ends_both(open_as: Open) -> None:
    client = ApiClient.objects.get(code="hotline")
    answer = open_as("administrator").post(f"{LIST}{client.pk}/key/", {"overlap": "24"})
    key = re.findall(r"wg_[\w-]{32}", answer.content.decode())[0]
    assert [caller(one).get("/api/v1/me").status_code for one in (key, city.API_KEY)] == [200, 200]
    assert city.API_KEY[-6:] in open_as("auditor").get(LIST).content.decode()
    url = f"{LIST}{client.pk}/revoke/"
    assert open_as("administrator").post(url, {"reason": ""}).status_code == 422
    assert open_as("administrator").post(url, {"reason": "密钥外泄"}).status_code == 302
    assert [caller(one).get("/api/v1/me").status_code for one in (key, city.API_KEY)] == [401, 401]
    assert open_as("administrator").post(url, {"reason": "再次"}).status_code == 409
    assert open_as("administrator").post(f"{LIST}0/revoke/", {"reason": "x"}).status_code == 404


def test_the_auditor_reads_and_writes_nothing(open_as: Open) -> None:
    call, pk = row(), ApiClient.objects.get(code="hotline").pk
    auditor = open_as("auditor")
    for url in (LIST, CALLS, f"{CALLS}{call.pk}/", f"{CALLS}export.csv"):
        assert auditor.get(url).status_code == 200, url
    assert NEW not in auditor.get(LIST).content.decode()
    before = AuditEntry.objects.count()
    for url in (NEW, f"{LIST}{pk}/", f"{LIST}{pk}/key/", f"{LIST}{pk}/revoke/"):
        assert auditor.get(url).status_code == 403, url
        assert auditor.post(url, FORM | {"overlap": "0", "reason": "x"}).status_code == 403, url
    assert AuditEntry.objects.count() == before
    assert ApiClient.objects.get(pk=pk).key_hash == hash_key(city.API_KEY)


@pytest.mark.parametrize("name", ["dispatcher", "leader", "handler", "outsider", "worker"])
def test_nobody_else_gets_in(open_as: Open, name: str) -> None:
    call, person = row(), open_as(name)
    for url in (LIST, NEW, CALLS, f"{CALLS}{call.pk}/", f"{CALLS}export.csv"):
        assert person.get(url).status_code == 403, url
    assert Client().get(LIST).status_code == 302


class TestLog:
    """The searchable log."""

    def shown(self, open_as: Open, query: str) -> list[str]:
        answer = open_as("administrator").get(f"{CALLS}?{query}")
        return [call.request_id for call in answer.context["page"].rows]

    def test_filters(self, open_as: Open) -> None:
        police = ApiClient.objects.get(code="police")
        row(1), row(2, status=422, code="unknown_category"), row(3, client=police, status=500)
        row(4, at=now() - timedelta(days=40), address="10.9.9.9")
        day = (now() - timedelta(days=30)).date().isoformat()
        wanted = {
            "": [1, 2, 3, 4],
            "client=police": [3],
            "outcome=ok": [1, 4],
            "outcome=refused": [2],
            "outcome=fault": [3],
            "outcome=nonsense": [1, 2, 3, 4],
            "q=wg20261122000002": [2],
            "q=request-0003": [3],
            "q=10.9.9.9": [4],
            f"since={day}": [1, 2, 3],
            f"until={day}": [4],
            "since=2026-99-99&until=x": [1, 2, 3, 4],
        }
        found = {query: self.shown(open_as, query) for query in wanted}
        assert found == {query: [f"request-{n:04d}" for n in numbers] for query, numbers in wanted.items()}

    def test_pages_cost_the_same_however_many_rows(self, open_as: Open) -> None:
        person, costs = open_as("administrator"), []
        person.get(CALLS)  # what a process reads once is not the page's
        for number in (1, 3):
            while ExchangeCall.objects.count() < number:
                row(ExchangeCall.objects.count())
            with CaptureQueriesContext(connection) as statements:
                assert person.get(CALLS).status_code == 200
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 10, costs

    def test_fifty_a_page_and_the_rest_behind_the_cursor(self, open_as: Open) -> None:
        for number in range(53):
            row(number)
        page = open_as("administrator").get(CALLS).context["page"]
        assert len(page.rows) == 50
        assert len(self.shown(open_as, f"cursor={page.next}")) == 3
        assert open_as("administrator").get(f"{CALLS}?cursor=xyz").status_code == 400

    def test_one_call_with_what_was_sent(self, open_as: Open) -> None:
        call = row(sent='{"content": "<b>[3 characters]</b>"}')
        text = open_as("administrator").get(f"{CALLS}{call.pk}/").content.decode()
        assert "&lt;b&gt;[3 characters]" in text
        assert open_as("administrator").get(f"{CALLS}0/").status_code == 404

    def test_the_export_is_journalled_and_harmless(self, open_as: Open) -> None:
        row(path="=cmd", status=404)
        answer = open_as("administrator").get(f"{CALLS}export.csv?outcome=refused")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert len(lines) == 2
        assert "'=cmd" in lines[1]
        assert AuditEntry.objects.get(verb="exchange_log.export").details == {"query": "outcome=refused"}


def test_the_menu_shows_it_to_both(open_as: Open) -> None:
    for name, expected in (("administrator", True), ("auditor", True), ("dispatcher", False)):
        home = open_as(name).get("/connections/" if expected else "/tickets/", follow=True)
        assert ("外部接入" in home.content.decode()) is expected, name
