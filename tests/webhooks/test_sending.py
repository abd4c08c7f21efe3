"""Claims and results: one of a ticket at a time, retries, the circuit, Retry-After, 410, and what a kill leaves."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from governance.exchange.posting import Answer
from tests import city
from tests.api.conftest import caller
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, at_once
from tests.webhooks.conftest import MakeEndpoint
from tests.webhooks.receiving import Got
from webhooks import keeping, sending
from webhooks.fanning import fan_out
from webhooks.models import Delivery, Endpoint
from webhooks.sending import Outgoing, Result, claim, write_down

pytestmark = pytest.mark.django_db
OK, BROKEN, GONE, BUSY = (Answer(status=status) for status in (200, 500, 410, 429))
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest wait each time."""

    class Whole:
        @staticmethod
        def random() -> float:
            return 1.0

    monkeypatch.setattr(sending, "CHANCE", Whole())


def take(at: datetime = MONDAY, flying: dict[int, int] | None = None, room: int = 100) -> list[Outgoing]:
    return claim(at=at, flying=flying or {}, room=room)


def settle(taken: Sequence[Outgoing], answer: Answer, at: datetime = MONDAY) -> int:
    return write_down([Result(outgoing=outgoing, answer=answer) for outgoing in taken], at=at)


def events(taken: Sequence[Outgoing]) -> list[str]:
    return [json.loads(outgoing.body)["type"].removeprefix("ticket.") for outgoing in taken]


Fill = Callable[..., list[str]]


@pytest.fixture
def fill(cast: Cast, make_ticket: MakeTicket) -> Fill:
    """Tickets of the hotline in a state, and their messages made; the numbers."""

    def make(count: int = 1, state: str = "registered") -> list[str]:
        tickets = [
            make_ticket(
                state, source="hotline", by=cast.client, external_no=f"F-{number}-{state}", at=MONDAY - DAY
            )
            for number in range(count)
        ]
        fan_out(at=MONDAY)
        return [ticket.number for ticket in tickets]

    return make


