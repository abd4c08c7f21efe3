"""One POST to a stranger: to the address that was checked, within one time limit, reading little, following nothing.

All of them share one event loop in a thread of its own, so that a hundred receivers that hang cost no more than a
hundred open sockets. Nobody's slowness takes anything from another.
"""

import asyncio
import email.parser
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Self

from governance.exchange.addresses import BadUrl, Refused, Target, checked, target_of

logger = logging.getLogger(__name__)

HEAD_LIMIT, BODY_LIMIT, EXCERPT = 16 * 1024, 4 * 1024, 500
BODY_SECONDS, SPARE_SECONDS = 2.0, 0.1
RESOLVERS = 32
TRIED_ADDRESSES = 2
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r?\n|\Z)")
INFORMATION = 200
WITHOUT_BODY = frozenset({204, 304})
LENGTH = re.compile(r"[0-9]{1,9}\Z")
LAST_CHUNK = b"0\r\n\r\n"
LONGEST_WAIT = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a POST. `status` 0: there was no answer, and `error` says why."""

    status: int = 0
    error: str = ""
    retry_after: float | None = None
    excerpt: str = ""
    took_ms: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300


class Poster:
    """A thread with an event loop. `post` gives a future at once; leaving the block ends whatever is under way."""

    def __init__(self, *, timeout: float) -> None:
        self.timeout = timeout
        self.loop = asyncio.new_event_loop()
        self.names = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="webhook-names")
        self.thread = threading.Thread(target=self.loop.run_forever, name="webhooks", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(_cancel_all(), self.loop).result(self.timeout)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(self.timeout)
        self.loop.close()
        self.names.shutdown(wait=False, cancel_futures=True)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> "Future[Answer]":
        """Send it; the future never raises."""
        return asyncio.run_coroutine_threadsafe(self._post(url, headers, body), self.loop)

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        began = time.monotonic()
        try:
            answer = await asyncio.wait_for(
                self._talk(url, headers, body, self.loop.time() + self.timeout), self.timeout
            )
        except TimeoutError:
            answer = Answer(error="timeout")
        except (BadUrl, Refused):
            answer = Answer(error="address_refused")
        except socket.gaierror:
            answer = Answer(error="name_unknown")
        except ssl.SSLError:
            answer = Answer(error="tls")
        except (OSError, EOFError):
            answer = Answer(error="no_connection")
        except (ValueError, asyncio.LimitOverrunError):
            answer = Answer(error="not_http")
        except Exception:
            logger.exception("webhook not sent")
            answer = Answer(error="failed_here")
        return replace(answer, took_ms=round(1000 * (time.monotonic() - began)))

    async def _talk(self, url: str, headers: Mapping[str, str], body: bytes, ends_at: float) -> Answer:
        target = target_of(url)
        reader, writer = await self._connect(target, await self._resolve(target))
        try:
            writer.write(_request(target, headers, body))
            await writer.drain()
            return await _read(reader, ends_at)
        finally:
            writer.transport.abort()

    async def _resolve(self, target: Target) -> list[str]:
        """The addresses of the host, asked for once and all of them allowed."""
        found = await self.loop.run_in_executor(
            self.names, lambda: socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        )
        return checked([str(row[4][0]) for row in found])

    async def _connect(
        self, target: Target, addresses: list[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open the connection to a checked address, the second where the first does not listen. The certificate must be
        of the host that was asked for."""
        tls: dict[str, Any] = {"ssl": _tls(), "server_hostname": target.host} if target.is_tls else {}
        first, *others = addresses[:TRIED_ADDRESSES]
        try:
            return await asyncio.open_connection(first, target.port, limit=HEAD_LIMIT, **tls)
        except OSError as error:
            if not others or isinstance(error, ssl.SSLError):
                raise
        return await asyncio.open_connection(others[0], target.port, limit=HEAD_LIMIT, **tls)


@cache
def _tls() -> ssl.SSLContext:
    """The authorities that the machine trusts (`SSL_CERT_FILE` adds those of a government network)."""
    return ssl.create_default_context()


async def _cancel_all() -> None:
    """End every conversation, and wait until each has closed its socket."""
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(body)}",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


async def _read(reader: asyncio.StreamReader, ends_at: float) -> Answer:
    """Status, Retry-After and the first of the body; interim answers are passed over. Raises ValueError, EOFError."""
    status = 0
    while status < INFORMATION:
        head = await reader.readuntil(b"\r\n\r\n")
        found = STATUS_LINE.match(head)
        if found is None:
            raise ValueError("no HTTP")
        status = int(found.group(1))
    fields = email.parser.BytesHeaderParser().parsebytes(head.partition(b"\n")[2])
    patience = min(BODY_SECONDS, ends_at - asyncio.get_running_loop().time() - SPARE_SECONDS)
    return Answer(
        status=status,
        retry_after=seconds_of(str(fields.get("Retry-After", ""))),
        excerpt=await _excerpt(reader, fields, patience) if status not in WITHOUT_BODY else "",
    )


async def _excerpt(reader: asyncio.StreamReader, fields: Message, patience: float) -> str:
    """What the receiver says, a little of it and for a moment only: it is already known whether it has the message."""
    length = str(fields.get("Content-Length", ""))
    wanted = min(int(length), BODY_LIMIT) if LENGTH.match(length) else BODY_LIMIT
    is_chunked = "chunked" in str(fields.get("Transfer-Encoding", "")).lower()
    taken = bytearray()

    async def gather() -> None:
        while len(taken) < wanted and not (is_chunked and taken.endswith(LAST_CHUNK)):
            part = await reader.read(wanted - len(taken))
            if not part:
                return
            taken.extend(part)

    with suppress(OSError):  # a time-out among them: what has come is enough
        await asyncio.wait_for(gather(), max(patience, 0.0))
    words = (_unchunked(bytes(taken)) if is_chunked else bytes(taken)).decode(errors="replace")
    return "".join(sign if sign.isprintable() else " " for sign in words)[:EXCERPT].strip()


def _unchunked(body: bytes) -> bytes:
    """The data of as many chunks as there are whole or in part."""
    found = bytearray()
    while body:
        size, _line_end, rest = body.partition(b"\r\n")
        try:
            count = int(size.partition(b";")[0], 16)
        except ValueError:
            break
        if count <= 0:
            break
        found += rest[:count]
        body = rest[count + 2 :]
    return bytes(found)


def seconds_of(text: str) -> float | None:
    """Retry-After in seconds, given as a number or as a date; at most a day. None for what says neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        return min(max(moment.timestamp() - time.time(), 0.0), LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None
