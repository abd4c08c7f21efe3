"""The running limits of one locked ticket: starting, stopping and moving them, and what the lists show.

Rows are only written by `save`, together with the ticket's own summary (`due_at`, `next_due_at`, …).
"""

from dataclasses import dataclass, field
from datetime import datetime

from governance.foundation.calendars import Limit, load_calendar
from incidents.catalogue import current as catalogue
from incidents.deadlines import Ladder, Stage, accept_limit, first_alarm, handle_limit, opening_alarm
from incidents.ledger import ledger
from incidents.models import Deadline, DueChange, Step, Ticket


def ladder() -> Ladder:
    """The alarm ladder's figures in force."""
    policy = catalogue().policy
    return Ladder(
        warn_ratio=policy("alarm.warn_ratio"),
        urge_after_workdays=policy("alarm.urge_after_workdays"),
        climb_minutes=policy("alarm.climb_minutes"),
    )


@dataclass
class Clocks:
    """The clocks of one ticket inside one transaction."""

    ticket: Ticket
    at: datetime
    running: dict[str, Deadline] = field(default_factory=dict)
    touched: list[Deadline] = field(default_factory=list)
    changes: list[DueChange] = field(default_factory=list)

    @classmethod
    def of(cls, ticket: Ticket, *, at: datetime) -> "Clocks":
        """The clocks of a stored ticket: one statement."""
        return cls(ticket, at, {row.stage: row for row in ledger().running(ticket)})

    def start(self, stage: str, limit: Limit, *, unit_id: int, calendar: str = "office") -> Deadline:
        """Start a clock now; one that runs for the same stage is cancelled first."""
        self.cancel(stage)
        warn, due_at = first_alarm(load_calendar(calendar), limit, self.at, ladder())
        row = Deadline(
            ticket=self.ticket,
            stage=stage,
            unit_id=unit_id,
            amount=limit.amount,
            amount_unit=limit.unit.value,
            clock=limit.clock.value,
            calendar=calendar,
            started_at=self.at,
            due_at=due_at,
            original_due_at=due_at,
            warn_at=warn,
        )
        row.next_alarm_at = opening_alarm(row, self.ticket.urgency, ladder())
        self.running[stage] = row
        return row

    def start_accept(self, *, unit_id: int, calendar: str = "office") -> Deadline:
        limit = accept_limit(self.ticket.category, self.ticket.urgency)
        return self.start(Stage.ACCEPT, limit, unit_id=unit_id, calendar=calendar)

    def start_sign(self, *, unit_id: int, calendar: str = "office") -> Deadline:
        limit = accept_limit(self.ticket.category, self.ticket.urgency)
        return self.start(Stage.SIGN, limit, unit_id=unit_id, calendar=calendar)

    def start_handle(self, *, unit_id: int, limit: Limit | None = None, calendar: str = "office") -> Deadline:
        """The whole-ticket clock. A sender's own due time counts where it is the earlier one."""
        limit = limit or handle_limit(self.ticket.category, self.ticket.urgency)
        row = self.start(Stage.HANDLE, limit, unit_id=unit_id, calendar=calendar)
        external = self.ticket.external_due_at
        if external is not None and self.at < external < row.due_at:
            self.move_due(row, external, reason="external_due_at")
        return row

    def start_stage(self, stage: str, *, unit_id: int) -> Deadline:
        """A clock whose limit is a rule value (dispatch, check, follow-up)."""
        limit = catalogue().stage_limit(stage, self.ticket.urgency)
        return self.start(stage, limit, unit_id=unit_id)

    def move_due(self, row: Deadline, new_due: datetime, *, reason: str) -> None:
        """Move a due time and keep the row of it; the original due time stays."""
        change = DueChange(deadline=row, at=self.at, old_due_at=row.due_at, new_due_at=new_due, reason=reason)
        self.changes.append(change)
        share = (row.warn_at - row.started_at) / (row.due_at - row.started_at)
        row.due_at = new_due
        row.warn_at = row.started_at + (new_due - row.started_at) * share
        row.next_alarm_at = opening_alarm(row, self.ticket.urgency, ladder())
        self._touch(row)

    def stop(self, stage: str) -> Deadline | None:
        """Stop a clock: in time when it is not past its due time."""
        row = self.running.pop(stage, None)
        if row is not None:
            late = self.at > row.due_at
            self._end(row, Deadline.Outcome.LATE if late else Deadline.Outcome.MET)
            if late and stage == Stage.HANDLE:
                self.ticket.is_overdue = True
        return row

    def cancel(self, stage: str) -> None:
        """End a clock that is no longer needed; one already past its due time stays late."""
        row = self.running.pop(stage, None)
        if row is not None:
            late = self.at > row.due_at
            self._end(row, Deadline.Outcome.LATE if late else Deadline.Outcome.CANCELLED)
            if late and stage == Stage.HANDLE:
                self.ticket.is_overdue = True

    def cancel_all(self) -> None:
        for stage in list(self.running):
            self.cancel(stage)

    def _end(self, row: Deadline, outcome: str) -> None:
        row.stopped_at, row.outcome, row.next_alarm_at = self.at, outcome, None
        self._touch(row)

    def _touch(self, row: Deadline) -> None:
        if row.pk is not None and row not in self.touched:
            self.touched.append(row)

    def summarise(self) -> None:
        """Write onto the ticket what lists sort and colour by."""
        soonest = min(self.running.values(), key=lambda row: row.due_at, default=None)
        self.ticket.next_due_at = soonest.due_at if soonest else None
        self.ticket.next_warn_at = soonest.warn_at if soonest else None
        handle = self.running.get(Stage.HANDLE)
        if handle is not None:
            self.ticket.due_at = handle.due_at
            if self.ticket.original_due_at is None:
                self.ticket.original_due_at = handle.original_due_at

    def save(self) -> None:
        """Write stopped and moved rows, then new ones; the ticket row itself is the caller's."""
        self.summarise()
        for row in self.touched:
            ledger().change(row)
        ledger().add_many([row for row in self.running.values() if row.pk is None])

    def explain_changes(self, step: Step) -> None:
        """Write the due-time changes of this move beside the step that caused them."""
        for change in self.changes:
            change.step = step
            change.deadline = change.deadline
        ledger().add_many(self.changes)
