"""What the dashboard's script fetches: its cells as one document, and the same as a stream of what changes.

Who sees the same shares one computation: see `boards`. The document is kept for a second for all of them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.command.events import give_back_the_thread
from governance.command.figures import Dashboard, count
from governance.command.periods import LIVE, period
from governance.command.picture.boards import LIFE_SECONDS, Board, Compute, Shown, Snapshot
from governance.command.picture.cells import cells, message
from governance.command.picture.readers import Reader, reader_of
from governance.exchange.doors import script_answer
from governance.exchange.edges import actor_of
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from incidents.views.links import AS_FILED, GROUND

KEPT: Final = timedelta(seconds=1)
MOST_KEPT: Final = 64


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a screen shows."""

    reader: Reader
    name: str
    as_filed: bool

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for all who see the same."""
        return self.reader.key, self.name, self.as_filed, get_language()

    def count(self, at: datetime) -> Dashboard:
        """Count it now."""
        return count(self.reader, period(self.name, at), as_filed=self.as_filed)

    def snapshot(self, at: datetime) -> Snapshot:
        """The same as cells."""
        found = self.count(at)
        head = message(found, {})
        told = cells(found)
        marks = {key: (words, lamp) for key, (words, _url, lamp) in told.items()}
        return Snapshot(cells=told, head={"at": head["at"], "day": head["day"]}, marks=marks)


def wanted_of(request: HttpRequest, actor: Actor) -> Wanted:
    """From the address. Raises Forbidden for people without an appointment."""
    must_look(actor)
    name = request.GET.get("period", "")
    return Wanted(
        reader=reader_of(actor),
        name=name if name in LIVE else LIVE[0],
        as_filed=request.GET.get(GROUND) == AS_FILED,
    )


def must_look(actor: Actor) -> None:
    """Raises Forbidden."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(_("Figures are shown to people with an appointment"))


@dataclass
class Kept:
    """Documents of this process, each for a second; two requests at once count once."""

    entries: dict[tuple[Any, ...], tuple[datetime, Shown]] = field(default_factory=dict)
    locks: dict[tuple[Any, ...], threading.Lock] = field(default_factory=dict)

    def get(self, key: tuple[Any, ...], at: datetime, make: Callable[[datetime], Shown]) -> Shown:
        """The document of that key, not older than a second."""
        if len(self.locks) > MOST_KEPT:
            self.forget()
        with self.locks.setdefault(key, threading.Lock()):
            known = self.entries.get(key)
            if known is not None and timedelta(0) <= at - known[0] < KEPT:
                return known[1]
            made = make(at)
            self.entries[key] = at, made
            return made

    def forget(self) -> None:
        """Drop everything."""
        self.entries.clear()
        self.locks.clear()


KEEP: Final = Kept()


@require_safe
@script_answer
def cells_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every number of the picture with its list; what a page asks for while its stream is away."""
    wanted = wanted_of(request, actor)

    def make(at: datetime) -> Shown:
        found = wanted.snapshot(at)
        return {**found.head, "set": found.cells, "full": True}

    answer = JsonResponse(dict(KEEP.get(wanted.key, now(), make)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The cells of the picture as they change, for as long as the page stays open."""
    wanted = await sync_to_async(_authorize)(request)
    await sync_to_async(lambda: connection.close())()
    if wanted is None:
        return HttpResponse(status=401)
    return streamed(wanted.key, wanted.reader.paths, wanted.snapshot)


def streamed(
    key: tuple[Any, ...], paths: tuple[str, ...], compute: Compute, *, seconds: float = LIFE_SECONDS
) -> StreamingHttpResponse:
    """A stream of the board of that key."""
    give_back_the_thread()
    body = Board.of(key, paths, compute).stream(seconds)
    response = StreamingHttpResponse(body, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-cache, no-transform"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _authorize(request: HttpRequest) -> Wanted | None:
    if not request.user.is_authenticated:
        return None
    try:
        return wanted_of(request, actor_of(request))
    except Forbidden:
        return None
