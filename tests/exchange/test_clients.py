"""Clients and their keys: made, changed, rotated with an overlap, revoked; and what a key may be used for."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient

from governance.audit.models import AuditEntry
from governance.exchange import clients, known
from governance.exchange.known import client_by, forget
from governance.exchange.models import ApiClient, hash_key
from governance.exchange.networks import check_network, is_inside
from governance.exchange.scopes import ApiScope
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, NotFound
from incidents.models import Ticket
from tests import city
from tests.api.conftest import TICKETS, caller, report, upload
from tests.cast import Cast, MakeTicket

pytestmark = pytest.mark.django_db
ME = "/api/v1/me"
FACTS: dict[str, Any] = {
    "name": "应急指挥平台",
    "sources": ["hotline"],
    "scopes": list(ApiScope.values),
    "regions": [],
    "networks": [],
    "per_minute": None,
    "must_sign": False,
    "expires_at": None,
}


def make(cast: Cast, **changes: Any) -> clients.Issued:
    return clients.create("command", by=cast.administrator, at=now(), facts=FACTS | changes)


def status(key: str, address: str = ME, **headers: Any) -> int:
    code: int = caller(key).get(address, **headers).status_code
    return code


def test_a_new_client_has_a_key_and_a_secret_that_the_journal_does_not_know(cast: Cast) -> None:
    made = make(cast)
    assert status(made.key) == 200
    row = ApiClient.objects.get(code="command")
    assert (row.key_hash, row.key_hint) == (hash_key(made.key), made.key[-6:])
    assert row.signing_secret == made.secret
    stored = ApiClient.objects.filter(pk=row.pk).values_list("key_hash", flat=True).get()
    assert made.key not in stored
    entry = AuditEntry.objects.get(verb="api_client.issue_key", object_id=str(row.pk))
    assert entry.actor_id == cast.administrator.user_id
    assert made.key not in str(entry.details)
    assert made.secret not in str(entry.details)


def test_a_code_is_given_once_and_must_be_one(cast: Cast) -> None:
    make(cast)
    with pytest.raises(Invalid) as refused:
        make(cast)
    assert "code" in refused.value.fields
    with pytest.raises(Invalid):
        clients.create("no good", by=cast.administrator, at=now(), facts=FACTS)
    assert ApiClient.objects.count() == 3


class TestRotation:
    """Both keys work for a while, then the old one ends by itself."""

    def test_both_keys_are_taken_until_the_overlap_is_over(self, cast: Cast) -> None:
        first = make(cast)
        second = clients.rotate(first.client.pk, by=cast.administrator, at=now(), overlap=timedelta(hours=24))
        assert (status(first.key), status(second.key)) == (200, 200)
        ApiClient.objects.filter(code="command").update(previous_until=now() - timedelta(seconds=1))
        assert (status(first.key), status(second.key)) == (401, 200)

    def test_without_an_overlap_the_old_key_ends_at_once(self, cast: Cast) -> None:
        first = make(cast)
        second = clients.rotate(first.client.pk, by=cast.administrator, at=now(), overlap=timedelta(0))
        assert (status(first.key), status(second.key)) == (401, 200)
        assert ApiClient.objects.get(code="command").secrets_at(now()) == [second.secret]

    def test_there_are_never_three(self, cast: Cast) -> None:
        keys = [make(cast)]
        for _turn in range(2):
            keys.append(
                clients.rotate(keys[0].client.pk, by=cast.administrator, at=now(), overlap=timedelta(days=1))
            )
        assert [status(made.key) for made in keys] == [401, 200, 200]

    @pytest.mark.parametrize("overlap", [timedelta(days=31), timedelta(seconds=-1)])
    def test_an_overlap_is_bounded(self, cast: Cast, overlap: timedelta) -> None:
        made = make(cast)
        with pytest.raises(Invalid):
            clients.rotate(made.client.pk, by=cast.administrator, at=now(), overlap=overlap)
        assert status(made.key) == 200


def test_revoking_ends_both_keys_and_says_why(cast: Cast) -> None:
    first = make(cast)
    second = clients.rotate(first.client.pk, by=cast.administrator, at=now(), overlap=timedelta(hours=1))
    with pytest.raises(Invalid):
        clients.revoke(first.client.pk, by=cast.administrator, at=now(), reason=" ")
    clients.revoke(first.client.pk, by=cast.administrator, at=now(), reason="密钥外泄")
    assert (status(first.key), status(second.key)) == (401, 401)
    assert AuditEntry.objects.get(verb="api_client.revoke").details == {"reason": "密钥外泄"}
    with pytest.raises(Conflict):
        clients.revoke(first.client.pk, by=cast.administrator, at=now(), reason="密钥外泄")
    third = clients.rotate(first.client.pk, by=cast.administrator, at=now(), overlap=timedelta(hours=1))
    assert (status(second.key), status(third.key)) == (401, 200)


def test_a_change_is_journalled_with_what_changed_and_nothing_when_nothing_did(cast: Cast) -> None:
    made = make(cast)
    pk, before = made.client.pk, AuditEntry.objects.count()
    clients.change(pk, by=cast.administrator, at=now(), facts=FACTS)
    assert AuditEntry.objects.count() == before
    clients.change(pk, by=cast.administrator, at=now(), facts=FACTS | {"per_minute": 30})
    assert AuditEntry.objects.latest("id").details == {"per_minute": 30}
    for wrong in ({"networks": ["10.0.0.0/99"]}, {"scopes": ["everything"]}, {"name": ""}):
        with pytest.raises(Invalid):
            clients.change(pk, by=cast.administrator, at=now(), facts=FACTS | wrong)
    assert ApiClient.objects.get(pk=pk).per_minute == 30
    with pytest.raises(NotFound):
        clients.change(0, by=cast.administrator, at=now(), facts=FACTS)


def test_a_client_without_a_secret_is_not_made_to_sign(cast: Cast) -> None:
    row = ApiClient.objects.get(code="hotline")
    with pytest.raises(Invalid) as refused:
        clients.change(row.pk, by=cast.administrator, at=now(), facts=FACTS | {"must_sign": True})
    assert "must_sign" in refused.value.fields
    assert not ApiClient.objects.get(code="hotline").must_sign


class TestScopes:
    """A key does what its scopes name."""

    def answers(self, cast: Cast, make_ticket: MakeTicket, *scopes: str) -> list[int]:
        ticket = make_ticket(source="hotline", by=cast.client)
        client = caller(make(cast, scopes=list(scopes)).key)
        found = [
            client.get(f"{TICKETS}/{ticket.number}"),
            client.post(TICKETS, report(external_no="scoped")),
            upload(client),
            client.post(f"{TICKETS}/{ticket.number}/urges", {"key": "u1"}),
            client.post("/api/v1/locate", {"points": []}),
        ]
        return [answer.status_code == 403 for answer in found]

    def test_reading_only(self, cast: Cast, make_ticket: MakeTicket) -> None:
        assert self.answers(cast, make_ticket, "read") == [False, True, True, True, False]
        assert Ticket.objects.count() == 1

    def test_reporting_only(self, cast: Cast, make_ticket: MakeTicket) -> None:
        assert self.answers(cast, make_ticket, "report") == [True, False, False, True, True]

    def test_acting_only(self, cast: Cast, make_ticket: MakeTicket) -> None:
        assert self.answers(cast, make_ticket, "act") == [True, True, True, False, True]

    def test_the_refusal_names_the_scope(self, cast: Cast) -> None:
        answer = caller(make(cast, scopes=["read"]).key).post(TICKETS, report())
        body = answer.json()
        assert (answer.status_code, body["code"], body["scope"]) == (403, "scope_missing", "report")


class TestRegions:
    """A client of one community reports and sees there only."""

    def test_what_lies_outside_is_neither_taken_nor_shown(self, cast: Cast, make_ticket: MakeTicket) -> None:
        near = make_ticket(source="hotline", by=cast.client)
        far = make_ticket(source="hotline", by=cast.client, column=len(city.GRIDS) - 1)
        community = city.GRIDS[0][:12]
        client = caller(make(cast, regions=[community]).key)
        numbers = [row["number"] for row in client.get(TICKETS).json()["results"]]
        assert numbers == [near.number]
        assert client.get(f"{TICKETS}/{far.number}").status_code == 404
        lon, lat = city.centre(len(city.GRIDS) - 1)
        point = {"lon": lon, "lat": lat, "coord_system": "wgs84"}
        answer = client.post(TICKETS, report(external_no="far", point=point))
        assert (answer.status_code, answer.json()["code"]) == (422, "outside_regions")
        assert client.post(TICKETS, report(external_no="near")).status_code == 201
        assert Ticket.objects.count() == 3
        assert client.get(ME).json()["regions"] == [community]

    def test_a_region_that_is_no_more_reaches_nothing(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket(source="hotline", by=cast.client)
        client = caller(make(cast, regions=["123456789012"]).key)
        assert client.get(TICKETS).json()["results"] == []
        assert client.post(TICKETS, report(external_no="x")).status_code == 422


class TestKnown:
    """A busy client is asked for once in a while only."""

    @pytest.fixture(autouse=True)
    def _trusting(self, settings: Settings) -> Iterator[None]:
        settings.API_CLIENT_SECONDS = 60
        forget()
        yield
        forget()

    def test_its_calls_share_one_statement(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        key = make(cast).key
        with django_assert_num_queries(1):
            assert client_by(hash_key(key)) == client_by(hash_key(key))

    def test_revoking_ends_it_at_once_here(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        made = make(cast)
        assert status(made.key) == 200
        with django_capture_on_commit_callbacks(execute=True):
            clients.revoke(made.client.pk, by=cast.administrator, at=now(), reason="lost")
        assert status(made.key) == 401

    def test_what_was_read_before_a_change_is_not_kept_after_it(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = make(cast)
        read = known.fetch_models

        def slowly(*arguments: Any) -> Any:
            found = read(*arguments)
            ApiClient.objects.filter(pk=made.client.pk).update(is_active=False)
            forget()
            return found

        monkeypatch.setattr(known, "fetch_models", slowly)
        assert client_by(hash_key(made.key)) is not None
        monkeypatch.setattr(known, "fetch_models", read)
        assert status(made.key) == 401

    def test_elsewhere_it_ends_when_the_time_is_over(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = make(cast)
        assert status(made.key) == 200
        ApiClient.objects.filter(pk=made.client.pk).update(is_active=False)
        assert status(made.key) == 200
        later = time.monotonic() + 61
        monkeypatch.setattr(known.time, "monotonic", lambda: later)
        assert status(made.key) == 401

    def test_an_unknown_key_is_asked_for_every_time(
        self, db: None, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(2):
            assert (client_by("0" * 64), client_by("0" * 64)) == (None, None)


class TestNetworks:
    """A key is used from known addresses."""

    def test_another_address_is_refused(self, cast: Cast) -> None:
        key = make(cast, networks=["203.0.113.0/24", "2001:db8::/32"]).key
        assert status(key) == 403
        assert caller(key).get(ME).json()["code"] == "address_not_allowed"
        assert status(key, REMOTE_ADDR="203.0.113.9") == 200
        assert status(key, REMOTE_ADDR="2001:db8::7") == 200
        assert status(key, REMOTE_ADDR="203.0.114.9") == 403

    @pytest.mark.parametrize(
        ("address", "networks", "expected"),
        [
            ("10.1.2.3", [], True),
            ("10.1.2.3", ["10.1.2.3"], True),
            ("::ffff:10.1.2.3", ["10.1.0.0/16"], True),
            ("10.2.2.3", ["10.1.0.0/16"], False),
            ("10.1.2.3", ["::/0"], False),
            ("", ["10.0.0.0/8"], False),
            ("not an address", ["0.0.0.0/0"], False),
        ],
    )
    def test_inside(self, address: str, networks: list[str], expected: bool) -> None:
        assert is_inside(address, networks) is expected

    @pytest.mark.parametrize("text", ["", "10.0.0.0/33", "example.org", "10.0.0"])
    def test_what_is_no_network(self, text: str) -> None:
        with pytest.raises(ValidationError):
            check_network(text)


def test_a_client_has_a_limit_of_its_own(cast: Cast, hotline: APIClient) -> None:
    client = caller(make(cast, per_minute=3).key)
    answers = [client.get(ME) for _call in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"minute";r=2',
        '"minute";r=1',
        '"minute";r=0',
        '"minute";r=0',
    ]
    assert answers[0]["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert 1 <= int(answers[3]["Retry-After"]) <= 20
    assert hotline.get(ME)["RateLimit-Policy"] == '"minute";q=60000;w=60'
