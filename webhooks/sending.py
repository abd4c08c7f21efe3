"""Claiming messages that are due, and writing down what came of them. No transaction is open while a receiver is asked.

Both lock rows only for a moment: a claim skips what others have, a result locks its endpoints in order. The result
of a claim that has run out is not written: the message is somebody else's by then.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from governance.exchange.posting import Answer
from governance.foundation.bulk import update_rows
from governance.foundation.prepared import fetch_all
from webhooks.fanning import actor_of, is_served
from webhooks.keeping import CLOSED_CIRCUIT, patience, switch_off
from webhooks.models import MOST_TRIES_KEPT, TEST, Delivery, Endpoint
from webhooks.patience import after_failure, rest
from webhooks.signing import headers_for
from webhooks.states import LIVING, MESSAGE_TABLE, EndpointState, MessageState
from webhooks.streams import BY_STREAM, Event
from webhooks.values import value

GONE, TOO_MANY = 410, 429
SPARE = timedelta(seconds=5)
"""What a claim lasts longer than a conversation may."""
RESULT_FIELDS = (
    "state",
    "next_at",
    "last_at",
    "last_status",
    "last_error",
    "excerpt",
    "tries",
    "done_at",
)
ENDPOINT_FIELDS = (
    "state",
    "version",
    "off_reason",
    "failures",
    "failing_since",
    "rest_until",
    "last_at",
    "last_ok_at",
    "last_status",
    "last_error",
)
DIGITS = re.compile(r"[0-9]{7,}")
"""A receiver may repeat a telephone number; those who read its answers see no personal data."""
CHANCE = random.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message that was claimed until `until`, ready to be posted."""

    message_id: int
    endpoint_id: int
    until: datetime
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one."""

    outgoing: Outgoing
    answer: Answer


def claim(*, at: datetime, flying: Mapping[int, int], room: int) -> list[Outgoing]:
    """Messages to send now, at most `room`, in fair turns. `flying` counts those under way for each endpoint.

    An endpoint that fails gets one at a time, one that is left alone only tests.
    """
    endpoints = {row.pk: row for row in _calling(at)}
    turns = [
        (row.pk, seats, row.state != EndpointState.ACTIVE or row.is_resting(at))
        for row in endpoints.values()
        if (seats := _seats(row, flying.get(row.pk, 0))) > 0
    ]
    if not turns or room <= 0:
        return []
    until = at + timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS) + SPARE
    ids = fetch_all(_CLAIM, [*(list(column) for column in zip(*turns, strict=True)), at, TEST, room, until])
    rows = list(Delivery.objects.filter(pk__in=[pk for (pk,) in ids]).order_by("pk"))
    return _prepared(rows, endpoints, at, until)


def _calling(at: datetime) -> list[Endpoint]:
    """Endpoints with something due."""
    due = Delivery.objects.filter(state=MessageState.WAITING, next_at__lte=at)
    rows = Endpoint.objects.filter(state__in=LIVING, pk__in=due.values("endpoint_id"))
    return [row for row in rows.select_related("client").order_by("pk") if is_served(row.client, at)]


def _seats(endpoint: Endpoint, flying: int) -> int:
    """How many more messages may be on their way to it."""
    return (1 if endpoint.failures else settings.WEBHOOK_PER_ENDPOINT) - flying


def _prepared(
    rows: Sequence[Delivery], endpoints: Mapping[int, Endpoint], at: datetime, until: datetime
) -> list[Outgoing]:
    """What each says, by what its client may read now; messages about what it may no longer read are withdrawn."""
    wanted: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows:
        if row.event_id is not None:
            wanted[endpoints[row.endpoint_id].client_id, row.stream].append(row.event_id)
    clients = {row.client_id: row.client for row in endpoints.values()}
    events = {
        (pk, stream): BY_STREAM[stream].chosen(actor_of(clients[pk]), ids)
        for (pk, stream), ids in wanted.items()
    }
    found, lost = [], []
    for row in rows:
        endpoint = endpoints[row.endpoint_id]
        event = events.get((endpoint.client_id, row.stream), {}).get(row.event_id or 0)
        if event is None and not row.is_test:
            lost.append(row)
            continue
        body = body_of(row, event)
        found.append(
            Outgoing(
                message_id=row.pk,
                endpoint_id=endpoint.pk,
                until=until,
                url=endpoint.url,
                headers=headers_for(row.name, body, endpoint.secrets_at(at), at),
                body=body.encode(),
            )
        )
    if lost:
        _withdraw(lost, at)
    return found


def body_of(row: Delivery, event: Event | None) -> str:
    """The message: type, time and, as `data`, the event as the feed gives it."""
    data = {"message": row.name} if event is None else BY_STREAM[row.stream].shown(event)
    body = {"type": row.kind, "timestamp": row.event_at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@transaction.atomic
def _withdraw(rows: Sequence[Delivery], at: datetime) -> None:
    _lock({row.endpoint_id for row in rows})
    for row in rows:
        MESSAGE_TABLE.check("withdraw", row.state)
        row.state, row.last_error, row.done_at = MessageState.CANCELLED, "not_visible", at
    update_rows(rows, ("state", "last_error", "done_at"))
    release([(row.endpoint_id, row.ticket) for row in rows], at=at)


@transaction.atomic
def write_down(results: Sequence[Result], *, at: datetime) -> int:
    """Store what came of messages, let the next one of each ticket go, and move the circuits. How many were taken."""
    endpoints = _lock({result.outgoing.endpoint_id for result in results})
    ids = [result.outgoing.message_id for result in results]
    rows = {row.pk: row for row in Delivery.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    changed, finished = [], []
    for result in results:
        row = rows.get(result.outgoing.message_id)
        if row is None or row.state != MessageState.WAITING or row.next_at != result.outgoing.until:
            continue
        endpoint = endpoints[row.endpoint_id]
        _judge(row, endpoint, result.answer, at)
        changed.append(row)
        if row.state != MessageState.WAITING:
            finished.append((row.endpoint_id, row.ticket))
    update_rows(changed, RESULT_FIELDS)
    release(finished, at=at)
    for endpoint in endpoints.values():
        endpoint.save(update_fields=ENDPOINT_FIELDS)
    return sum(row.state == MessageState.DELIVERED for row in changed)


def _judge(row: Delivery, endpoint: Endpoint, answer: Answer, at: datetime) -> None:
    """What an answer means for the message and for its endpoint."""
    row.last_at, row.last_status, row.last_error = at, answer.status, answer.error
    row.excerpt = DIGITS.sub(lambda found: "*" * len(found.group(0)), answer.excerpt)
    facts = {"at": at.isoformat(), "status": answer.status, "error": answer.error, "ms": answer.took_ms}
    row.tries = [*row.tries, facts][-MOST_TRIES_KEPT:]
    endpoint.last_at, endpoint.last_status, endpoint.last_error = at, answer.status, answer.error
    if answer.is_taken:
        MESSAGE_TABLE.check("deliver", row.state)
        row.state, row.done_at = MessageState.DELIVERED, at
        endpoint.last_ok_at = at
        for name, value in CLOSED_CIRCUIT.items():
            setattr(endpoint, name, value)
        return
    asked = timedelta(seconds=answer.retry_after or 0)
    _count_failure(endpoint, answer, asked, at)
    if at >= row.give_up_at:
        MESSAGE_TABLE.check("give_up", row.state)
        row.state, row.done_at = MessageState.DEAD, at
    else:
        MESSAGE_TABLE.check("retry", row.state)
        row.next_at = at + max(after_failure(row.attempts, CHANCE.random()), asked)


def _count_failure(endpoint: Endpoint, answer: Answer, asked: timedelta, at: datetime) -> None:
    """The circuit after a failure. "Too many" is no failure of the endpoint: it is left alone as long as it asks."""
    if answer.status != TOO_MANY:
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or at
    pause = max(asked, rest(1, 1, CHANCE.random())) if answer.status == TOO_MANY else asked
    if endpoint.is_failing:
        limit = value("circuit_failures")
        pause = max(asked, rest(endpoint.failures, limit, CHANCE.random()))
    if pause:
        endpoint.rest_until = at + pause
    if endpoint.state != EndpointState.ACTIVE:
        return
    if answer.status == GONE:
        switch_off(endpoint, reason="gone", at=at)
    elif endpoint.failing_since is not None and endpoint.failing_since + patience() <= at:
        switch_off(endpoint, reason="failing", at=at)


def release(finished: Sequence[tuple[int, str]], *, at: datetime) -> None:
    """Let the earliest held message of each of these tickets go, where none is on its way. The endpoints are locked."""
    pairs = sorted({(endpoint_id, ticket) for endpoint_id, ticket in finished if ticket})
    if not pairs:
        return
    ids, tickets = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [at, at + patience(), ids, tickets])


def _lock(ids: set[int]) -> dict[int, Endpoint]:
    """The endpoints, locked in order, so that nobody waits for whom it holds up."""
    rows = Endpoint.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


_CLAIM = """
WITH turns AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bool[]) AS t(endpoint_id, seats, only_tests)
), due AS (
    SELECT w.id, row_number() OVER (PARTITION BY w.endpoint_id ORDER BY w.next_at, w.id) AS place
      FROM turns CROSS JOIN LATERAL (
        SELECT d.id, d.endpoint_id, d.next_at FROM webhooks_delivery d
         WHERE d.endpoint_id = turns.endpoint_id AND d.state = 'waiting' AND d.next_at <= %s
           AND (NOT turns.only_tests OR d.kind = %s)
         ORDER BY d.next_at, d.id LIMIT turns.seats FOR UPDATE SKIP LOCKED
      ) w
), chosen AS (SELECT id FROM due ORDER BY place, id LIMIT %s)
UPDATE webhooks_delivery d SET next_at = %s, attempts = attempts + 1
  FROM chosen WHERE d.id = chosen.id RETURNING d.id
"""

_RELEASE = """
UPDATE webhooks_delivery d SET state = 'waiting', next_at = %s, give_up_at = %s
  FROM (SELECT DISTINCT ON (h.endpoint_id, h.ticket) h.id
          FROM webhooks_delivery h
          JOIN unnest(%s::bigint[], %s::text[]) AS f(endpoint_id, ticket)
            ON f.endpoint_id = h.endpoint_id AND f.ticket = h.ticket
         WHERE h.state = 'held' AND NOT EXISTS (
            SELECT 1 FROM webhooks_delivery w
             WHERE w.endpoint_id = h.endpoint_id AND w.ticket = h.ticket AND w.state = 'waiting')
         ORDER BY h.endpoint_id, h.ticket, h.event_id) next
 WHERE d.id = next.id
"""
