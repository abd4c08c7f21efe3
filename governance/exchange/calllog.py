"""Writing the exchange log without letting a caller wait: rows gather in the process and go to PostgreSQL together.

What may be lost: the rows of the last half second of a process that is killed outright; and while PostgreSQL is away,
what comes after `MAX_WAITING` rows wait. What a call has *done* is never lost: its journal entry is written with the
deed and carries the same request id.
"""

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg_pool import PoolTimeout

from governance.exchange import masks
from governance.exchange.edges import address_of, request_id_of
from governance.exchange.models import ApiClient, ExchangeCall
from governance.foundation.bulk import insert_rows
from governance.foundation.prepared import fresh

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.5
REST_SECONDS = 5.0
MAX_WAITING = 10_000
MAX_TOGETHER = 500
LARGEST_BODY = 64 * 1024
REFUSED = 400
TICKET_NUMBER = 20
AWAY = (OperationalError, InterfaceError, PoolTimeout)


@dataclass(slots=True)
class Call:
    """A call while it runs: who, by which key, since when."""

    client_id: int
    hint: str
    at: datetime


@dataclass(slots=True)
class Finished:
    """A call that was answered, with its bodies as they were; they leave memory with the row."""

    call: Call
    method: str
    path: str
    status: int
    took_ms: int
    request_id: str
    address: str
    sent: bytes
    sent_bytes: int
    answer: Any
    answered_bytes: int
    number: str


def begin(request: HttpRequest, client: ApiClient, *, hint: str, at: datetime) -> None:
    """The key has told which client calls: from here on the call is logged, whatever becomes of it."""
    request.exchange_call = Call(client.pk, hint, at)  # type: ignore[attr-defined]  # a request carries it
    if request.content_type == "application/json" and 0 < _length(request) <= LARGEST_BODY:
        _ = request.body  # read once, for the log and for whoever comes after


def finish(request: HttpRequest, response: HttpResponseBase) -> None:
    """Hand the call over to the log; calls of nobody known are not logged here."""
    call: Call | None = getattr(request, "exchange_call", None)
    if call is None:
        return
    content = b"" if response.streaming else response.content  # type: ignore[attr-defined]  # has one
    RECORDER.take(
        Finished(
            call=call,
            method=request.method or "",
            path=request.path[:300].replace("\x00", "?"),
            status=response.status_code,
            took_ms=round(1000 * (time.perf_counter() - request.began)),  # type: ignore[attr-defined]  # a request carries it
            request_id=request_id_of(request),
            address=address_of(request),
            sent=getattr(request, "_body", b"") if _length(request) <= LARGEST_BODY else b"",
            sent_bytes=_length(request),
            answer=getattr(response, "data", None),
            answered_bytes=len(content),
            number=_number(request, getattr(response, "data", None)),
        )
    )


def _length(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _number(request: HttpRequest, answer: Any) -> str:
    match = request.resolver_match
    found = (match.kwargs.get("number") if match else "") or (
        answer.get("number", "") if isinstance(answer, Mapping) else ""
    )
    return str(found or "")[:TICKET_NUMBER]


def row_of(done: Finished) -> ExchangeCall:
    """The row: bodies masked, sizes as they were."""
    is_refused = done.status >= REFUSED
    code = done.answer.get("code", "") if is_refused and isinstance(done.answer, Mapping) else ""
    return fresh(
        ExchangeCall,
        client_id=done.call.client_id,
        key_hint=done.call.hint,
        at=done.call.at,
        method=done.method[:8],
        path=masks.DIGITS.sub(_hidden, done.path) if done.status == 404 else done.path,
        status=done.status,
        code=str(code)[:40],
        took_ms=max(0, done.took_ms),
        request_id=done.request_id,
        address=done.address,
        ticket=done.number,
        sent_bytes=done.sent_bytes,
        answered_bytes=done.answered_bytes,
        sent=masks.masked_json(done.sent) if done.sent else _told(done.sent_bytes),
        answered=masks.problem(done.answer) if is_refused else masks.leading(done.answer),
    )


def _hidden(match: Any) -> str:
    text: str = match.group(0)
    return text if len(text) in {12, 14, 15} else "*" * len(text)


def _told(size: int) -> str:
    return f"[{size} bytes, not kept]" if size else ""


class Recorder:
    """Rows that wait, and the thread of the process that writes them together."""

    def __init__(self) -> None:
        self.waiting: deque[Finished] = deque()
        self.lost = 0
        self.lock = threading.Lock()
        self.writing = threading.Lock()
        self.news = threading.Event()
        self.owner = 0

    def take(self, done: Finished) -> None:
        """Queue one; counted as lost when too many wait."""
        if len(self.waiting) >= MAX_WAITING:
            self.lost += 1
            return
        self.waiting.append(done)
        if settings.EXCHANGE_LOG_IN_BACKGROUND:
            if self.owner != os.getpid():
                self._start()
            self.news.set()

    def flush(self) -> int:
        """Write what waits, in statements of `MAX_TOGETHER` rows; how many. What could not be written waits on."""
        written = 0
        with self.writing:
            while self.waiting:
                taken = [self.waiting.popleft() for _n in range(min(len(self.waiting), MAX_TOGETHER))]
                try:
                    insert_rows([row_of(done) for done in taken])
                except AWAY:
                    self.waiting.extendleft(reversed(taken))
                    raise
                written += len(taken)
        if self.lost:
            lost, self.lost = self.lost, 0
            logger.error("the exchange log has lost %s rows while the database was away", lost)
        return written

    def clear(self) -> None:
        """Forget what waits (tests)."""
        self.waiting.clear()
        self.lost = 0

    def _start(self) -> None:
        with self.lock:
            if self.owner == os.getpid():
                return
            threading.Thread(target=self._run, name="exchange-log", daemon=True).start()
            self.owner = os.getpid()
            atexit.register(self.finish)

    def finish(self) -> None:
        """Write what waits before the process ends; a process that was forked since has nothing."""
        if self.owner == os.getpid():
            self._write()

    def _run(self) -> None:
        while True:
            self.news.wait()
            self.news.clear()
            time.sleep(FLUSH_SECONDS)
            if not self._write():
                time.sleep(REST_SECONDS)
                self.news.set()

    def _write(self) -> bool:
        try:
            self.flush()
        except AWAY as error:
            logger.warning("the exchange log waits: %s", error)
            return False
        except Exception:
            logger.exception("rows of the exchange log are lost")
        finally:
            connection.close()
        return True


RECORDER = Recorder()
