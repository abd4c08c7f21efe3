"""A light load generator: threads with one kept-alive socket each, requests made beforehand as bytes.

It costs some 40 microseconds of processor time a request, since it shares the machine with what it measures.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
TIMEOUT = 60.0
TOLD = b"server-timing: app;dur="
Make = Callable[[int], bytes]


@dataclass
class Load:
    """What came of it: seconds of each answered request, and how often each status came.

    `times` is what the client waits, the queue for two busy cores included; `server` what the server says it took.
    """

    elapsed: float = 0.0
    times: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came, as the client waited."""
        return 1000 * at_share(self.times, share)

    def server_percentile(self, share: float) -> float:
        """Milliseconds within which the server had made that share of the answers (`Server-Timing`)."""
        return 1000 * at_share(self.server, share)

    def expect(self, *statuses: int) -> "Load":
        """Itself, if nothing but these came; a fast refusal is no answer."""
        wrong = {status: count for status, count in self.statuses.items() if status not in statuses}
        if wrong or not self.times:
            raise AssertionError(f"unexpected answers: {wrong or 'none'}")
        return self


def at_share(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Connection:
    """One socket that is kept alive. `server_seconds`: what the last answer says it took the server."""

    def __init__(self, port: int) -> None:
        self.server_seconds = 0.0
        self.socket = socket.create_connection((HOST, port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send one request; (status, body). The answer must carry its length."""
        self.socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        self.server_seconds = _told(head)
        start = head.find(b"\r\ncontent-length:")
        if start < 0:
            raise AssertionError(f"an answer without length: {head[:200]!r}")
        length = int(head[start + 17 :].split(b"\r\n", 1)[0])
        body = [data[end + 4 :]]
        missing = length - len(body[0])
        while missing > 0:
            body.append(self._more())
            missing -= len(body[-1])
        return int(head[9:12]), b"".join(body)

    def _more(self) -> bytes:
        chunk = self.socket.recv(262144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk


def _told(head: bytes) -> float:
    _before, mark, rest = head.partition(TOLD)
    return float(rest.partition(b"\r\n")[0]) / 1000 if mark else 0.0


def get(path: str, cookie: str) -> bytes:
    """A page as a browser asks for it."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n".encode()


def post(path: str, body: Any, *headers: str) -> bytes:
    """A JSON request."""
    content = json.dumps(body, ensure_ascii=False).encode()
    lines = (f"POST {path} HTTP/1.1", f"Host: {HOST}", "Content-Type: application/json", *headers)
    return "\r\n".join((*lines, f"Content-Length: {len(content)}", "", "")).encode() + content


def drive(connections: Sequence[Connection], make: Make, *, seconds: float) -> Load:
    """Ask over all connections at once for `seconds`, and close them.

    `make(n)` gives the n-th request; StopIteration: there is none left. A request belongs to the span where it ends.
    """
    load, lock = Load(), threading.Lock()
    faults: list[BaseException] = []
    numbers = iter(range(10**9))
    began = time.perf_counter()
    until = began + seconds

    def work(connection: Connection) -> None:
        times: list[float] = []
        server: list[float] = []
        statuses: dict[int, int] = {}
        try:
            with connection:
                while time.perf_counter() < until:
                    request = make(next(numbers))
                    start = time.perf_counter()
                    status, _body = connection.ask(request)
                    times.append(time.perf_counter() - start)
                    server.append(connection.server_seconds)
                    statuses[status] = statuses.get(status, 0) + 1
        except StopIteration:
            pass  # nothing left to ask
        except Exception as error:  # reported by the caller's thread
            faults.append(error)
        with lock:
            load.times += times
            load.server += server
            for status, count in statuses.items():
                load.statuses[status] = load.statuses.get(status, 0) + count

    _run_all([threading.Thread(target=work, args=(item,), daemon=True) for item in connections])
    if faults:
        raise faults[0]
    load.elapsed = time.perf_counter() - began
    return load


def _run_all(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
