"""The limits of a report as rows: begun and ended by verbs; the one that ends first stands on the report."""

from datetime import datetime

from key_reports import values
from key_reports.models import KeyReport, ReportClock, ReportRecipient
from key_reports.states import Stage


def begin(
    row: KeyReport, stage: Stage, start: datetime, *, at: datetime, recipient: ReportRecipient | None = None
) -> ReportClock:
    """A limit begins at `start`, which may be past; its first alarm is never before `at`."""
    due = values.due_at(stage, start)
    warn = values.warn_at(start, due)
    return ReportClock.objects.create(
        report=row,
        recipient=recipient,
        stage=stage,
        started_at=start,
        due_at=due,
        warn_at=warn,
        next_alarm_at=max(at, warn),
    )


def end(row: KeyReport, *stages: Stage, at: datetime, is_dropped: bool = False) -> int:
    """Limits of these stages stop; every one that runs where none is named. Receipts stop one by one."""
    rows = ReportClock.objects.filter(report=row, stopped_at=None)
    if stages:
        rows = rows.filter(stage__in=stages)
    return rows.update(stopped_at=at, next_alarm_at=None, is_dropped=is_dropped)


def end_receipt(recipient: ReportRecipient, *, at: datetime) -> None:
    """A recipient has confirmed."""
    rows = ReportClock.objects.filter(recipient=recipient, stopped_at=None)
    rows.update(stopped_at=at, next_alarm_at=None)


def is_running(row: KeyReport, stage: Stage) -> bool:
    """Whether a limit of that stage runs."""
    return ReportClock.objects.filter(report=row, stage=stage, stopped_at=None).exists()


def has_run(row: KeyReport, stage: Stage) -> bool:
    """Whether a limit of that stage runs or has run."""
    return ReportClock.objects.filter(report=row, stage=stage).exists()


def refresh(row: KeyReport) -> None:
    """What ends first, kept on the report for its lists."""
    first = ReportClock.objects.filter(report=row, stopped_at=None).order_by("due_at", "pk").first()
    row.next_stage = first.stage if first is not None else ""
    row.next_due_at = first.due_at if first is not None else None
    row.next_warn_at = first.warn_at if first is not None else None
