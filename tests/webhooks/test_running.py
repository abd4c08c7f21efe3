"""Turns of delivery against real receivers: in order, at least once, nobody slowed by another, one turn at a time."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from governance.foundation.clock import now
from incidents import transitions
from tests.cast import Cast, MakeTicket
from tests.faults.processes import wait_for
from tests.webhooks.conftest import MakeEndpoint
from tests.webhooks.receiving import Got, Receiver, Reply, receiving
from webhooks import keeping, running, tasks
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that has nothing left ends soon."""
    monkeypatch.setattr(running, "LINGER_SECONDS", 0.3)
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)


def test_a_ticket_from_report_to_end_arrives_in_order(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver
) -> None:
    endpoint = make_endpoint(receiver.url)
    ticket = make_ticket("called", source="hotline", by=cast.client)
    assert running.run() == 7
    told = [got.event["type"].removeprefix("ticket.") for got in receiver.got]
    assert told == ["registered", "accepted", "dispatched", "signed", "feedback", "checked", "followed_up"]
    assert {got.event["ticket"] for got in receiver.got} == {ticket.number}
    assert all(got.is_signed_with(endpoint.secret) for got in receiver.got)
    assert running.run() == 0
    transitions.close(ticket.pk, by=cast.oversight, at=now())
    assert tasks.deliver() == 1
    assert len(set(receiver.names)) == len(receiver.names) == 8
    endpoint.refresh_from_db()
    assert (endpoint.last_status, endpoint.failures) == (204, 0)
    assert endpoint.last_ok_at is not None


def test_a_receiver_that_refuses_gets_the_same_message_again(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver
) -> None:
    make_endpoint(receiver.url)
    make_ticket("accepted", source="hotline", by=cast.client)
    receiver.answer = lambda _got: Reply(500, "数据库锁定".encode())
    assert running.run() == 0
    row = Delivery.objects.get(state="waiting")
    assert (row.attempts, row.last_status, row.excerpt) == (1, 500, "数据库锁定")
    Delivery.objects.filter(pk=row.pk).update(next_at=now())
    receiver.answer = lambda _got: Reply()
    assert running.run() == 2
    assert receiver.names[0] == receiver.names[1] == row.name
    assert len(set(receiver.names)) == 2


def test_one_that_hangs_takes_nothing_from_others(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver, settings: Any
) -> None:
    """It answers only when the other one has got everything."""
    settings.WEBHOOK_TIMEOUT_SECONDS, settings.WEBHOOK_PER_ENDPOINT = 60, 2
    everything = threading.Event()

    def quickly(_got: Got) -> Reply:
        if len(receiver.got) == 6:
            everything.set()
        return Reply()

    receiver.answer = quickly
    with receiving() as hanging:
        hanging.answer = lambda _got: Reply() if everything.wait(30) else Reply(500)
        for url in (hanging.url, receiver.url):
            make_endpoint(url)
        for number in range(6):
            make_ticket(source="hotline", by=cast.client, external_no=f"R-{number}")
        assert running.run() == 12
        assert len(hanging.got) == 6
    assert set(Delivery.objects.values_list("state", "attempts")) == {("delivered", 1)}


def test_an_address_inside_is_never_called(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver, settings: Any
) -> None:
    make_endpoint(receiver.url)
    make_ticket(source="hotline", by=cast.client)
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    assert running.run() == 0
    assert receiver.got == []
    assert Delivery.objects.get().last_error == "address_refused"


def test_a_turn_without_anything_ends_soon(cast: Cast) -> None:
    began = time.monotonic()
    assert running.run() == 0
    assert time.monotonic() - began < 20


def test_at_the_end_of_its_time_it_finishes_what_is_under_way(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver
) -> None:
    make_endpoint(receiver.url)
    make_ticket("accepted", source="hotline", by=cast.client)

    def slowly(_got: Got) -> Reply:
        time.sleep(0.3)
        return Reply()

    receiver.answer = slowly
    assert running.run(seconds=0) == 1
    assert Delivery.objects.get(state="delivered").kind == "ticket.registered"
    assert Delivery.objects.get(state="waiting").attempts == 0


def test_a_test_message_arrives(cast: Cast, make_endpoint: MakeEndpoint, receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url, state="paused")
    row = keeping.send_test(endpoint.pk, by=cast.client, at=now())
    assert running.run() == 1
    (got,) = receiver.got
    assert (got.name, got.event) == (row.name, {"message": row.name})
    assert got.is_signed_with(endpoint.secret)


@pytest.fixture
def elsewhere() -> Callable[[Callable[[], Any]], Any]:
    """Run something in a thread with a connection of its own."""

    def call(deed: Callable[[], Any]) -> Any:
        found: list[Any] = []

        def work() -> None:
            try:
                found.append(deed())
            finally:
                connections.close_all()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(60)
        return found[0]

    return call


def test_one_turn_at_a_time(elsewhere: Callable[[Callable[[], Any]], Any]) -> None:
    def held() -> bool:
        with running.alone() as is_ours:
            return is_ours

    with running.alone() as is_ours:
        assert is_ours
        assert elsewhere(held) is False
        assert elsewhere(running.run) == 0
    wait_for(lambda: bool(elsewhere(held)))


def test_the_lock_of_a_turn_whose_connection_broke_is_free(
    elsewhere: Callable[[Callable[[], Any]], Any],
) -> None:
    def broken() -> None:
        with running.alone() as is_ours:
            assert is_ours
            connection.connection.close()

    elsewhere(broken)

    def held() -> bool:
        with running.alone() as is_ours:
            return is_ours

    wait_for(lambda: bool(elsewhere(held)))
