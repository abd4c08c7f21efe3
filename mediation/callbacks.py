"""Callbacks after the end: planned by the colour of the case, done in their order, dropped when the quarrel returns."""

from datetime import datetime, timedelta

from mediation import clocks
from mediation.models import Callback, ClockKind, MediationCase
from mediation.states import RiskColor
from mediation.values import callback_days, value


def plan_callbacks(row: MediationCase, *, at: datetime) -> None:
    """A row for each day on which the parties are called, unless this round has its rows already."""
    days = callback_days(row.risk_color == RiskColor.RED)
    Callback.objects.bulk_create(
        [
            Callback(case=row, round=row.relapses, days=number, due_at=at + timedelta(days=number))
            for number in days
        ],
        ignore_conflicts=True,
    )
    watch_next(row, at)


def waiting(row: MediationCase) -> list[Callback]:
    """What still has to be called, in order."""
    return list(row.callbacks.filter(called_at=None, dropped_at=None).order_by("due_at", "pk"))


def watch_next(row: MediationCase, at: datetime) -> None:
    """The limit of the next callback runs."""
    left = waiting(row)
    if left:
        source = value("mediation.callbacks")["source"]
        clocks.begin_until(row, ClockKind.CALLBACK, "callback", source, at, left[0].due_at)
    else:
        clocks.end(row, ClockKind.CALLBACK, at=at)
