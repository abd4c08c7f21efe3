"""The worker's consumer when Redis is killed while a task is in hand."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from celery import Celery
from celery.utils.imports import symbol_by_name
from celery.worker import WorkController
from celery.worker.consumer import Consumer
from django.conf import settings
from kombu import Queue
from kombu.asynchronous import Hub

from governance.consuming import LastingConsumer
from launch.places import Places
from launch.valkey import Cache

LOST = ConnectionError("Connection closed by server.")


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    """A Redis of its own."""
    home = tmp_path_factory.mktemp("consumed")
    home.chmod(0o755)
    places = Places(home)
    places.create()
    cache = Cache(places)
    cache.start()
    try:
        yield cache
    finally:
        with suppress(ProcessLookupError):
            cache.stop()


def with_a_task_in_hand(kind: type[Any], cache: Cache) -> Any:
    """A consumer that has taken a task and not acknowledged it, asks for the next ones on two channels (as a worker
    does, which is told of things on a second one), and whose Redis is killed."""
    app = Celery("consumed", set_as_current=False)
    app.config_from_object(settings, namespace="CELERY")
    app.conf.update(broker_url=f"redis+socket://{cache.socket}?virtual_host=0")
    consumer = WorkController(app=app, pool_cls="solo", consumer_cls=kind).consumer
    consumer.hub = Hub()
    consumer.connection = consumer.connect()
    taken: list[Any] = []
    with app.connection_for_write() as sender:
        app.send_task("webhooks.deliver", connection=sender)
    app.amqp.TaskConsumer(
        consumer.connection, callbacks=[lambda _body, message: taken.append(message)]
    ).consume()
    other = consumer.connection.channel()
    app.amqp.TaskConsumer(other, queues=[Queue("other", routing_key="other")], callbacks=[print]).consume()
    loop, ends_at = consumer.hub.create_loop(), time.monotonic() + 20
    own = consumer.connection.default_channel
    while not (taken and other._in_poll and own._in_poll) and time.monotonic() < ends_at:
        next(loop)
    assert [message.headers["task"] for message in taken] == ["webhooks.deliver"]
    assert cache.process is not None
    os.kill(cache.process.pid, signal.SIGKILL)
    cache.process.wait(10)
    return consumer


def test_the_worker_goes_on_to_a_new_connection(cache: Cache) -> None:
    consumer = with_a_task_in_hand(LastingConsumer, cache)
    consumer.on_connection_error_after_connected(LOST)
    assert consumer.connection is None, "the next start connects anew"
    cache.start()
    consumer.connection = consumer.connect()
    assert consumer.connection.connected
    consumer.connection.close()


def test_celerys_own_would_end_the_worker(cache: Cache) -> None:
    """Where this fails, Celery has mended it, and our consumer may go."""
    consumer = with_a_task_in_hand(Consumer, cache)
    with pytest.raises(AttributeError):
        consumer.on_connection_error_after_connected(LOST)


def test_workers_are_started_with_it() -> None:
    named = settings.CELERY_WORKER_CONSUMER
    assert symbol_by_name(named) is LastingConsumer
