"""Whole questions about endpoints and messages: the circuit in a word, counts of what waits and what is dead."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q

from webhooks.models import Delivery, Endpoint
from webhooks.states import UNFINISHED, MessageState


def circuit_of(endpoint: Endpoint, at: datetime) -> str:
    """`closed`, `open` (left alone for now) or `half_open` (one message at a time tries)."""
    if not endpoint.is_failing:
        return "closed"
    return "open" if endpoint.is_resting(at) else "half_open"


def counts_of(endpoints: Iterable[Endpoint]) -> dict[int, tuple[int, int]]:
    """How many messages wait and how many are dead, by endpoint; one statement over what is not done."""
    wanted = [endpoint.pk for endpoint in endpoints]
    open_or_dead = [*UNFINISHED, MessageState.DEAD]
    rows = (
        Delivery.objects.filter(endpoint_id__in=wanted, state__in=open_or_dead)
        .values("endpoint_id")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=UNFINISHED)),
            dead=Count("pk", filter=~Q(state__in=UNFINISHED)),
        )
        .order_by("endpoint_id")
    )
    return {row["endpoint_id"]: (row["waiting"], row["dead"]) for row in rows}
