"""Nudges over Redis: tell open screens and workers that something happened. Losing one loses no data.

PostgreSQL alone knows what is true; a nudge only makes somebody look sooner. A deed hands its nudge to a thread of
its process and goes on: it waits for Redis never, neither while Redis answers nor while it is away.
"""

import atexit
import json
import logging
import os
import queue
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

CHANNEL = "live"
SOCKET_TIMEOUT_SECONDS = 0.25
GATHER_SECONDS = 0.02
REST_SECONDS = 2.0
FINISH_SECONDS = 1.0
MAX_WAITING = 10_000
MAX_TOGETHER = 500


def client() -> redis.Redis:
    """The process's Redis client: short time-outs, since nothing waits for a nudge."""
    return client_at(settings.REDIS_URL)


@cache
def client_at(url: str) -> redis.Redis:
    """One client for each server, however often it is asked for."""
    return redis.Redis.from_url(
        url,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
    )


def publish(topics: Iterable[str], event: Mapping[str, Any]) -> bool:
    """Tell everyone who listens to one of `topics`, now. False when Redis is away or was a moment ago."""
    return BREAKER.send([message_of(topics, event)])


def publish_on_commit(topics: Iterable[str], event: Mapping[str, Any]) -> None:
    """The same, once the transaction that caused it is durable, without waiting for it."""
    message = message_of(topics, event)
    transaction.on_commit(lambda: _MESSENGER.take(message), robust=True)


def message_of(topics: Iterable[str], event: Mapping[str, Any]) -> str:
    """What goes over the wire."""
    return json.dumps({"topics": sorted(set(topics)), **event}, ensure_ascii=False, default=str)


class _Breaker:
    """After a failure nobody tries for `REST_SECONDS`: the nudges of that time are dropped at once."""

    def __init__(self) -> None:
        self.closed_until = 0.0

    def send(self, messages: Sequence[str]) -> bool:
        if not messages or time.monotonic() < self.closed_until:
            return False
        try:
            with client().pipeline(transaction=False) as pipe:
                for message in messages:
                    pipe.publish(CHANNEL, message)
                pipe.execute()
        except redis.RedisError as error:
            self.closed_until = time.monotonic() + REST_SECONDS
            logger.warning("live nudges lost: %s", error)
            return False
        return True

    def reset(self) -> None:
        """Try again at once (tests that give Redis back)."""
        self.closed_until = 0.0


class _Messenger:
    """One thread for each process, started by its first nudge, that sends what has gathered in a moment.

    A process that ends lets it finish first: a thread that is cut off inside the Redis client keeps the
    client's lock, and the interpreter then waits for ever when it throws the client away.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner = 0
        self.waiting: queue.Queue[str | None] = queue.Queue(MAX_WAITING)
        self.thread: threading.Thread | None = None

    def take(self, message: str) -> None:
        """Queue it; dropped when so many wait that nobody could use them."""
        if self.owner != os.getpid():
            self._start()
        try:
            self.waiting.put_nowait(message)
        except queue.Full:
            logger.warning("live nudge dropped: %s are waiting", MAX_WAITING)

    def _start(self) -> None:
        with self.lock:
            if self.owner == os.getpid():
                return
            self.waiting = queue.Queue(MAX_WAITING)
            self.thread = threading.Thread(
                target=self._run, args=(self.waiting,), name="live-nudges", daemon=True
            )
            self.thread.start()
            self.owner = os.getpid()
            atexit.register(self.finish)

    def finish(self) -> None:
        """Send what waits and end the thread; a process that was forked since has none."""
        if self.owner != os.getpid() or self.thread is None:
            return
        self.owner = 0
        with suppress(queue.Full):
            self.waiting.put(None, timeout=SOCKET_TIMEOUT_SECONDS)
        self.thread.join(FINISH_SECONDS)

    def _run(self, waiting: "queue.Queue[str | None]") -> None:
        is_ending = False
        while not is_ending:
            taken = [waiting.get()]
            time.sleep(GATHER_SECONDS)
            while len(taken) < MAX_TOGETHER and not waiting.empty():
                taken.append(waiting.get_nowait())
            is_ending = None in taken
            try:
                BREAKER.send([message for message in taken if message is not None])
            except Exception:
                logger.exception("live nudges lost")


BREAKER = _Breaker()
_MESSENGER = _Messenger()
