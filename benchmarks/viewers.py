"""Screens that stay open: how soon each hears of a report, and what memory they take.

Reports come in over REST at a steady rate while every screen holds a stream. A report is heard when a screen is told a
number of today's reports that contains it; the time runs from the answer that says that it was stored.
"""

import json
import random
import selectors
import socket
import threading
import time
import uuid
from dataclasses import dataclass, field

from benchmarks.client import HOST, Connection, Make, at_share, get
from benchmarks.databases import database, run
from benchmarks.intake import Bodies
from benchmarks.options import Options
from benchmarks.table import Row
from benchmarks.web import Web, serving

DELIVERY_BAR, MEMORY_BAR = 1.0, 60.0
REPORTS_A_SECOND = 4.0
PATIENCE_SECONDS = 15.0
STREAM = "/dashboard/events/?period=today"


@dataclass(eq=False)
class Screen:
    """One open stream and what it was told: the moment and the number of today's reports."""

    socket: socket.socket
    buffer: bytes = b""
    told: list[tuple[float, int]] = field(default_factory=list)

    def take(self) -> None:
        """Read what is there. Raises ConnectionError when the stream has ended."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("a stream ended")
        at = time.perf_counter()
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for text in lines:
            if text.startswith(b"data: ") and b'"intake":' in text:
                self.told.append((at, int(json.loads(text[6:])["set"]["intake"][0])))


def measure(options: Options, ground: str) -> list[Row]:
    """Two web processes, the screens spread over them as connections come."""
    with database("viewers", ground) as name:
        run("benchmarks.ground:fill", name, options.small)
        points, key, _statements = run("benchmarks.intake:inside", name)
        cookie = run("benchmarks.ground:sign_in", name, ["leader"])["leader"]
        bodies = Bodies(points, key).ticket(uuid.uuid4().hex[:8])
        with serving(name) as web:
            _warm(web, cookie)
            before = sum(held.taken for held in web.memory())
            watched = Watched(web, cookie, options.viewers)
            try:
                lags, missed = _report(web, bodies, watched, options.seconds * 4)
                extra = sum(held.taken for held in web.memory()) - before
            finally:
                watched.close()
    return rows(options.viewers, lags, missed, extra)


def rows(viewers: int, lags: list[float], missed: int, extra: float) -> list[Row]:
    """The table of what was measured."""
    p95 = at_share(sorted(lags), 0.95)
    return [
        Row(
            f"a report reaches {viewers:,} screens ({len(lags):,} heard)",
            p95,
            "s p95",
            bar=f"<= {DELIVERY_BAR:g}",
            passed=bool(lags) and p95 <= DELIVERY_BAR,
        ),
        Row("reports that a screen did not hear of", missed, "", bar="0", passed=missed == 0),
        Row(
            "memory of both processes for the screens",
            extra,
            "MB",
            bar=f"<= {MEMORY_BAR:g}",
            passed=extra <= MEMORY_BAR,
        ),
    ]


class Watched:
    """All screens, read by one thread."""

    def __init__(self, web: Web, cookie: str, many: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.screens = [self._open(web, cookie) for _number in range(many)]
        self.faults: list[Exception] = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _open(self, web: Web, cookie: str) -> Screen:
        screen = Screen(socket.create_connection((HOST, web.port), PATIENCE_SECONDS))
        screen.socket.sendall(get(STREAM, cookie))
        self.selector.register(screen.socket, selectors.EVENT_READ, screen)
        return screen

    def _read(self) -> None:
        while not self.done.is_set():
            for key, _events in self.selector.select(0.2):
                try:
                    key.data.take()
                except (OSError, ValueError) as error:
                    self.faults.append(error)
                    self.selector.unregister(key.fileobj)

    def settled(self) -> int:
        """Wait until every screen was told something; the greatest number of reports among them."""
        end = time.perf_counter() + PATIENCE_SECONDS
        while any(not screen.told for screen in self.screens):
            if self.faults or time.perf_counter() > end:
                raise AssertionError(f"a screen was told nothing at the beginning: {self.faults[:1]}")
            time.sleep(0.05)
        return max(screen.told[-1][1] for screen in self.screens)

    def close(self) -> None:
        """Hang up."""
        self.done.set()
        self.thread.join()
        self.selector.close()
        for screen in self.screens:
            screen.socket.close()


def _warm(web: Web, cookie: str) -> None:
    """Both processes have shown a dashboard before their memory is read."""
    for connection in web.connections(4):
        with connection:
            for _turn in range(3):
                status, body = connection.ask(get("/dashboard/cells.json", cookie))
                if status != 200:
                    raise AssertionError(f"the dashboard answers {status}: {body[:200]!r}")


def _report(web: Web, bodies: Make, watched: Watched, seconds: float) -> tuple[list[float], int]:
    """Seconds from each report to each screen, and how many were never heard."""
    chance, stored = random.Random(5), list[float]()
    known = watched.settled()
    began = time.perf_counter()
    with Connection(web.port) as connection:
        number = 0
        while time.perf_counter() - began < seconds or number == 0:
            status, body = connection.ask(bodies(number))
            if status not in {200, 201}:
                raise AssertionError(f"intake answers {status}: {body[:200]!r}")
            stored.append(time.perf_counter())
            number += 1
            time.sleep(chance.uniform(0.5, 1.5) / REPORTS_A_SECOND)
    end = time.perf_counter() + PATIENCE_SECONDS
    wanted = known + len(stored)
    while time.perf_counter() < end and any(screen.told[-1][1] < wanted for screen in watched.screens):
        time.sleep(0.1)
    lags, missed = list[float](), 0
    for screen in watched.screens:
        for place, at in enumerate(stored, start=known + 1):
            heard = next((moment for moment, count in screen.told if count >= place), None)
            if heard is None:
                missed += 1
            else:
                lags.append(max(0.0, heard - at))
    return lags, missed
