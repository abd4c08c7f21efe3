"""The running limits of one locked ticket: starting, stopping and moving them, and what the lists show.

Rows are only written by `save`, together with the ticket's own summary (`due_at`, `next_due_at`, …).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from governance.foundation.calendars import Limit, load_calendar, next_workday_close
from governance.foundation.prepared import fresh
from incidents.catalogue import current as catalogue
from incidents.deadlines import (
    Ladder,
    Stage,
    accept_limit,
    first_alarm,
    handle_limit,
    opening_alarm,
    settled,
)
from incidents.ledger import ledger
from incidents.models import Assignment, Deadline, DueChange, Step, Ticket

Kind = DueChange.Kind
LAST_RUNG = 3


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
    """The clocks of one ticket inside one transaction; `parts` are those of its co-handlers, by assignment.

    With a `part` these are the clocks of that co-handler alone: they never make the ticket late.
    """

    ticket: Ticket
    at: datetime
    running: dict[str, Deadline] = field(default_factory=dict)
    touched: list[Deadline] = field(default_factory=list)
    changes: list[DueChange] = field(default_factory=list)
    part: Assignment | None = None
    parts: dict[int, "Clocks"] = field(default_factory=dict)
    whole: "Clocks | None" = None
    _stories: dict[int, list[DueChange]] | None = None

    @classmethod
    def of(cls, ticket: Ticket, *, at: datetime) -> "Clocks":
        """The clocks of a stored ticket: one statement; none for a finished ticket, on which nothing runs."""
        whole = cls(ticket, at)
        for row in () if ticket.is_final else ledger().running(ticket):
            mine = whole if row.assignment_id is None else whole._part(row.assignment_id)
            mine.running[row.stage] = row
        return whole

    def _part(self, key: int) -> "Clocks":
        return self.parts.setdefault(key, Clocks(self.ticket, self.at, whole=self))

    def of_part(self, part: Assignment) -> "Clocks":
        """The clocks of one co-handler."""
        found = self._part(part.pk)
        found.part = part
        return found

    def join(self, clocks: "Clocks") -> None:
        """Take in the clocks of a part that has just been written."""
        assert clocks.part is not None
        for row in clocks.running.values():
            row.assignment = clocks.part
        self.parts[clocks.part.pk] = clocks

    def everybody(self) -> Iterator["Clocks"]:
        """These and those of the co-handlers."""
        yield self
        yield from self.parts.values()

    def _story(self, row: Deadline) -> list[DueChange]:
        """What has moved this clock before: read at once for every clock of the ticket that runs."""
        whole = self.whole or self
        if whole._stories is None:
            stored = [item for each in whole.everybody() for item in each.running.values() if item.pk]
            whole._stories = ledger().stories(stored)
        return whole._stories.get(row.pk, [])

    def start(self, stage: str, limit: Limit, *, unit_id: int, calendar: str = "office") -> Deadline:
        """Start a clock now; one that runs for the same stage is cancelled first."""
        self.cancel(stage)
        warn, due_at = first_alarm(load_calendar(calendar), limit, self.at, ladder())
        row = fresh(
            Deadline,
            ticket=self.ticket,
            assignment=self.part,
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

    def run_again(self, row: Deadline, *, reason: str) -> Deadline:
        """A clock that was ended by mistake: the same once more with its history, the time between does not count."""
        copied = (
            "stage",
            "unit_id",
            "amount",
            "amount_unit",
            "clock",
            "calendar",
            "started_at",
            "original_due_at",
        )
        again = Deadline(
            ticket=self.ticket,
            due_at=row.due_at,
            warn_at=row.warn_at,
            rung=row.rung,
            **{name: getattr(row, name) for name in copied},
        )
        self.running[row.stage] = again
        if row.due_at != row.original_due_at:
            self.changes += [_again(change, again) for change in ledger().changes(row)]
        self._move(
            again,
            DueChange(kind=Kind.GIVEN_BACK, since=row.stopped_at, until=self.at, reason=reason[:200]),
        )
        return again

    def start_accept(self, *, unit_id: int, calendar: str = "office") -> Deadline:
        limit = accept_limit(self.ticket.category, self.ticket.urgency)
        return self.start(Stage.ACCEPT, limit, unit_id=unit_id, calendar=calendar)

    def start_sign(self, *, unit_id: int, calendar: str = "office") -> Deadline:
        limit = accept_limit(self.ticket.category, self.ticket.urgency)
        return self.start(Stage.SIGN, limit, unit_id=unit_id, calendar=calendar)

    def start_part(self, *, unit_id: int, calendar: str) -> None:
        """A co-handler's own sign and handle clocks, by its own calendar from the moment it was asked."""
        self.start_sign(unit_id=unit_id, calendar=calendar)
        limit = handle_limit(self.ticket.category, self.ticket.urgency)
        self.start(Stage.HANDLE, limit, unit_id=unit_id, calendar=calendar)

    def start_handle(self, *, unit_id: int, limit: Limit | None = None, calendar: str = "office") -> Deadline:
        """The whole-ticket clock. A sender's own due time counts where it is the earlier one."""
        limit = limit or handle_limit(self.ticket.category, self.ticket.urgency)
        row = self.start(Stage.HANDLE, limit, unit_id=unit_id, calendar=calendar)
        external = self.ticket.external_due_at
        if external is not None and self.at < external < row.due_at:
            self._move(row, DueChange(kind=Kind.EXTERNAL, until=external, reason=Kind.EXTERNAL))
        return row

    def start_stage(self, stage: str, *, unit_id: int) -> Deadline:
        """A clock whose limit is a rule value (dispatch, check, follow-up)."""
        limit = catalogue().stage_limit(stage, self.ticket.urgency)
        return self.start(stage, limit, unit_id=unit_id)

    def hand_over(self, stage: str, *, unit_id: int) -> None:
        """A clock that runs on now runs for another unit, by the calendar that it began with."""
        row = self.running.get(stage)
        if row is not None and row.unit_id != unit_id:
            row.unit_id = unit_id
            self._touch(row)

    def give_back(self, stage: str, *, since: datetime, reason: str) -> None:
        """The time from `since` until now does not count on this clock."""
        row = self.running.get(stage)
        if row is not None:
            self._move(row, DueChange(kind=Kind.GIVEN_BACK, since=since, until=self.at, reason=reason[:200]))

    def extend(self, stage: str, limit: Limit, *, reason: str) -> None:
        """Grant time on top of the limit."""
        row = self.running[stage]
        change = DueChange(
            kind=Kind.EXTENDED, amount=limit.amount, amount_unit=limit.unit.value, reason=reason[:200]
        )
        self._move(row, change)

    def pause(self, stage: str, *, reason: str) -> None:
        """The clock stands still from now on and raises no alarm."""
        row = self.running.get(stage)
        if row is not None and row.paused_at is None:
            self._move(row, DueChange(kind=Kind.PAUSED, since=self.at, reason=reason[:200]))
            row.paused_at, row.next_alarm_at = self.at, None

    def resume(self, stage: str, *, reason: str) -> None:
        """The clock runs on; what it stood still for does not count."""
        row = self.running.get(stage)
        if row is not None and row.paused_at is not None:
            since, row.paused_at = row.paused_at, None
            change = DueChange(kind=Kind.RESUMED, since=since, until=self.at, reason=reason[:200])
            self._move(row, change)

    def _move(self, row: Deadline, change: DueChange) -> None:
        """Put a change on record and work the due time out anew from everything that is; the original one stays."""
        change.deadline, change.at, change.old_due_at = row, self.at, row.due_at
        earlier = self._story(row) if row.pk is not None else []
        story = [*earlier, *(item for item in self.changes if item.deadline is row), change]
        row.due_at, row.warn_at = settled(row, story, load_calendar(row.calendar), ladder())
        change.new_due_at = row.due_at
        self.changes.append(change)
        if row.due_at > self.at and row.due_at != change.old_due_at:
            row.rung = 0
            self._forgive(row)
        row.next_alarm_at = self._alarm_of(row)
        self._touch(row)

    def _alarm_of(self, row: Deadline) -> datetime | None:
        """When the ladder is looked at next; a clock that is late already is urged once more, and then never again."""
        if row.paused_at is not None or row.rung >= LAST_RUNG:
            return None
        if row.rung == 0:
            return opening_alarm(row, self.ticket.urgency, ladder())
        if row.rung == 1:
            return row.due_at
        return next_workday_close(load_calendar(row.calendar), self.at, ladder().urge_after_workdays)

    def _forgive(self, row: Deadline) -> None:
        """A ticket was late by this clock alone, which now has time left: it is not late any more."""
        if not self.ticket.is_overdue or self.whole is not None or row.stage != Stage.HANDLE:
            return
        if not ledger().was_late(self.ticket):
            self.ticket.is_overdue = False

    def stop(self, stage: str) -> Deadline | None:
        """Stop a clock: in time when it is not past its due time."""
        row = self.running.pop(stage, None)
        if row is not None:
            late = self._is_late(row)
            self._end(row, Deadline.Outcome.LATE if late else Deadline.Outcome.MET)
        return row

    def cancel(self, stage: str) -> None:
        """End a clock that is no longer needed; one already past its due time stays late."""
        row = self.running.pop(stage, None)
        if row is not None:
            late = self._is_late(row)
            self._end(row, Deadline.Outcome.LATE if late else Deadline.Outcome.CANCELLED)

    def _is_late(self, row: Deadline) -> bool:
        """A clock that stands still is not late by standing still."""
        return (row.paused_at or self.at) > row.due_at

    def cancel_all(self) -> None:
        for stage in list(self.running):
            self.cancel(stage)

    def _end(self, row: Deadline, outcome: str) -> None:
        row.stopped_at, row.outcome, row.next_alarm_at = self.at, outcome, None
        if outcome == Deadline.Outcome.LATE and row.stage == Stage.HANDLE and self.whole is None:
            self.ticket.is_overdue = True
        self._touch(row)

    def _touch(self, row: Deadline) -> None:
        if row.pk is not None and row not in self.touched:
            self.touched.append(row)

    def summarise(self) -> None:
        """Write onto the ticket what lists sort and colour by."""
        counting = [row for row in self.running.values() if row.paused_at is None]
        soonest = min(counting, key=lambda row: row.due_at, default=None)
        if self.whole is not None:
            if self.part is not None:
                self.part.due_at = soonest.due_at if soonest else None
                self.part.warn_at = soonest.warn_at if soonest else None
            return
        self.ticket.next_due_at = soonest.due_at if soonest else None
        self.ticket.next_warn_at = soonest.warn_at if soonest else None
        handle = self.running.get(Stage.HANDLE)
        if handle is not None:
            self.ticket.due_at = handle.due_at if handle.paused_at is None else None
            if self.ticket.original_due_at is None:
                self.ticket.original_due_at = handle.original_due_at

    def save(self) -> None:
        """Write stopped and moved rows, then new ones; the ticket row itself is the caller's."""
        touched, fresh = [], []
        for each in self.everybody():
            each.summarise()
            touched += each.touched
            fresh += [row for row in each.running.values() if row.pk is None]
        if touched:
            ledger().change_clocks(touched)
        ledger().add_many(fresh)

    def explain_changes(self, step: Step) -> None:
        """Write the due-time changes of this move beside the step that caused them."""
        changes = [change for each in self.everybody() for change in each.changes]
        for change in changes:
            change.step = step
            change.deadline = change.deadline
        ledger().add_many(changes)


def _again(change: DueChange, row: Deadline) -> DueChange:
    """The same change, on record for another clock."""
    names = ("kind", "at", "old_due_at", "new_due_at", "since", "until", "amount", "amount_unit", "reason")
    return DueChange(deadline=row, **{name: getattr(change, name) for name in names})
