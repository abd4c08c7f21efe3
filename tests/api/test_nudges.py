"""Nudges: sent by a thread of the process, dropped at once for a while when Redis is away."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from governance.foundation import live


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(live, "CHANNEL", f"live-{uuid4()}")
    monkeypatch.setattr(live, "SOCKET_TIMEOUT_SECONDS", 30)
    live.client_at.cache_clear()
    live.BREAKER.reset()
    yield
    live.client_at.cache_clear()
    live.BREAKER.reset()


@pytest.fixture
def listener() -> Iterator[Any]:
    with redis.Redis.from_url(settings.REDIS_URL) as server, server.pubsub() as found:
        found.subscribe(live.CHANNEL)
        assert found.get_message(timeout=60)["type"] == "subscribe"
        yield found


def heard(listener: Any) -> dict[str, Any]:
    message = listener.get_message(timeout=60)
    assert message is not None
    found: dict[str, Any] = json.loads(message["data"])
    return found


def test_a_nudge_arrives(listener: Any) -> None:
    assert live.publish(["b", "a", "a"], {"id": 7, "verb": "登记"}) is True
    assert heard(listener) == {"topics": ["a", "b"], "id": 7, "verb": "登记"}


@pytest.mark.django_db(transaction=True)
def test_it_leaves_after_the_commit_and_never_after_a_roll_back(listener: Any) -> None:
    with transaction.atomic():
        live.publish_on_commit(["tickets"], {"id": 1})
        transaction.set_rollback(True)
    with transaction.atomic():
        for number in (2, 3):
            live.publish_on_commit(["tickets"], {"id": number})
        assert listener.get_message(timeout=0.1) is None
    assert [heard(listener)["id"] for _ in range(2)] == [2, 3]


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_after_a_failure_nobody_tries_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []
    original = live.client

    def counted() -> Any:
        tries.append(1)
        return original()

    with monkeypatch.context() as patch:
        patch.setattr(live, "client", counted)
        patch.setattr(live, "REST_SECONDS", 3600.0)
        assert [live.publish(["x"], {}) for _ in range(50)] == [False] * 50
        assert len(tries) == 1
        live.BREAKER.closed_until = time.monotonic() - 0.1
        assert live.publish(["x"], {}) is False
        assert len(tries) == 2


def test_it_recovers_by_itself(listener: Any) -> None:
    live.BREAKER.closed_until = time.monotonic() + 3600
    assert live.publish(["x"], {"id": 1}) is False
    live.BREAKER.closed_until = time.monotonic()
    assert live.publish(["x"], {"id": 2}) is True
    assert heard(listener)["id"] == 2


def test_a_full_queue_drops_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    messenger = live._Messenger()
    messenger.owner = __import__("os").getpid()
    monkeypatch.setattr(messenger, "waiting", live.queue.Queue(1))
    messenger.take("a")
    messenger.take("b")
    assert messenger.waiting.qsize() == 1


ENDS_AT_ONCE = """
import sys
import django
django.setup()
from governance.foundation import live
live.CHANNEL = sys.argv[1]
live._MESSENGER.take(live.message_of(["x"], {"id": 77}))
"""


def test_a_process_that_ends_sends_its_nudges_first_and_does_not_hang(listener: Any) -> None:
    """A command that nudges in its last moment; a thread cut off inside the client would hang it for ever."""
    environment = os.environ | {"REDIS_URL": settings.REDIS_URL}
    subprocess.run(
        [sys.executable, "-c", ENDS_AT_ONCE, live.CHANNEL], env=environment, timeout=300, check=True
    )
    assert heard(listener)["id"] == 77