class TestOrder:
    """Of a ticket one after the other, tickets beside each other."""

    def test_a_message_is_what_the_feed_says_signed_by_the_library(
        self, cast: Cast, make_endpoint: MakeEndpoint, fill: Fill, settings: Any
    ) -> None:
        endpoint = make_endpoint()
        fill(state="accepted")
        feed = caller(city.API_KEY).get("/api/v1/events").json()["events"]
        at = datetime.now(MONDAY.tzinfo)
        Delivery.objects.update(next_at=at)
        (outgoing,) = take(at)
        message = json.loads(outgoing.body)
        assert message["data"] == feed[0]
        assert message["type"] == "ticket.registered"
        assert datetime.fromisoformat(message["timestamp"]) == MONDAY - DAY
        assert outgoing.url == endpoint.url
        assert Got("/", outgoing.headers, outgoing.body).is_signed_with(endpoint.secret)
        assert outgoing.headers["webhook-id"] == Delivery.objects.earliest("pk").name

    def test_a_rotation_signs_twice(self, cast: Cast, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        endpoint = make_endpoint()
        at = datetime.now(MONDAY.tzinfo)
        made = keeping.rotate(endpoint.pk, by=cast.client, at=at, overlap=HOUR)
        fill()
        Delivery.objects.update(next_at=at)
        (outgoing,) = take(at)
        got = Got("/", outgoing.headers, outgoing.body)
        assert len(outgoing.headers["webhook-signature"].split()) == 2
        assert got.is_signed_with(endpoint.secret)
        assert got.is_signed_with(made.secret)

    def test_the_next_of_a_ticket_goes_when_the_one_before_has_arrived(
        self, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        make_endpoint()
        fill(2, "handling")
        for expected in ("registered", "accepted", "dispatched", "signed"):
            taken = take()
            assert events(taken) == [expected] * 2
            assert take() == [], "claimed already"
            assert settle(taken, OK) == 2
        assert take() == []
        assert set(Delivery.objects.values_list("state", "attempts")) == {("delivered", 1)}
        assert Delivery.objects.filter(done_at=MONDAY).count() == 8

    def test_a_failed_one_holds_its_ticket_and_no_other(
        self, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        make_endpoint()
        first, second = fill(2, "accepted")
        taken = take()
        name = taken[0].headers["webhook-id"]
        settle(taken[:1], BROKEN)
        settle(taken[1:], OK)
        (outgoing,) = take()
        assert json.loads(outgoing.body)["data"]["ticket"] == second
        settle([outgoing], OK)
        assert take(MONDAY + 4 * SECOND) == []
        (again,) = take(MONDAY + 5 * SECOND)
        assert again.headers["webhook-id"] == name
        settle([again], OK, MONDAY + 5 * SECOND)
        (last,) = take(MONDAY + 5 * SECOND)
        assert (events([last]), json.loads(last.body)["data"]["ticket"]) == (["accepted"], first)

    def test_the_database_refuses_two_of_a_ticket_on_the_way(
        self, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        make_endpoint()
        fill(state="accepted")
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.update(state="waiting")

    def test_fair_turns_and_bounded_seats(
        self, make_endpoint: MakeEndpoint, fill: Fill, settings: Any
    ) -> None:
        settings.WEBHOOK_PER_ENDPOINT = 3
        first, second = make_endpoint(), make_endpoint("https://hotline.example.cn/other")
        fill(5)
        taken = take(room=4)
        assert sorted(outgoing.endpoint_id for outgoing in taken) == [first.pk] * 2 + [second.pk] * 2
        assert len(take(flying={first.pk: 2, second.pk: 2})) == 2
        assert take(flying={first.pk: 3, second.pk: 3}) == []
        assert take(room=0) == []

    def test_what_a_client_may_no_longer_read_is_withdrawn(
        self, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        make_endpoint()
        fill(state="accepted")
        ApiClient.objects.filter(code="hotline").update(sources=["police"])
        assert take() == []
        assert take() == []
        assert set(Delivery.objects.values_list("state", "last_error")) == {("cancelled", "not_visible")}

    def test_a_revoked_client_is_told_nothing(self, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        make_endpoint()
        fill()
        ApiClient.objects.filter(code="hotline").update(is_active=False)
        assert take() == []
        assert Delivery.objects.get().attempts == 0


class TestFailure:
    """What is tried again, and when."""

    def test_waits_grow_until_it_is_given_up(self, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        make_endpoint()
        fill(state="accepted")
        at, waits = MONDAY, []
        while Delivery.objects.filter(state="waiting", kind="ticket.registered").exists():
            Endpoint.objects.update(rest_until=None, failures=0, failing_since=None)
            settle(take(at), BROKEN, at)
            row = Delivery.objects.get(kind="ticket.registered")
            waits.append(row.next_at - at)
            at = row.next_at if row.state == "waiting" else at
        assert waits[:3] == [5 * SECOND, 10 * SECOND, 20 * SECOND]
        row = Delivery.objects.get(kind="ticket.registered")
        assert (row.state, row.done_at, row.last_status) == ("dead", at, 500)
        assert MONDAY + 72 * HOUR <= at < MONDAY + 79 * HOUR
        assert len(row.tries) == row.attempts == len(waits)
        assert row.tries[-1] == {"at": at.isoformat(), "status": 500, "error": "", "ms": 0}
        later = Delivery.objects.get(kind="ticket.accepted")
        assert (later.state, later.next_at, later.give_up_at) == ("waiting", at, at + 72 * HOUR)

    def test_retry_after_is_the_least_wait(self, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        make_endpoint()
        fill(2)
        taken = take()
        settle(taken[:1], Answer(status=503, retry_after=120.0))
        endpoint = Endpoint.objects.get()
        assert endpoint.rest_until == MONDAY + 120 * SECOND
        assert Delivery.objects.get(pk=taken[0].message_id).next_at == MONDAY + 120 * SECOND
        settle(taken[1:], Answer(status=503, retry_after=1.0))
        assert Delivery.objects.get(pk=taken[1].message_id).next_at == MONDAY + 5 * SECOND

    def test_too_many_is_no_failure_but_a_rest(self, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        make_endpoint()
        fill()
        settle(take(), BUSY)
        endpoint = Endpoint.objects.get()
        assert (endpoint.failures, endpoint.rest_until) == (0, MONDAY + 15 * SECOND)
        assert take(MONDAY + 14 * SECOND) == []
        assert len(take(MONDAY + 15 * SECOND)) == 1

    def test_the_circuit_opens_tries_with_one_and_closes(
        self, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        make_endpoint()
        fill(8)
        taken = take()
        assert len(taken) == 8
        settle(taken[:1], BROKEN)
        assert take(flying={taken[0].endpoint_id: 1}) == [], "one at a time after the first failure"
        settle(taken[1:4], BROKEN)
        assert Endpoint.objects.get().rest_until is None
        settle(taken[4:6], Answer(error="timeout"))
        endpoint = Endpoint.objects.get()
        assert (endpoint.failures, endpoint.is_failing, endpoint.failing_since) == (6, True, MONDAY)
        assert endpoint.rest_until == MONDAY + 30 * SECOND
        settle(taken[6:], BROKEN)
        at = MONDAY + 120 * SECOND
        assert take(at - SECOND) == []
        (probe,) = take(at)
        assert take(at, {probe.endpoint_id: 1}) == []
        settle([probe], BROKEN, at)
        assert Endpoint.objects.get().rest_until == at + 240 * SECOND
        at += 240 * SECOND
        (probe,) = take(at)
        settle([probe], OK, at)
        endpoint = Endpoint.objects.get()
        assert (endpoint.failures, endpoint.failing_since, endpoint.rest_until) == (0, None, None)
        assert (endpoint.last_ok_at, endpoint.last_status) == (at, 200)
        assert len(take(at)) == 7

    def test_gone_switches_off(self, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        make_endpoint()
        fill()
        settle(take(), GONE)
        endpoint = Endpoint.objects.get()
        assert (endpoint.state, endpoint.off_reason, endpoint.version) == ("broken", "gone", 2)
        assert take(MONDAY + DAY) == []
        entry = AuditEntry.objects.get(verb="webhook.switch_off")
        assert (entry.role, entry.details["reason"]) == ("system", "gone")
        assert Delivery.objects.get().state == "waiting", "it may come back"

    def test_three_days_of_failures_switch_off(self, make_endpoint: MakeEndpoint, fill: Fill) -> None:
        make_endpoint(failures=30, failing_since=MONDAY - 72 * HOUR)
        Endpoint.objects.update(failures=0)
        fill()
        Endpoint.objects.update(failures=30)
        settle(take(), BROKEN)
        endpoint = Endpoint.objects.get()
        assert (endpoint.state, endpoint.off_reason) == ("broken", "failing")

    def test_a_test_is_tried_once_and_closes_the_circuit(
        self, cast: Cast, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        endpoint = make_endpoint()
        fill()
        Endpoint.objects.update(failures=9, rest_until=MONDAY + DAY)
        first = keeping.send_test(endpoint.pk, by=cast.client, at=MONDAY)
        taken = take()
        assert [outgoing.message_id for outgoing in taken] == [first.pk]
        settle(taken, BROKEN)
        first.refresh_from_db()
        assert first.state == "dead"
        second = keeping.send_test(endpoint.pk, by=cast.client, at=MONDAY)
        settle(take(), OK)
        second.refresh_from_db()
        assert second.state == "delivered"
        assert len(take()) == 1, "and the others go on"

    def test_a_test_that_fails_at_a_paused_endpoint_leaves_it_paused(
        self, cast: Cast, make_endpoint: MakeEndpoint
    ) -> None:
        endpoint = make_endpoint(state="paused")
        keeping.send_test(endpoint.pk, by=cast.client, at=MONDAY)
        settle(take(), GONE)
        assert Endpoint.objects.get().state == "paused"


class TestClaims:
    """What a killed sender leaves, and one that comes late."""

    def test_a_claim_runs_out_and_the_late_result_counts_for_nothing(
        self, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        make_endpoint()
        fill()
        late = take()
        ends = MONDAY + 10 * SECOND
        assert take(ends - SECOND) == []
        again = take(ends)
        assert [outgoing.message_id for outgoing in again] == [late[0].message_id]
        assert again[0].headers["webhook-id"] == late[0].headers["webhook-id"]
        assert settle(late, OK, ends) == 0
        assert Delivery.objects.get().state == "waiting"
        assert settle(again, OK, ends) == 1
        assert settle(again, OK, ends) == 0, "once"
        assert Delivery.objects.get().attempts == 2

    def test_a_result_for_what_was_withdrawn_or_is_gone(
        self, cast: Cast, make_endpoint: MakeEndpoint, fill: Fill
    ) -> None:
        endpoint = make_endpoint()
        fill()
        taken = take()
        keeping.remove(endpoint.pk, by=cast.client, at=MONDAY)
        assert settle(taken, OK) == 0
        assert Delivery.objects.get().state == "cancelled"
        Delivery.objects.all().delete()
        assert settle(taken, OK) == 0

    @pytest.mark.parametrize("count", [1, 3])
    def test_statements(self, count: int, make_endpoint: MakeEndpoint, fill: Fill, steady: None) -> None:
        make_endpoint()
        fill(count, "accepted")
        with CaptureQueriesContext(connection) as claiming:
            taken = take()
        # endpoints with something due; the claim; its rows; sources and events of the client
        assert (len(taken), len(claiming)) == (count, 5)
        with CaptureQueriesContext(connection) as settling:
            assert settle(taken, OK) == count
        own = [query for query in settling if "SAVEPOINT" not in str(query["sql"])]
        # endpoints and messages locked; messages, the next ones, the endpoint written
        assert len(own) == 5


@pytest.mark.django_db(transaction=True)
def test_four_at_once_claim_each_message_once(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
) -> None:
    make_endpoint()
    for number in range(12):
        make_ticket(source="hotline", by=cast.client, external_no=f"C-{number}")
    fan_out(at=MONDAY)
    claims = at_once([lambda: take(room=3)] * 4)
    ids = [outgoing.message_id for taken in claims for outgoing in taken]
    assert len(ids) == len(set(ids))
    ids += [outgoing.message_id for outgoing in take()]
    assert len(set(ids)) >= 10
    assert len(ids) == len(set(ids))
    assert set(Delivery.objects.filter(pk__in=ids).values_list("attempts", flat=True)) == {1}
