"""One turn of deliveries: read the feed, claim, post, write down, again and again while there is something to do.

One turn runs at a time, held by a lock in the database that goes with its connection. At the end of its time it hands
over at once and only finishes what is under way, so that a receiver that hangs holds up nobody.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection

from governance.exchange.posting import Answer, Poster
from governance.foundation.clock import now
from webhooks.fanning import fan_out
from webhooks.sending import Outgoing, Result, claim, write_down

LOCK = 0x77656268  # "webh"
TURN_SECONDS = 50.0
LOOK_SECONDS = 0.2
LINGER_SECONDS = 1.5
"""A turn that has nothing left looks on for this long: beat starts the next one a second later."""
TICK_SECONDS = 0.05
GATHER_SECONDS = 0.015
"""After the first answer others are waited for a moment: twenty results cost as many statements as one."""
GRACE_SECONDS = 5.0
"""What a conversation is waited for beyond its own limit before the turn ends without it."""


class Turn:
    """The state of one turn. `clock` tells the time of its claims and results."""

    def __init__(self, clock: Callable[[], datetime], stack: ExitStack) -> None:
        self.clock, self.stack = clock, stack
        self.flying: dict[Future[Answer], Outgoing] = {}
        self.delivered = 0
        self.known: tuple[int, ...] = ()
        self.poster: Poster | None = None
        self.looks_at = self.busy_at = time.monotonic()

    def step(self) -> bool:
        """Write down, read on, claim and post; whether there was or may soon be something to do."""
        self.settle()
        made = self.look()
        flying = Counter(outgoing.endpoint_id for outgoing in self.flying.values())
        room = settings.WEBHOOK_AT_ONCE - len(self.flying)
        taken = claim(at=self.clock(), flying=flying, room=room)
        for outgoing in taken:
            self.post(outgoing)
        if made or taken or self.flying:
            self.busy_at = time.monotonic()
        return time.monotonic() - self.busy_at < LINGER_SECONDS

    def look(self) -> int:
        """Make messages from the feed, now and then; at once where there was more than a page."""
        if time.monotonic() < self.looks_at:
            return 0
        fanned = fan_out(at=self.clock(), known=self.known)
        self.known = fanned.reached
        self.looks_at = time.monotonic() + (0 if fanned.has_more else LOOK_SECONDS)
        return fanned.made

    def post(self, outgoing: Outgoing) -> None:
        """Send one without waiting for it."""
        if self.poster is None:
            timeout = float(settings.WEBHOOK_TIMEOUT_SECONDS)
            self.poster = self.stack.enter_context(Poster(timeout=timeout))
        self.flying[self.poster.post(outgoing.url, outgoing.headers, outgoing.body)] = outgoing

    def settle(self) -> None:
        """Write down what has ended."""
        done = [future for future in self.flying if future.done()]
        if not done:
            return
        results = [Result(outgoing=self.flying.pop(future), answer=future.result()) for future in done]
        self.delivered += write_down(results, at=self.clock())

    def pause(self) -> None:
        """Until one ends; while none is under way, until the feed is looked at again."""
        if self.flying:
            wait(self.flying, TICK_SECONDS, FIRST_COMPLETED)
            wait(self.flying, GATHER_SECONDS)
        else:
            time.sleep(max(TICK_SECONDS, self.looks_at - time.monotonic()))

    def finish(self) -> None:
        """Wait for what is under way; each has its own limit."""
        end = time.monotonic() + settings.WEBHOOK_TIMEOUT_SECONDS + GRACE_SECONDS
        while self.flying and time.monotonic() < end:
            self.pause()
            self.settle()


def run(*, seconds: float = TURN_SECONDS, clock: Callable[[], datetime] = now) -> int:
    """Deliver for at most that long; how many were delivered. None at all while another turn runs."""
    with ExitStack() as stack:
        turn = Turn(clock, stack)
        with alone() as is_ours:
            if not is_ours:
                return 0
            end = time.monotonic() + seconds
            while turn.step() and time.monotonic() < end:
                turn.pause()
        turn.finish()
    return turn.delivered


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this is the only turn, and if so, until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
