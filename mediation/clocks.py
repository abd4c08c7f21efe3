"""The limits of a case as rows: begun, moved, ended by verbs; the earliest that runs stands on the case."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Conflict
from mediation.models import CaseClock, ClockKind, MediationCase
from mediation.values import Statute, after_pauses, end_of, statute, value

AT_THE_END: Final = frozenset(
    {ClockKind.SORT, ClockKind.SESSION, ClockKind.REPORT, ClockKind.CALLBACK, ClockKind.PAUSE}
)
"""Short limits, of which nobody is reminded before."""
STAND_STILL: Final = frozenset({ClockKind.CASE, ClockKind.LEVEL, ClockKind.SESSION})
"""What stands still while mediation is suspended; limits of the law and of other authorities run on."""


def begin(row: MediationCase, kind: str, rule: str, at: datetime) -> CaseClock:
    """A limit begins; one of the same kind that still runs ends."""
    end(row, kind, at=at)
    found = statute(rule)
    due = end_of(found, at)
    return CaseClock.objects.create(
        case=row,
        kind=kind,
        rule=rule,
        source=found.source,
        started_at=at,
        due_at=due,
        original_due_at=due,
        alarm_at=first_alarm(kind, at, due),
    )


def begin_until(
    row: MediationCase, kind: str, rule: str, source: str, at: datetime, due: datetime
) -> CaseClock:
    """A limit whose end is known: a day of performance, a callback."""
    end(row, kind, at=at)
    return CaseClock.objects.create(
        case=row,
        kind=kind,
        rule=rule,
        source=source,
        started_at=min(at, due),
        due_at=due,
        original_due_at=due,
        alarm_at=first_alarm(kind, at, due),
    )


def first_alarm(kind: str, start: datetime, due: datetime) -> datetime:
    """When somebody is told first: days before the end where the application or performance has its days, else at the
    share of the limit that is shipped as `mediation.warn_share`.
    """
    days = {
        "confirm": value("mediation.confirm_reminders")[0],
        "perform": value("mediation.perform_reminder"),
    }
    if kind in days:
        return max(start, due - timedelta(days=days[kind]))
    if kind in AT_THE_END:
        return due
    return start + (due - start) * float(value("mediation.warn_share"))


def end(row: MediationCase, *kinds: str, at: datetime) -> int:
    """Limits stop; every one of the case where none is named."""
    rows = CaseClock.objects.filter(case=row, stopped_at=None)
    return (rows.filter(kind__in=kinds) if kinds else rows).update(stopped_at=at, alarm_at=None)


def running(row: MediationCase, kind: str) -> CaseClock | None:
    """The limit of that kind that runs."""
    return CaseClock.objects.filter(case=row, kind=kind, stopped_at=None).first()


def extend(row: MediationCase, kind: str, rule: str, at: datetime) -> CaseClock:
    """More time from the end of the limit; what it was at first stays. Raises Conflict where it is over already."""
    clock = running(row, kind)
    if clock is None or clock.due_at <= at:
        raise Conflict(
            pgettext_lazy("mediation", "The limit is over: nothing can be added to it"), code="limit_over"
        )
    more: Statute = statute(rule)
    base = end_of(more, (clock.base_due_at or clock.due_at) - timedelta(microseconds=1))
    if clock.base_due_at is not None:
        clock.base_due_at = base
    clock.due_at = after_pauses(clock.rule, base, clock.stood)
    clock.rung, clock.alarm_at = 0, first_alarm(kind, at, clock.due_at)
    clock.save(update_fields=["base_due_at", "due_at", "rung", "alarm_at"])
    return clock


def move(clock: CaseClock, rule: str, source: str, due: datetime, at: datetime) -> None:
    """Another rule takes the place of the one that runs, from its beginning. Raises Conflict where it is over."""
    if clock.due_at <= at:
        raise Conflict(
            pgettext_lazy("mediation", "The limit is over: nothing can be added to it"), code="limit_over"
        )
    clock.rule, clock.source, clock.due_at, clock.rung = rule, source, due, 0
    clock.alarm_at = max(at, first_alarm(clock.kind, clock.started_at, due))
    clock.save(update_fields=["rule", "source", "due_at", "rung", "alarm_at"])


def stand_still(row: MediationCase, at: datetime) -> None:
    """Limits of mediation that are not over stand still from now on, and raise no alarm."""
    rows = CaseClock.objects.filter(case=row, kind__in=STAND_STILL, stopped_at=None, due_at__gt=at)
    rows.update(paused_at=at, alarm_at=None)


def run_on(row: MediationCase, at: datetime) -> None:
    """They run on: what they stood still for is added to their ends."""
    for clock in CaseClock.objects.filter(case=row, stopped_at=None, paused_at__isnull=False):
        lengthen(clock, at)
        clock.save(update_fields=["base_due_at", "due_at", "paused_at", "stood", "alarm_at"])


def lengthen(clock: CaseClock, at: datetime) -> None:
    """Work out the end anew: the end without any suspension and all the time that the limit stood still."""
    if clock.paused_at is None:
        return
    clock.base_due_at = clock.base_due_at or clock.due_at
    clock.stood, clock.paused_at = clock.stood + (at - clock.paused_at), None
    clock.due_at = after_pauses(clock.rule, clock.base_due_at, clock.stood)
    first = first_alarm(clock.kind, clock.started_at, clock.due_at)
    clock.alarm_at = clock.due_at if clock.rung else max(at, first)


def refresh(row: MediationCase) -> None:
    """The limit that ends first, kept on the case for its lists; what stands still does not count."""
    found = (
        CaseClock.objects.filter(case=row, stopped_at=None, paused_at=None)
        .order_by("due_at")
        .values_list("due_at", "kind")
        .first()
    )
    row.next_due_at, row.next_due = found or (None, "")
