"""Endpoints made, changed, rotated, paused, resumed, removed: each once, journalled, no secret in the journal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from standardwebhooks import Webhook

from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Unprocessable,
)
from incidents import catalogue, feed
from incidents.models import Policy
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, at_once
from tests.webhooks.conftest import MakeEndpoint
from webhooks import keeping
from webhooks.fanning import fan_out
from webhooks.models import Delivery, Endpoint, new_secret
from webhooks.sending import claim
from webhooks.streams import kinds

URL = "https://hotline.example.cn/hook"
FACTS: dict[str, Any] = {"name": "热线", "url": URL, "kinds": ["ticket.closed", "ticket.accepted"]}


def hotline() -> int:
    return ApiClient.objects.get(code="hotline").pk


@pytest.mark.django_db
class TestCreate:
    """A new endpoint."""

    def test_its_secret_is_shown_once_and_sealed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket(source="hotline", by=cast.client)
        made = keeping.create(hotline(), by=cast.client, at=MONDAY, **FACTS)
        endpoint = Endpoint.objects.get()
        assert made.secret == endpoint.secret
        assert made.secret.startswith("whsec_")
        Webhook(made.secret)
        assert endpoint.secret_hint == made.secret.rstrip("=")[-4:]
        assert endpoint.kinds == ["ticket.accepted", "ticket.closed"], "in the order of the list"
        assert endpoint.cursor == feed.latest(cast.client).after, "it is told what comes"
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM webhooks_endpoint")
            assert made.secret[6:20] not in cursor.fetchone()[0]
        entry = AuditEntry.objects.get(verb="webhook.add")
        assert entry.actor_name == cast.client.name
        assert entry.details["url"] == URL
        assert made.secret not in str(entry.details)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "a" * 81}, "name"),
            ({"url": "http://hotline.example.cn/"}, "url"),
            ({"url": "https://192.168.0.1/"}, "url"),
            ({"kinds": []}, "kinds"),
            ({"kinds": ["ticket.eaten"]}, "kinds"),
        ],
    )
    def test_wrong_facts_make_nothing(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as caught:
            keeping.create(hotline(), by=cast.administrator, at=MONDAY, **FACTS | wrong)
        assert list(caught.value.fields) == [field]
        assert not Endpoint.objects.exists()

    def test_an_address_once_for_each_client(self, cast: Cast, make_endpoint: MakeEndpoint) -> None:
        first = make_endpoint(URL)
        make_endpoint(URL, client="police")
        with pytest.raises(Conflict):
            keeping.create(hotline(), by=cast.client, at=MONDAY, **FACTS)
        second = make_endpoint(URL + "/2")
        with pytest.raises(Conflict):
            keeping.change(second.pk, by=cast.client, at=MONDAY, **FACTS)
        keeping.remove(first.pk, by=cast.client, at=MONDAY)
        keeping.change(second.pk, by=cast.client, at=MONDAY, **FACTS)

    def test_bounds(self, cast: Cast, make_endpoint: MakeEndpoint) -> None:
        Policy.objects.create(key="webhook.most_endpoints", value=1, valid_from=MONDAY)
        catalogue.forget()
        make_endpoint()
        with pytest.raises(Unprocessable) as caught:
            keeping.create(hotline(), by=cast.client, at=MONDAY, **FACTS | {"url": URL + "/2"})
        assert caught.value.code == "too_many"
        ApiClient.objects.filter(code="police").update(scopes=["read"])
        police = ApiClient.objects.get(code="police").pk
        with pytest.raises(Unprocessable) as caught:
            keeping.create(police, by=cast.administrator, at=MONDAY, **FACTS)
        assert caught.value.code == "scope_missing"
        with pytest.raises(NotFound):
            keeping.create(police, by=cast.client, at=MONDAY, **FACTS)
        with pytest.raises(NotFound):
            keeping.create(10**9, by=cast.administrator, at=MONDAY, **FACTS)
        with pytest.raises(Forbidden):
            keeping.create(police, by=cast.auditor, at=MONDAY, **FACTS)
        assert Endpoint.objects.count() == 1


@pytest.mark.django_db
class TestChange:
    """What becomes of one."""

    def test_a_new_address_begins_anew(self, cast: Cast, make_endpoint: MakeEndpoint) -> None:
        endpoint = make_endpoint(URL, failures=9, failing_since=MONDAY, rest_until=MONDAY + DAY)
        keeping.change(endpoint.pk, by=cast.client, at=MONDAY, version=1, **FACTS)
        endpoint.refresh_from_db()
        assert (endpoint.name, endpoint.failures, endpoint.version) == ("热线", 9, 2)
        with pytest.raises(StaleVersion):
            keeping.change(endpoint.pk, by=cast.client, at=MONDAY, version=1, **FACTS)
        keeping.change(endpoint.pk, by=cast.client, at=MONDAY, **FACTS | {"url": URL + "/new"})
        endpoint.refresh_from_db()
        assert (endpoint.url, endpoint.failures, endpoint.rest_until) == (URL + "/new", 0, None)
        assert AuditEntry.objects.filter(verb="webhook.change").count() == 2

    def test_rotation_keeps_the_secret_before_for_a_while(
        self, cast: Cast, make_endpoint: MakeEndpoint
    ) -> None:
        endpoint = make_endpoint()
        first = endpoint.secret
        second = keeping.rotate(endpoint.pk, by=cast.client, at=MONDAY, overlap=DAY).secret
        endpoint.refresh_from_db()
        assert endpoint.secrets_at(MONDAY + DAY - HOUR) == [second, first]
        assert endpoint.secrets_at(MONDAY + DAY) == [second]
        third = keeping.rotate(endpoint.pk, by=cast.client, at=MONDAY, overlap=timedelta(0)).secret
        endpoint.refresh_from_db()
        assert endpoint.secrets_at(MONDAY) == [third]
        assert endpoint.previous_secret == ""
        for wrong in (timedelta(seconds=-1), 8 * DAY):
            with pytest.raises(Invalid):
                keeping.rotate(endpoint.pk, by=cast.client, at=MONDAY, overlap=wrong)
        journal = str(list(AuditEntry.objects.values_list("details", flat=True)))
        assert not any(secret in journal for secret in (first, second, third))

    def test_a_paused_one_goes_on_with_what_was_missed(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        endpoint = make_endpoint()
        with pytest.raises(Invalid):
            keeping.pause(endpoint.pk, by=cast.client, at=MONDAY, reason=" ")
        keeping.pause(endpoint.pk, by=cast.client, at=MONDAY, reason="系统升级")
        make_ticket(source="hotline", by=cast.client)
        assert fan_out(at=MONDAY).made == 0
        with pytest.raises(IllegalTransition):
            keeping.pause(endpoint.pk, by=cast.client, at=MONDAY, reason="再次")
        keeping.resume(endpoint.pk, by=cast.client, at=MONDAY)
        assert fan_out(at=MONDAY).made == 1

    def test_or_only_with_what_comes(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        endpoint = make_endpoint()
        make_ticket("accepted", source="hotline", by=cast.client)
        assert fan_out(at=MONDAY).made == 2
        keeping.pause(endpoint.pk, by=cast.client, at=MONDAY, reason="系统升级")
        make_ticket(source="hotline", by=cast.client)
        keeping.resume(endpoint.pk, by=cast.client, at=MONDAY, skip=True)
        assert fan_out(at=MONDAY).made == 0
        assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
        assert AuditEntry.objects.get(verb="webhook.resume").details["withdrawn"] == 2

    def test_what_waited_has_its_whole_time_again(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        endpoint = make_endpoint()
        make_ticket(source="hotline", by=cast.client)
        fan_out(at=MONDAY)
        Delivery.objects.update(next_at=MONDAY + 9 * DAY)
        Endpoint.objects.update(
            state="broken", failures=7, off_reason="failing", rest_until=MONDAY + 20 * DAY
        )
        at = MONDAY + 5 * DAY
        keeping.resume(endpoint.pk, by=cast.administrator, at=at)
        row = Delivery.objects.get()
        assert (row.next_at, row.give_up_at) == (at, at + 3 * DAY)
        endpoint.refresh_from_db()
        assert (endpoint.state, endpoint.failures, endpoint.off_reason) == ("active", 0, "")
        assert len(claim(at=at, flying={}, room=9)) == 1

    def test_a_removed_one_is_told_nothing_and_knows_no_secret(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        endpoint = make_endpoint()
        make_ticket("accepted", source="hotline", by=cast.client)
        fan_out(at=MONDAY)
        keeping.remove(endpoint.pk, by=cast.client, at=MONDAY)
        endpoint.refresh_from_db()
        assert (endpoint.state, endpoint.secret) == ("removed", "")
        assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
        assert claim(at=MONDAY, flying={}, room=9) == []
        with pytest.raises(IllegalTransition):
            keeping.resume(endpoint.pk, by=cast.client, at=MONDAY)

    def test_a_test_is_sent_also_to_one_that_is_paused(self, cast: Cast, make_endpoint: MakeEndpoint) -> None:
        endpoint = make_endpoint(state="paused")
        row = keeping.send_test(endpoint.pk, by=cast.client, at=MONDAY)
        (outgoing,) = claim(at=MONDAY, flying={}, room=9)
        assert outgoing.message_id == row.pk
        assert b'"type":"webhook.test"' in outgoing.body

    @pytest.mark.parametrize(
        "deed",
        [
            lambda pk, by: keeping.change(pk, by=by, at=MONDAY, **FACTS),
            lambda pk, by: keeping.rotate(pk, by=by, at=MONDAY, overlap=HOUR),
            lambda pk, by: keeping.pause(pk, by=by, at=MONDAY, reason="x"),
            lambda pk, by: keeping.remove(pk, by=by, at=MONDAY),
            lambda pk, by: keeping.send_test(pk, by=by, at=MONDAY),
        ],
    )
    def test_others_change_nothing(
        self, deed: Callable[..., Any], cast: Cast, make_endpoint: MakeEndpoint
    ) -> None:
        endpoint = make_endpoint()
        before = Endpoint.objects.values().get()
        entries = AuditEntry.objects.count()
        for by, problem in (
            (cast.other_client, NotFound),
            (cast.dispatcher, NotFound),
            (cast.auditor, Forbidden),
        ):
            with pytest.raises(problem):
                deed(endpoint.pk, by)
        with pytest.raises(NotFound):
            deed(10**9, cast.administrator)
        assert Endpoint.objects.values().get() == before
        assert AuditEntry.objects.count() == entries


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_endpoint(cast: Cast) -> None:
    client, by = hotline(), cast.client
    outcomes = at_once([lambda: keeping.create(client, by=by, at=MONDAY, **FACTS)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Issued"]
    assert Endpoint.objects.count() == 1


def test_secrets_are_long_and_never_the_same() -> None:
    assert len({new_secret() for _number in range(50)}) == 50
    assert len(kinds()) == len(set(kinds())) == 33 + 16 + 20
