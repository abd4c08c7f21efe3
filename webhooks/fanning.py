"""From the feed to messages: each endpoint has a cursor, and what lies behind it becomes rows, once.

The feed is the queue. An endpoint that is paused, that fails or that is slow leaves its events there, so that no outage
of a receiver fills a table of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.models import ApiClient
from governance.exchange.scopes import ApiScope
from governance.foundation.bulk import insert_rows
from governance.foundation.horizon import reach
from webhooks.keeping import patience
from webhooks.models import Delivery, Endpoint, new_name
from webhooks.states import EndpointState, MessageState
from webhooks.streams import FEEDS, Event, Feed

PAGE = 500
BACKLOG = 2_000
"""Messages that are due and not sent: with so many an endpoint gets no more for now."""
QUIET = 1_000
"""Events that do not concern an endpoint and that it may be asked to look at again, instead of writing its cursor."""


@dataclass(frozen=True, kw_only=True)
class Fanned:
    """How many messages were made; whether some endpoint has more to read at once; up to which number of each feed
    all have read, nothing where one had to be passed over."""

    made: int = 0
    has_more: bool = False
    reached: tuple[int, ...] = ()


def actor_of(client: ApiClient) -> Actor:
    """What the feed shows the client, as if it had asked itself."""
    return Actor(
        role=Role.API_CLIENT,
        client="api",
        client_id=client.pk,
        client_name=client.name,
        source_codes=frozenset(client.sources),
        region_codes=frozenset(client.regions),
    )


def is_served(client: ApiClient, at: datetime) -> bool:
    """Whether the client may be told anything at present."""
    return client.is_usable(at) and ApiScope.EVENTS in client.scopes


def fan_out(*, at: datetime, known: tuple[int, ...] = ()) -> Fanned:
    """Make the messages of every endpoint that is behind, a page each. Safe beside itself.

    Up to the numbers `known` everybody has read already: nothing is done before a feed has gone beyond them.
    """
    behind = Endpoint.objects.filter(state=EndpointState.ACTIVE).select_related("client").order_by("pk")
    wanted = [row.pk for row in behind if is_served(row.client, at) and not row.is_failing]
    if not wanted:
        return Fanned()
    horizons = tuple(reach(feed.rows) for feed in FEEDS)
    if horizons == known:
        return Fanned(reached=known)
    pages = [
        _read_on(row.pk, feed, horizon, at)
        for row in behind
        for feed, horizon in zip(FEEDS, horizons, strict=True)
        if row.pk in wanted and getattr(row, feed.cursor) < horizon
    ]
    has_more = any(page.has_more for page in pages)
    is_whole = all(page.reached for page in pages) and not has_more
    return Fanned(
        made=sum(page.made for page in pages), has_more=has_more, reached=horizons if is_whole else ()
    )


@transaction.atomic
def _read_on(endpoint_id: int, feed: Feed, horizon: int, at: datetime) -> Fanned:
    """One page of a feed for one endpoint; nothing while somebody else has it."""
    rows = Endpoint.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    endpoint = rows.select_related("client").filter(pk=endpoint_id, state=EndpointState.ACTIVE).first()
    if endpoint is None or _is_full(endpoint, at):
        return Fanned()
    cursor = getattr(endpoint, feed.cursor)
    page = feed.page(actor_of(endpoint.client), after=cursor, limit=PAGE, horizon=horizon)
    events = [event for event in page.events if event.type in endpoint.kinds]
    insert_rows(_messages(endpoint, feed, events, at))
    if events or page.after - cursor >= QUIET:
        Endpoint.objects.filter(pk=endpoint.pk).update(**{feed.cursor: page.after})
    return Fanned(made=len(events), has_more=page.has_more, reached=(page.after,))


def _is_full(endpoint: Endpoint, at: datetime) -> bool:
    due = Delivery.objects.filter(endpoint=endpoint, state=MessageState.WAITING, next_at__lte=at)
    return len(due.order_by("next_at", "pk").values_list("pk")[:BACKLOG]) >= BACKLOG


def _messages(endpoint: Endpoint, feed: Feed, events: Sequence[Event], at: datetime) -> list[Delivery]:
    """The rows: the first of a ticket waits, unless an earlier one of it is not delivered yet; others are held."""
    numbers = {event.ticket for event in events}
    unfinished = Delivery.objects.filter(endpoint=endpoint, ticket__in=numbers).unfinished()
    taken = set(unfinished.values_list("ticket", flat=True)) if numbers else set()
    rows = []
    for event in events:
        rows.append(
            Delivery(
                endpoint_id=endpoint.pk,
                name=new_name(),
                kind=event.type,
                stream=feed.stream,
                event_id=event.id,
                ticket=event.ticket,
                state=MessageState.HELD if event.ticket in taken else MessageState.WAITING,
                event_at=event.at,
                made_at=at,
                next_at=at,
                give_up_at=at + patience(),
            )
        )
        taken.add(event.ticket)
    return rows
