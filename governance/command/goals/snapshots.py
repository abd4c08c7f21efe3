"""Figures of past months, town by town: taken while a month runs, frozen on the fifth day of the next one.

Numerator and denominator are stored; what a reader sees of a trend is the sum over the towns of the place.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Sum

from governance.accounts.actors import SYSTEM_ACTOR
from governance.command.goals.counting import month_of, months_before
from governance.command.goals.sums import shares
from governance.command.models import GoalSnapshot
from governance.foundation.clock import local
from staffing.queries import Rate

FROZEN_FROM: Final = 5
MONTHS: Final = 5
"""Months before the present one that a trend shows."""


@transaction.atomic
def take(first: date, *, at: datetime) -> int:
    """Count a month anew; returns how many figures there are. The ground is only known for the present month."""
    today = local(at).date()
    month = month_of(first, at)
    is_present = month.first == today.replace(day=1)
    found = shares(SYSTEM_ACTOR, "", "town", month, is_present=is_present).shares
    rows = [
        GoalSnapshot(
            measure=key, month=month.first, place_path=path, part=rate.part, whole=rate.whole, taken_at=at
        )
        for key, places in found.items()
        for path, rate in places.items()
    ]
    stale = GoalSnapshot.objects.filter(
        month=month.first, measure__in=[key for key, some in found.items() if some]
    )
    stale.delete()
    GoalSnapshot.objects.bulk_create(rows)
    return len(rows)


def take_due(*, at: datetime) -> int:
    """The present month; the one before until it is frozen; months of a trend that nobody has counted yet."""
    today = local(at).date()
    present = today.replace(day=1)
    before = months_before(today, MONTHS)
    counted = set(GoalSnapshot.objects.filter(month__in=before).values_list("month", flat=True))
    due = [first for first in before if first not in counted]
    if today.day < FROZEN_FROM and before[-1] not in due:
        due.append(before[-1])
    return sum(take(first, at=at) for first in [*due, present])


def trends(path: str, today: date) -> dict[str, list[tuple[date, Rate | None]]]:
    """By measure the months before the present one, the earliest first; None where nothing is known. One statement."""
    months = months_before(today, MONTHS)
    rows = GoalSnapshot.objects.filter(month__in=months, place_path__startswith=path)
    counted: dict[tuple[str, date], Rate] = {
        (item["measure"], item["month"]): Rate(item["parts"], item["wholes"])
        for item in rows.values("measure", "month")
        .annotate(parts=Sum("part"), wholes=Sum("whole"))
        .order_by()
    }
    keys = {key for key, _month in counted}
    return {key: [(month, counted.get((key, month))) for month in months] for key in keys}


def months_shown(today: date) -> Sequence[date]:
    """The months of a trend, the present one last."""
    return [*months_before(today, MONTHS), today.replace(day=1)]
