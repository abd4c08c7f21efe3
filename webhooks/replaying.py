"""Dead letters that are sent again: one, chosen ones, all. They keep their ids, so a receiver knows what it has.

A replayed message takes its place behind whatever of its ticket is on the way: it comes later than it should have, and
its own number and time say so.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.bulk import update_rows
from governance.foundation.errors import Conflict
from webhooks.keeping import patience
from webhooks.models import Delivery, Endpoint
from webhooks.querysets import DeliveryQuerySet
from webhooks.rules import role_for
from webhooks.sending import release
from webhooks.states import LIVING, MESSAGE_TABLE, MessageState

BATCH, MOST_AT_ONCE = 500, 20_000
NAMED = 20
FIELDS = ("state", "attempts", "replays", "next_at", "give_up_at", "done_at")


def replay(ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Send these dead letters again; how many. Raises NotFound, Forbidden; Conflict when none of them can be."""
    dead = Delivery.objects.filter(pk__in=ids)
    done = _in_batches(dead, by, at)
    if not done:
        words = pgettext_lazy("webhooks", "None of these is a dead letter of an endpoint that still exists")
        raise Conflict(words, code="nothing_dead")
    return done


def replay_all(*, by: Actor, at: datetime, endpoint_id: int | None = None) -> int:
    """Send every dead letter of an endpoint, or of all, again: at most `MOST_AT_ONCE`. Raises Forbidden."""
    dead = Delivery.objects.visible_to(by)
    if endpoint_id is not None:
        dead = dead.filter(endpoint_id=endpoint_id)
    return _in_batches(dead, by, at)


def _in_batches(rows: DeliveryQuerySet, by: Actor, at: datetime) -> int:
    """The earliest event first, so that the order of a ticket is kept among them."""
    dead = rows.filter(state=MessageState.DEAD, endpoint__state__in=LIVING).order_by(
        "stream", "event_id", "pk"
    )
    wanted = list(dead.values_list("pk", "endpoint_id", "endpoint__client_id")[:MOST_AT_ONCE])
    verb = MESSAGE_TABLE["replay"]
    for client_id in {client_id for _pk, _endpoint_id, client_id in wanted}:
        by = by.acting_as(role_for(verb, by, client_id=client_id))
    parts = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    return sum(
        _send_again([row[0] for row in part], sorted({row[1] for row in part}), by, at) for part in parts
    )


@transaction.atomic
def _send_again(ids: list[int], endpoint_ids: list[int], by: Actor, at: datetime) -> int:
    locked = Endpoint.objects.select_for_update(no_key=True).filter(pk__in=endpoint_ids).order_by("pk")
    endpoints = {row.pk: row for row in locked if row.state in LIVING}
    rows = list(
        Delivery.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, state=MessageState.DEAD, endpoint_id__in=list(endpoints))
        .order_by("pk")
    )
    for row in rows:
        MESSAGE_TABLE.check("replay", row.state)
        row.state = MessageState.WAITING if row.is_test else MessageState.HELD
        row.attempts, row.replays, row.done_at = 0, row.replays + 1, None
        row.next_at, row.give_up_at = at, at if row.is_test else at + patience()
    update_rows(rows, FIELDS)
    release([(row.endpoint_id, row.ticket) for row in rows], at=at)
    for endpoint in endpoints.values():
        names = [row.name for row in rows if row.endpoint_id == endpoint.pk]
        if names:
            details = {"count": len(names), "messages": names[:NAMED]}
            journal.record("webhook.replay", by=by, obj=endpoint, at=at, details=details)
    return len(rows)
