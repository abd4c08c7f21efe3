"""Forgetting what has served its time: nonces, kept answers, rows of the exchange log. In bounded batches."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model

from governance.exchange.models import ExchangeCall, KeptAnswer, SpentNonce

BATCH, MOST_BATCHES = 5_000, 40


def tidy(*, at: datetime) -> int:
    """Remove what is old; how many rows. What is left over is removed the next time."""
    tolerance = timedelta(seconds=settings.SIGNATURE_TOLERANCE_SECONDS)
    limits: tuple[tuple[type[Model], datetime], ...] = (
        (SpentNonce, at - 3 * tolerance),
        (KeptAnswer, at - timedelta(hours=settings.IDEMPOTENCY_HOURS)),
        (ExchangeCall, at - timedelta(days=settings.EXCHANGE_LOG_DAYS)),
    )
    return sum(_remove(model, before) for model, before in limits)


def _remove(model: type[Model], before: datetime) -> int:
    total = 0
    for _batch in range(MOST_BATCHES):
        rows = model._default_manager.filter(at__lt=before).order_by("at")
        found = list(rows.values_list("pk", flat=True)[:BATCH])
        total += model._default_manager.filter(pk__in=found).delete()[0]
        if len(found) < BATCH:
            break
    return total
