"""The web server as the demo starts it: the same command, two processes, on a database of ours."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Connection, get
from benchmarks.databases import environment
from launch.demo import web_command
from launch.places import ROOT

START_SECONDS = 60.0


@dataclass(frozen=True)
class Web:
    """A running server."""

    port: int
    pid: int

    def megabytes(self) -> list[float]:
        """Resident memory of each web process, shared pages included."""
        return [_megabytes(pid) for pid in _children(self.pid)]


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


def _megabytes(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^(?:Rss|VmRSS):\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
