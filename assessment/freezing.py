"""Months that stand: from the fifth day of the next month on, figures are frozen and later changes are adjustments."""

from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from assessment import statements
from assessment.models import MonthCell, MonthFreeze, RollCursor
from assessment.rollup import locked, next_month, read_on
from assessment.sources import sources
from governance.foundation.clock import local

FROZEN_FROM: Final = 5
"""The day of the next month on which a month is frozen (common rules of the field)."""


def due(*, at: datetime) -> list[date]:
    """Months that hold figures and have to be frozen by now."""
    today = local(at).date()
    present = today.replace(day=1)
    months = MonthCell.objects.filter(month__lt=present).values_list("month", flat=True).distinct()
    done = set(MonthFreeze.objects.values_list("month", flat=True))
    return sorted(month for month in months if month not in done and ends_on(month) <= today)


def ends_on(month: date) -> date:
    """The day from which on the month is frozen."""
    return next_month(month).replace(day=FROZEN_FROM)


def freeze_due(*, at: datetime) -> list[date]:
    """Freeze what is due; nothing while a source still counts its past. Steps so far are taken in before."""
    rows = {row.source: row for row in RollCursor.objects.all()}
    if any(source.name not in rows or not rows[source.name].is_built for source in sources()):
        return []
    if not due(at=at):
        return []
    for source in sources():
        while read_on(source, at=at).has_more:
            pass
    return freeze(at=at)


@transaction.atomic
def freeze(*, at: datetime) -> list[date]:
    """Freeze the months that are due, while nobody writes."""
    for source in sources():
        locked(source, wait=True)
    months = due(at=at)
    with connection.cursor() as cursor:
        for month in months:
            cursor.execute(statements.FREEZE, {"month": month, "slot": None})
    MonthFreeze.objects.bulk_create(MonthFreeze(month=month, frozen_at=at) for month in months)
    return months


def frozen_months(since: date, until: date) -> dict[date, datetime]:
    """The frozen months that begin in [since, until), with the moment."""
    rows = MonthFreeze.objects.filter(month__gte=since, month__lt=until)
    return dict(rows.values_list("month", "frozen_at"))
