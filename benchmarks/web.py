"""The web server as the demo starts it: the same command, two processes, on a database of ours."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.client import Connection, get
from benchmarks.databases import environment
from launch.demo import web_command
from launch.places import ROOT

START_SECONDS = 60.0
TRIES = 64


@dataclass(frozen=True)
class Memory:
    """Megabytes of one process: what is resident, and what it takes.

    That is its own, its share of what several map, and its part of the process that all of them were forked from.
    """

    resident: float
    taken: float


@dataclass(frozen=True)
class Web:
    """A running server."""

    port: int
    pid: int

    def memory(self) -> list[Memory]:
        """What each web process holds at this moment."""
        pids = _children(self.pid)
        part = _memory(self.pid).taken / len(pids)
        return [replace(held, taken=held.taken + part) for held in map(_memory, pids)]

    def connections(self, many: int) -> list[Connection]:
        """Open connections, spread evenly over the processes as a balancer spreads them.

        Left to itself, the kernel gives one process all four of four connections now and then, and what is
        measured is luck.
        """
        share = -(-many // max(1, len(_children(self.pid))))
        found: list[Connection] = []
        spare: list[Connection] = []
        taken: dict[int, int] = {}
        while len(found) < many:
            connection = Connection(self.port)
            if connection.ask(get("/healthz/", ""))[0] != 200:
                raise AssertionError("the web server does not answer")
            owner = _owner(connection, _children(self.pid))
            if taken.get(owner, 0) < share or len(spare) > TRIES:
                taken[owner] = taken.get(owner, 0) + 1
                found.append(connection)
            else:
                spare.append(connection)
        for connection in spare:
            connection.socket.close()
        return found


@contextmanager
def serving(database: str) -> Iterator[Web]:
    """The server while the block runs; it is asked to end afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        web_command(port),
        env=environment(database),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(server, port)
        yield Web(port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with Connection(port) as connection:
                if connection.ask(get("/healthz/", ""))[0] == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def _children(pid: int) -> list[int]:
    """The processes that serve requests: granian's children that hold an interpreter with our code."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return [
        child for child in found if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def _owner(connection: Connection, pids: list[int]) -> int:
    """The process that holds the other end of a connection; 0 where the system does not tell."""
    near, far = (
        f"0100007F:{end[1]:04X}" for end in (connection.socket.getsockname(), connection.socket.getpeername())
    )
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if (words[1], words[2]) == (far, near):
            wanted = f"socket:[{words[9]}]"
            return next((pid for pid in pids if _holds(pid, wanted)), 0)
    return 0


def _holds(pid: int, wanted: str) -> bool:
    for item in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed in the meantime
            if str(item.readlink()) == wanted:
                return True
    return False


def _memory(pid: int) -> Memory:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    held = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE))
    return Memory(resident=int(held["Rss"]) * 1024 / 1e6, taken=int(held["Pss"]) * 1024 / 1e6)
