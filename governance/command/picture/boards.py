"""Boards: one computation for all who see the same, as soon as something has happened but not more than twice a second,
and the same bytes to every one of them. A listener costs a short queue, not a statement.

A board ends with its last listener. All boards of a process together take a bounded share of its time: the more of
them there are and the longer one takes, the longer each rests.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from django.utils import translation

from governance.command.events import Hearing, Hub, Listener
from governance.foundation.clock import now

logger = logging.getLogger(__name__)

LEAST_SECONDS: Final = 0.6
"""From one computation to the next, so that even the last of a second's reports is seen within a second."""
IDLE_SECONDS: Final = 5.0
"""Without a nudge a board looks this often: limits pass by themselves, and nudges may be lost."""
BEAT_SECONDS: Final = 10.0
"""So often at least the moment of counting is told, so that a screen knows that it is not stale."""
SHARE: Final = 4.0
"""A board rests at least so many times as long as it took, times the number of boards."""
QUEUE_SIZE: Final = 4
LIFE_SECONDS: Final = 600.0
RETRY_MS: Final = 2000

Shown = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What was counted: `cells` by key, and what frames them (`head`) in a message.

    `marks`: what tells by key whether a cell has changed, where it is not the whole cell (the address of a list may
    name the moment of counting).
    """

    cells: Mapping[str, Any]
    head: Mapping[str, Any]
    marks: Mapping[str, Any] | None = None

    @property
    def compared(self) -> Mapping[str, Any]:
        """What two of them are compared by."""
        return self.cells if self.marks is None else self.marks


Compute = Callable[[datetime], Snapshot]


class _Nudged(Listener):
    """Hears of tickets of some places and wakes the board; keeps nothing."""

    def __init__(self, paths: tuple[str, ...], wake: asyncio.Event) -> None:
        super().__init__(Hearing(frozenset({"tickets"}), paths))
        self.wake = wake

    def tell(self, message: dict[str, Any]) -> None:
        if self.hearing.filter(message):
            self.wake.set()

    def end(self) -> None:
        """The subscription was lost: the board looks by itself until it stands again."""


@dataclass(eq=False)
class Viewer:
    """One open screen: the messages that it has not been sent yet. Falls behind: gets everything anew."""

    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))

    def tell(self, data: bytes, everything: Callable[[], bytes]) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            data = everything()
        self.queue.put_nowait(data)

    def end(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Board:
    """What one group of screens shows."""

    every: ClassVar[dict[tuple[Any, ...], "Board"]] = {}

    def __init__(self, key: tuple[Any, ...], paths: tuple[str, ...], compute: Compute) -> None:
        self.key, self.compute = key, compute
        self.loop = asyncio.get_running_loop()
        self.viewers: set[Viewer] = set()
        self.wake = asyncio.Event()
        self.nudged = _Nudged(paths, self.wake)
        self.snapshot: Snapshot | None = None
        self.whole: bytes | None = None
        self.told_at = 0.0
        self.counted = 0
        self.task = self.loop.create_task(self._run())

    @classmethod
    def of(cls, key: tuple[Any, ...], paths: tuple[str, ...], compute: Compute) -> "Board":
        """The running board of that key in this event loop, else a new one."""
        board = cls.every.get(key)
        if board is None or board.loop is not asyncio.get_running_loop() or board.task.done():
            board = cls.every[key] = Board(key, paths, compute)
        return board

    async def _run(self) -> None:
        language = translation.get_language()
        try:
            while self.viewers or self.snapshot is None:
                self.wake.clear()
                self._listen()
                began = self.loop.time()
                try:
                    self._take(await sync_to_async(_counted, thread_sensitive=False)(self.compute, language))
                except DatabaseError as error:  # the screens show how old their numbers are
                    logger.warning("a picture could not be counted: %s", error)
                spent = self.loop.time() - began
                await asyncio.sleep(max(LEAST_SECONDS - spent, spent * SHARE * len(self.every)))
                await self._rest()
                if self.snapshot is None and not self.viewers:
                    return
        finally:
            self._leave()

    def _listen(self) -> None:
        """Hear of what happens; a subscription that was lost is begun anew."""
        Hub.get().listeners.add(self.nudged)

    def _leave(self) -> None:
        if Hub.current is not None:
            Hub.current.listeners.discard(self.nudged)
        for viewer in self.viewers:
            viewer.end()
        if self.every.get(self.key) is self:
            del self.every[self.key]

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self.wake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    def _take(self, fresh: Snapshot) -> None:
        """Tell every screen what has changed; nothing where nothing has, but for the moment now and then."""
        before, self.snapshot, self.whole = self.snapshot, fresh, None
        self.counted += 1
        old, new = before.compared if before is not None else {}, fresh.compared
        changed = {key: value for key, value in fresh.cells.items() if old.get(key) != new[key]}
        gone = [key for key in old if key not in fresh.cells]
        is_due = self.loop.time() - self.told_at >= BEAT_SECONDS
        if before is None:
            self._spread(self.everything())
        elif changed or gone or is_due:
            self._spread(_event({**fresh.head, "set": changed, "gone": gone}))

    def _spread(self, data: bytes) -> None:
        self.told_at = self.loop.time()
        for viewer in self.viewers:
            viewer.tell(data, self.everything)

    def everything(self) -> bytes:
        """All cells as one message, made once for all who join or fell behind."""
        assert self.snapshot is not None
        if self.whole is None:
            self.whole = _event({**self.snapshot.head, "set": dict(self.snapshot.cells), "full": True})
        return self.whole

    async def stream(self, seconds: float = LIFE_SECONDS) -> AsyncIterator[bytes]:
        """The messages for one more screen, for as long as it stays or its time lasts."""
        viewer = Viewer()
        self.viewers.add(viewer)
        ends_at = self.loop.time() + seconds
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            if self.snapshot is not None:
                yield self.everything()
            while (left := ends_at - self.loop.time()) > 0:
                try:
                    data = await asyncio.wait_for(viewer.queue.get(), left)
                except TimeoutError:
                    return
                if data is None:
                    return
                yield data
        finally:
            self.viewers.discard(viewer)


def _counted(compute: Compute, language: str | None) -> Snapshot:
    """In a thread of its own, which gives its connection back."""
    try:
        with translation.override(language):
            return compute(now())
    finally:
        connection.close()


def _event(data: Shown) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
