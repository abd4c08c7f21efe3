"""A suspension begins and ends: its row, the limits that stand still, the day on which it goes on by itself."""

from datetime import date, datetime, time

from django.utils import timezone

from mediation import calendar, clocks
from mediation.models import CasePause, ClockKind, MediationCase


def begin(row: MediationCase, ground: str, source: str, until: date, at: datetime) -> CasePause:
    """From now on mediation waits, at the latest until that day begins; what was planned before it is called off."""
    ends = datetime.combine(until, time.min, tzinfo=timezone.get_default_timezone())
    pause = CasePause.objects.create(case=row, ground=ground, source=source, started_at=at, until=ends)
    clocks.stand_still(row, at)
    clocks.begin_until(row, ClockKind.PAUSE, f"pause.{ground}", source, at, ends)
    calendar.call_off(row, before=ends)
    row.paused_at = at
    return pause


def end(row: MediationCase, at: datetime) -> CasePause | None:
    """Mediation goes on or is over; beyond its day a suspension does not reach, whenever that is noticed."""
    pause = row.pauses.filter(ended_at=None).first() if row.paused_at is not None else None
    if pause is None:
        return None
    pause.ended_at = min(at, pause.until)
    pause.save(update_fields=["ended_at"])
    clocks.run_on(row, pause.ended_at)
    clocks.end(row, ClockKind.PAUSE, at=at)
    row.paused_at = None
    return pause


def so_often(row: MediationCase) -> int:
    """How often it was suspended since it was accepted last."""
    rows = row.pauses.all()
    return rows.filter(started_at__gte=row.accepted_at).count() if row.accepted_at else rows.count()
