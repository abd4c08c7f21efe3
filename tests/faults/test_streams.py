"""A hundred open streams against a real server with a pool of four connections, and the loss of its Redis."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client

from governance.foundation.live import CHANNEL
from launch.places import ROOT, Places
from launch.processes import stop
from launch.valkey import Cache
from tests.cast import Cast, MakeTicket
from tests.faults.processes import wait_for

STREAMS, POOL, PAGES = 100, 4, 40
NAME = "streams-under-test"
GENEROUS_SECONDS = 60.0
T = TypeVar("T")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@dataclass
class Server:
    """The web process under test."""

    port: int
    cookie: str
    cache: Cache
    process: "subprocess.Popen[bytes]"
    opened: list[asyncio.StreamWriter] = field(default_factory=list)

    async def get(self, path: str) -> tuple[int, asyncio.StreamReader]:
        """Ask; the status, and the connection behind the headers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.opened.append(writer)
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {self.cookie}", "Connection: close"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()
        status = int((await reader.readline()).split()[1])
        while (await reader.readline()).strip():
            pass
        return status, reader

    async def page(self, path: str) -> float:
        """Load a page whole; the seconds it took."""
        began = time.monotonic()
        status, reader = await asyncio.wait_for(self.get(path), GENEROUS_SECONDS)
        assert status == 200, path
        await asyncio.wait_for(reader.read(), GENEROUS_SECONDS)
        return time.monotonic() - began

    async def stream(self) -> asyncio.StreamReader:
        """Open a stream and wait for its first line; like a page, ask again while it is told to (503)."""
        ends_at = time.monotonic() + GENEROUS_SECONDS
        status, reader = await self.get("/events/?topics=tickets")
        while status == 503 and time.monotonic() < ends_at:
            await asyncio.sleep(0.2)
            status, reader = await self.get("/events/?topics=tickets")
        assert status == 200
        await asyncio.wait_for(until(reader, b"retry: "), GENEROUS_SECONDS)
        return reader

    async def hang_up(self) -> None:
        """Close every connection, also where something went wrong."""
        for writer in self.opened:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self.opened), return_exceptions=True)
        self.opened.clear()


async def until(reader: asyncio.StreamReader, mark: bytes) -> bytes:
    """Read up to the line with `mark`; b"" at the end of the stream."""
    while line := await reader.readline():
        if mark in line:
            return line
    return b""


async def closed(server: Server, scene: Coroutine[Any, Any, T]) -> T:
    """Play the scene and leave no connection open."""
    try:
        return await scene
    finally:
        await server.hang_up()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The test's own database for another process; the connections carry NAME."""
    here = connection.settings_dict
    who = quote(here["USER"]) + (f":{quote(here['PASSWORD'])}" if here["PASSWORD"] else "")
    port = f"&port={here['PORT']}" if here["PORT"] else ""
    host = quote(here["HOST"], safe="/")
    return f"postgresql://{who}@/{here['NAME']}?host={host}{port}&application_name={NAME}"


@pytest.fixture
def server(cast: Cast, tmp_path: Path) -> Iterator[Server]:
    """One Granian process with its own Redis, and a session of the leader."""
    assert cast.leader.user is not None
    client = Client()
    client.force_login(cast.leader.user)
    assert client.session[SESSION_KEY] == str(cast.leader.user.pk)
    places = Places(tmp_path)
    places.create()
    cache = Cache(places, keep=False)
    cache.start()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.faults.pooled",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url(),
        "DATABASE_POOL_MAX": str(POOL),
        "REDIS_URL": cache.url,
        "SECRET_KEY": settings.SECRET_KEY,
        "STATIC_ROOT": str(tmp_path / "static"),
    }
    (tmp_path / "static").mkdir()
    wait_for(lambda: connections_now() == 0)  # of the server of a test before
    with (tmp_path / "log" / "web.log").open("wb") as log:
        port, process = serve(environment, log)
    try:
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        yield Server(port, cookie, cache, process)
    finally:
        stop(process, signal.SIGTERM, 5)
        cache.stop()


