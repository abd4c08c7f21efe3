"""Giving up what an endpoint that is switched off will not take in time, and forgetting what has served its time."""

from datetime import datetime, timedelta

from django.db import transaction

from webhooks.keeping import patience
from webhooks.models import Delivery, Endpoint
from webhooks.states import EndpointState, MessageState
from webhooks.values import value

BATCH, MOST_BATCHES = 2_000, 40


def give_up(*, at: datetime) -> int:
    """Messages that have waited too long for an endpoint that is switched off become dead letters; how many.

    Those of a paused one wait: somebody has said that it comes back.
    """
    broken = Endpoint.objects.filter(state=EndpointState.BROKEN).order_by("pk")
    return sum(_give_up(pk, at) for pk in broken.values_list("pk", flat=True))


@transaction.atomic
def _give_up(endpoint_id: int, at: datetime) -> int:
    rows = Endpoint.objects.select_for_update(no_key=True)
    if not rows.filter(pk=endpoint_id, state=EndpointState.BROKEN).exists():
        return 0
    late = Delivery.objects.filter(endpoint_id=endpoint_id, made_at__lte=at - patience()).unfinished()
    return late.update(state=MessageState.DEAD, last_error="endpoint_off", done_at=at)


def tidy(*, at: datetime) -> int:
    """Remove messages that ended longer ago than they are kept; how many. What is left over goes the next time."""
    before = at - timedelta(days=value("keep_days"))
    total = 0
    for _batch in range(MOST_BATCHES):
        rows = Delivery.objects.filter(done_at__lt=before).order_by("done_at")
        found = list(rows.values_list("pk", flat=True)[:BATCH])
        total += Delivery.objects.filter(pk__in=found).delete()[0]
        if len(found) < BATCH:
            break
    return total
