"""The feeds that endpoints are told of: the steps of tickets, and what apps above the ticket announce.

Each has numbers of its own, so each endpoint has a cursor for each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.db import models

from governance.accounts.actors import Actor
from incidents import announcing, feed
from incidents.api.announcements import ANNOUNCED
from incidents.api.events import EVENT
from incidents.models import Announcement, Step
from webhooks.states import Stream


class Event(Protocol):
    """What both feeds say of an event; `ticket` is the number whose events are told in order."""

    @property
    def id(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def at(self) -> Any: ...
    @property
    def ticket(self) -> str: ...


class Page(Protocol):
    """A page of a feed."""

    @property
    def events(self) -> Sequence[Event]: ...
    @property
    def after(self) -> int: ...
    @property
    def has_more(self) -> bool: ...


class Reader(Protocol):
    """How a feed is read on."""

    def __call__(self, by: Actor, *, after: int, limit: int, horizon: int | None = ...) -> Page: ...


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One feed: its rows, the column of an endpoint that is its cursor, and how its events are read and shown."""

    stream: Stream
    rows: type[models.Model]
    cursor: str
    page: Reader
    chosen: Callable[[Actor, Sequence[int]], Mapping[int, Event]]
    shown: Callable[[Any], Mapping[str, Any]]


FEEDS: Final = (
    Feed(
        stream=Stream.TICKETS,
        rows=Step,
        cursor="cursor",
        page=feed.page,
        chosen=feed.chosen,
        shown=EVENT.to_representation,
    ),
    Feed(
        stream=Stream.OTHERS,
        rows=Announcement,
        cursor="other_cursor",
        page=announcing.page,
        chosen=announcing.chosen,
        shown=ANNOUNCED.to_representation,
    ),
)
BY_STREAM: Final[Mapping[str, Feed]] = {item.stream.value: item for item in FEEDS}


def kinds() -> tuple[str, ...]:
    """Every event that an endpoint can be told of, in the order of the feeds."""
    return (*feed.EVENT_TYPES.values(), *announcing.kinds())