def serve(environment: Mapping[str, str], log: BinaryIO) -> tuple[int, "subprocess.Popen[bytes]"]:
    """A server that answers, and its port; another port where somebody was quicker to take it."""
    command = [sys.executable, "-m", "governance.serving", "--host", "127.0.0.1", "--workers", "1"]
    for _try in range(3):
        port = free_port()
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        with ended_unless(process):
            wait_for(lambda: process.poll() is not None or answers(port), 180)  # noqa: B023  # called here only
        if process.poll() is None:
            return port, process
    raise AssertionError("the server ended")


@contextlib.contextmanager
def ended_unless(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """What goes wrong inside leaves no process behind."""
    try:
        yield
    except BaseException:
        stop(process, signal.SIGTERM, 5)
        raise


def answers(port: int) -> bool:
    """Whether the server on that port is well."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
        probe.sendall(b"GET /healthz/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return b" 200 " in probe.recv(64)
    return False


def connections_now() -> int:
    """How many connections the server under test has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return int(cursor.fetchone()[0])


def threads_of(pid: int) -> int:
    """Threads of a process and those that it began."""
    tasks = Path("/proc") / str(pid) / "task"
    begun = [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
    return len(list(tasks.iterdir())) + sum(threads_of(child) for child in begun)


def connections_apart() -> int:
    """The same, for a thread of its own."""
    try:
        return connections_now()
    finally:
        connection.close()


def apart(scene: Coroutine[Any, Any, T]) -> T:
    """Run a scene in a thread of its own: a browser test may have left an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, scene).result()


def test_a_hundred_streams_do_not_starve_the_pages(server: Server, make_ticket: MakeTicket) -> None:
    make_ticket("accepted")

    async def scene() -> tuple[list[float], int, list[bytes]]:
        readers = [await server.stream() for _ in range(STREAMS)]
        paths = ["/tickets/", "/inbox/", "/dashboard/", "/m/"] * (PAGES // 4)
        gate = asyncio.Semaphore(8)

        async def load(path: str) -> float:
            async with gate:
                return await server.page(path)

        took = await asyncio.gather(*(load(path) for path in paths))
        most = await asyncio.to_thread(connections_apart)
        if Path("/proc/self/status").exists():
            assert threads_of(server.process.pid) < STREAMS / 2, "a stream keeps no thread"
        publisher = redis.Redis.from_url(server.cache.url)
        publisher.publish(CHANNEL, '{"topics": ["tickets"], "path": "9901/", "id": 5}')
        publisher.close()
        heard = await asyncio.gather(
            *(asyncio.wait_for(until(reader, b"data: "), GENEROUS_SECONDS) for reader in readers)
        )
        return list(took), most, heard

    took, most, heard = apart(closed(server, scene()))
    assert len(took) == PAGES
    assert 0 < most <= POOL
    assert all(b'"tickets"' in line for line in heard)
    assert len(heard) == STREAMS


def test_streams_end_with_redis_and_come_back_with_it(server: Server) -> None:
    async def refused() -> Any:
        status, reader = await server.get("/events/?topics=tickets")
        await reader.read()
        return status

    async def scene() -> tuple[list[bytes], int, float, bytes]:
        readers = [await server.stream() for _ in range(5)]
        process = server.cache.process
        assert process is not None
        process.kill()
        process.wait()
        rest = await asyncio.gather(
            *(asyncio.wait_for(reader.read(), GENEROUS_SECONDS) for reader in readers)
        )
        status = await asyncio.wait_for(refused(), GENEROUS_SECONDS)
        took = await server.page("/tickets/")
        server.cache.start()
        reader = await server.stream()
        publisher = redis.Redis.from_url(server.cache.url)
        publisher.publish(CHANNEL, '{"topics": ["tickets"], "path": "9901/", "id": 6}')
        publisher.close()
        again = await asyncio.wait_for(until(reader, b"data: "), GENEROUS_SECONDS)
        return list(rest), status, took, again

    rest, status, took, again = apart(closed(server, scene()))
    assert all(b"data: " not in end for end in rest)
    assert status == 503
    assert took < GENEROUS_SECONDS
    assert b'"tickets"' in again
