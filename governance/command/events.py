"""The live stream: one Redis subscription per process, fanned out to every open screen.

A stream carries nudges only ("look again"), filtered by what its person may hear; pages fetch what they may see.
It gives its database connection and its thread back before it streams, so that open screens never starve the pool.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import redis.asyncio
from asgiref.sync import SyncToAsync, sync_to_async
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.live import CHANNEL
from grids import scope as scopes
from incidents.models import Step, Ticket

logger = logging.getLogger(__name__)

BEAT_SECONDS = 15.0
CONNECT_SECONDS = 1.0
QUEUE_SIZE = 100
MAX_TOPICS = 30
LOOK_BACK = 200
RETRY_MS = 2000
LIFE_SECONDS = 600.0
"""A stream ends after this time; the page opens the next one, and who it is and may hear is looked up anew."""
Message = dict[str, Any]
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Hearing:
    """What one person may hear on one page."""

    topics: frozenset[str]
    paths: tuple[str, ...]

    def filter(self, message: Message) -> list[str]:
        """The topics of the message that this person listens to and may hear."""
        path = str(message.get("path") or "")
        topics = self.topics.intersection(message.get("topics", ()))
        if "tickets" in topics and not any(path.startswith(own) for own in self.paths):
            topics -= {"tickets"}
        return sorted(topics)


@dataclass(eq=False)
class Listener:
    """One open stream: a short queue; when it overflows the page is told to fetch everything."""

    hearing: Hearing
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))

    def tell(self, message: Message) -> None:
        topics = self.hearing.filter(message)
        if not topics:
            return
        text = event({"topics": topics, "verb": message.get("verb", "")}, message.get("id"))
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            text = RESET
        self.queue.put_nowait(text)

    def end(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """The process's one subscription. Ends every stream when Redis goes away: screens then poll."""

    current: ClassVar["Hub | None"] = None

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.listeners: set[Listener] = set()
        self.ready = asyncio.Event()
        self.task = self.loop.create_task(self._run())

    @classmethod
    def get(cls) -> "Hub":
        """The running hub of this event loop; a dead one is replaced."""
        hub = cls.current
        if hub is None or hub.loop is not asyncio.get_running_loop() or hub.task.done():
            hub = cls.current = Hub()
        return hub

    async def _run(self) -> None:
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=CONNECT_SECONDS)
        try:
            async with client.pubsub() as subscription:
                await subscription.subscribe(CHANNEL)
                self.ready.set()
                async for message in subscription.listen():
                    if message["type"] == "message":
                        self._spread(message["data"])
        except (redis.RedisError, OSError) as error:
            logger.warning("live stream lost its source: %s", error)
        finally:
            for listener in self.listeners:
                listener.end()
            await client.aclose()

    def _spread(self, data: bytes) -> None:
        message = json.loads(data)
        for listener in self.listeners:
            listener.tell(message)

    async def is_ready(self) -> bool:
        """True once the subscription stands; waits a moment for it."""
        try:
            await asyncio.wait_for(self.ready.wait(), CONNECT_SECONDS)
        except TimeoutError:
            return False
        return not self.task.done()


def event(data: Message, number: int | None = None, name: str = "") -> str:
    """One server-sent event."""
    head = (f"id: {number}\n" if number else "") + (f"event: {name}\n" if name else "")
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"


RESET = event({}, name="reset")
BEAT = ": beat\n\n"


async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/events/?topics=a,b`: the nudges for these topics, for as long as the page stays open."""
    hearing, missed = await sync_to_async(_authorize)(request)
    # Looked up inside the thread: the connection proxy must resolve there, not in the event loop.
    await sync_to_async(lambda: connection.close())()
    if hearing is None:
        return HttpResponse(status=401)
    hub = Hub.get()
    if not await hub.is_ready():
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    give_back_the_thread()
    response = StreamingHttpResponse(
        _events(hub, Listener(hearing), missed), content_type="text/event-stream"
    )
    response.headers["Cache-Control"] = "no-cache, no-transform"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def give_back_the_thread() -> None:
    """The thread in which a request was read is kept as long as its answer lasts: a stream needs none."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context is not None else None
    if executor is not None:
        executor.shutdown(wait=False)


def _authorize(request: HttpRequest) -> tuple[Hearing | None, bool]:
    """What the person may hear, and whether steps were missed since the last event id."""
    if not request.user.is_authenticated:
        return None, False
    actor = actor_of(request)
    wanted = [topic for topic in request.GET.get("topics", "").split(",") if topic][:MAX_TOPICS]
    hearing = Hearing(frozenset(allowed(wanted, actor)), scopes.of(actor.user).paths)
    last = request.headers.get("Last-Event-ID") or request.GET.get("last_event_id", "")
    since = parse_datetime(request.GET.get("since", "")) if not last else None
    return hearing, has_missed(hearing, last, since)


def has_missed(hearing: Hearing, last: str, since: datetime | None) -> bool:
    """Whether a deed that concerns the page was written after the event `last`, or since the page was made.

    Looks at the newest deeds only; when all of them came since, the page looks again in any case.
    """
    if last.isdigit() and len(last) < 19:
        after, since = int(last), EVER
    elif since is not None and is_aware(since):
        after = 0
    else:
        return False
    steps = Step.objects.filter(pk__gt=after).order_by("-pk")
    told = steps.values_list("at", "ticket__number", "holder_id", "ticket__region_path")[:LOOK_BACK]
    rows = [row for row in told if row[0] >= since]
    return len(rows) == LOOK_BACK or any(
        hearing.filter({"topics": [f"ticket:{number}", f"unit:{holder}", "tickets"], "path": path})
        for _at, number, holder, path in rows
    )


def allowed(wanted: list[str], actor: Actor) -> set[str]:
    """The topics a person may listen to: own units, visible tickets, and the tickets of the regions covered."""
    scope = scopes.of(actor.user)
    numbers = [topic.removeprefix("ticket:") for topic in wanted if topic.startswith("ticket:")]
    visible = (
        Ticket.objects.visible_to(actor).filter(number__in=numbers) if numbers else Ticket.objects.none()
    )
    topics = {f"ticket:{number}" for number in visible.values_list("number", flat=True)}
    topics |= {f"{kind}:{unit_id}" for unit_id in scope.unit_ids for kind in ("unit", "notices")}
    topics.add(f"notices:person-{actor.user_id}")
    if scope.reaches:
        topics.add("tickets")
    return topics.intersection(wanted)


async def _events(hub: Hub, listener: Listener, missed: bool) -> AsyncIterator[str]:
    hub.listeners.add(listener)
    ends_at = hub.loop.time() + LIFE_SECONDS
    try:
        yield f"retry: {RETRY_MS}\n\n"
        if missed:
            yield RESET
        while not hub.task.done() and hub.loop.time() < ends_at:
            try:
                text = await asyncio.wait_for(listener.queue.get(), BEAT_SECONDS)
            except TimeoutError:
                text = BEAT
            if text is None:
                return
            yield text
    finally:
        hub.listeners.discard(listener)
