"""A receiver of webhooks on this machine, which answers as it is told and keeps what it got."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        """The id of the message."""
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Whether the library of the convention takes it. Raises where it does not."""
        Webhook(secret).verify(self.body, dict(self.headers))
        return True


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 204
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Receiver:
    """`answer` decides for each request; `got` is in the order of arrival, `known` are the ids that have come."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.known: set[str] = set()
        self.answer: Callable[[Got], Reply] = lambda _got: Reply()
        self.lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                with receiver.lock:
                    receiver.got.append(got)
                    receiver.known.add(got.name)
                reply = receiver.answer(got)
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_arguments: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def names(self) -> list[str]:
        """The ids in the order of arrival."""
        return [got.name for got in self.got]

    def told(self) -> dict[str, list[int]]:
        """The numbers of the events by ticket, in the order of arrival."""
        found: dict[str, list[int]] = {}
        for got in list(self.got):
            found.setdefault(got.event["ticket"], []).append(got.event["id"])
        return found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for the length of the block."""
    receiver = Receiver()
    receiver.thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        receiver.thread.join(10)
