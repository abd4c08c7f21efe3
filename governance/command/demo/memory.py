"""A ledger in memory: the verbs run on it unchanged, and their rows are written in bulk at the end.

One row at a time, twenty thousand tickets would keep the database busy for half an hour. Here a verb costs
what its rules and clocks cost; the rows, keys and journal entries are the ones it would have written itself.
It holds new tickets only, for one thread, and has no roll-back: any refusal ends the build.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.audit.models import AuditEntry
from governance.command.bulk import Numbers, copy_in
from governance.command.demo.memory_asked import AskedInMemory
from governance.foundation.numbers import compose
from incidents.filing import NUMBER_PREFIX, Filing
from incidents.ledger import ENDING, Moves
from incidents.models import (
    Assignment,
    Attachment,
    Deadline,
    DueChange,
    FollowUp,
    Notice,
    Requester,
    Step,
    Ticket,
    TicketRequest,
    TicketUrge,
)
from incidents.search import vector
from incidents.states import OPEN_PARTS
from incidents.states.hands import Hands

TICKET_BATCH = 400
ORDER: tuple[type[models.Model], ...] = (
    Requester,
    Step,
    Deadline,
    DueChange,
    FollowUp,
    TicketRequest,
    TicketUrge,
    Attachment,
    Notice,
    AuditEntry,
)


class MemoryLedger(AskedInMemory):
    """Rows by ticket, an alarm queue, and `write`, which puts everything into the database."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__()
        self.numbers = numbers
        self.tickets: dict[int, Ticket] = {}
        self.rows: dict[type[models.Model], list[Any]] = defaultdict(list)
        self.of_ticket: dict[tuple[type[models.Model], int], list[Any]] = defaultdict(list)
        self.deadlines: dict[int, Deadline] = {}
        self.files: dict[UUID, Attachment] = {}
        self.words: dict[int, Any] = {}
        self.alarms: list[tuple[datetime, int]] = []
        self.reached: datetime | None = None
        self.moved: dict[int, list[DueChange]] = defaultdict(list)

    def atomic(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def file(self, filing: Filing) -> bool:
        ticket = filing.ticket
        ticket.number = compose(NUMBER_PREFIX, filing.at, self.numbers.next("ticket_serial"))
        ticket.search = vector(f"{ticket.number.lower()} {filing.words}")
        self.add(ticket)
        for row in filing.rows:
            row.ticket = ticket  # type: ignore[attr-defined]  # first rows belong to it
            self.add(row)
        self.add(filing.entry())
        return True

    def lock(self, ticket_id: int) -> Ticket | None:
        return self.tickets.get(ticket_id)

    def add(self, row: models.Model) -> None:
        if row.pk is None:
            row.pk = self.numbers.key(type(row))
        if isinstance(row, Ticket):
            self.tickets[row.pk] = row
            self.words[row.pk] = row.search
            return
        self.rows[type(row)].append(row)
        if isinstance(row, DueChange):
            self.moved[row.deadline_id].append(row)
        if isinstance(row, Step | Deadline | Assignment | FollowUp | TicketRequest | TicketUrge | Requester):
            self.of_ticket[type(row), row.ticket_id].append(row)
        if isinstance(row, Deadline):
            self.deadlines[row.pk] = row
            self._expect(row)

    def add_many(self, rows: Sequence[models.Model]) -> None:
        for row in rows:
            self.add(row)

    def change(self, row: models.Model, fields: tuple[str, ...]) -> None:
        """Rows are the ones in memory: nothing is written until the end."""

    def change_clocks(self, rows: Sequence[Deadline]) -> None:
        for row in rows:
            self._expect(row)

    def _expect(self, row: Deadline) -> None:
        if row.next_alarm_at is not None:
            heapq.heappush(self.alarms, (row.next_alarm_at, row.pk))

    def record(self, verb: str, *, by: Actor, obj: models.Model, at: datetime, **facts: Any) -> None:
        self.add(journal.entry(verb, by=by, obj=obj, at=at, **facts))

    def nudge(self, topics: Iterable[str], event: Mapping[str, Any]) -> None:
        """Nobody looks at history while it is being built."""

    def hands(self, ticket_id: int) -> Hands:
        return Hands.of((step.verb, step.actor_id) for step in self.of_ticket[Step, ticket_id])

    def running(self, ticket: Ticket) -> list[Deadline]:
        return [row for row in self.of_ticket[Deadline, ticket.pk] if row.stopped_at is None]

    def _handled(self, ticket_id: int, part_id: int | None = None) -> list[Deadline]:
        rows = self.of_ticket[Deadline, ticket_id]
        return [row for row in rows if row.stage == Deadline.Stage.HANDLE and row.assignment_id == part_id]

    def first_handle(self, ticket: Ticket) -> Deadline | None:
        return next(iter(self._handled(ticket.pk)), None)

    def first_handle_of(self, part: Assignment) -> Deadline | None:
        return next(iter(self._handled(part.ticket_id, part.pk)), None)

    def was_late(self, ticket: Ticket) -> bool:
        return any(row.outcome == Deadline.Outcome.LATE for row in self._handled(ticket.pk))

    def last_of(self, ticket: Ticket, stage: str) -> Deadline | None:
        rows = [row for row in self.of_ticket[Deadline, ticket.pk] if row.assignment_id is None]
        return next((row for row in reversed(rows) if row.stage == stage), None)

    def stories(self, rows: Sequence[Deadline]) -> dict[int, list[DueChange]]:
        return {row.pk: self.moved[row.pk] for row in rows if row.pk in self.moved}

    def calls(self, ticket: Ticket) -> list[FollowUp]:
        return list(self.of_ticket[FollowUp, ticket.pk])

    def last_dispatch(self, ticket: Ticket) -> Mapping[str, Any]:
        steps = [step for step in self.of_ticket[Step, ticket.pk] if step.verb == "dispatch"]
        return steps[-1].data if steps else {}

    def _current(self, ticket: Ticket) -> list[Assignment]:
        return [row for row in self.of_ticket[Assignment, ticket.pk] if row.ended_at is None]

    def end_assignments(self, ticket: Ticket, at: datetime, *, but_parts: bool = False) -> None:
        roles = ENDING if but_parts else (*ENDING, Assignment.Role.CO_HANDLER)
        for row in self._current(ticket):
            if row.role in roles and row.state not in OPEN_PARTS:
                row.ended_at = at

    def sign_assignments(self, ticket: Ticket, at: datetime, *, is_automatic: bool) -> None:
        for row in self._current(ticket):
            is_lead = row.role == Assignment.Role.LEAD and row.unit_id == ticket.holder_id
            if is_lead and row.signed_at is None:
                row.signed_at, row.is_auto_signed = at, is_automatic

    def received_at(self, ticket: Ticket) -> datetime | None:
        rows = [row for row in self._current(ticket) if row.role == Assignment.Role.LEAD]
        return rows[-1].at if rows else None

    def parts(self, ticket: Ticket) -> list[Assignment]:
        rows = self.of_ticket[Assignment, ticket.pk]
        return [row for row in rows if row.role == Assignment.Role.CO_HANDLER and row.state]

    def change_parts(self, rows: Sequence[Assignment]) -> None:
        """They are the rows themselves."""

    def last_doer(self, ticket: Ticket, verb: str, part: Assignment) -> int | None:
        steps = [row for row in self.of_ticket[Step, ticket.pk] if row.verb == verb]
        return next((row.actor_id for row in reversed(steps) if row.data.get("part") == part.pk), None)

    def last_sending(self, ticket: Ticket) -> str:
        verbs = [row.verb for row in self.of_ticket[Step, ticket.pk]]
        return next((verb for verb in reversed(verbs) if verb in {"dispatch", "escalate"}), "")

    def bring(self, file: Attachment) -> UUID:
        """An uploaded file that a verb may bind; one that is never bound is forgotten."""
        self.files[file.pk] = file
        return file.id

    def _bindable(self, ids: Iterable[UUID], by: Actor) -> list[Attachment]:
        found = [self.files[key] for key in ids if key in self.files]
        return [row for row in found if row.ticket_id is None and row.uploader_id == by.user_id]

    def has_images(self, ids: Sequence[UUID], by: Actor) -> bool:
        return any(row.is_image for row in self._bindable(ids, by))

    def has_after_photos(self, ticket: Ticket) -> bool:
        return any(row.phase == Attachment.Phase.AFTER for row in self.of_ticket[Attachment, ticket.pk])

    def bind(self, ids: Collection[UUID], by: Actor, *, ticket: Ticket, step: Step | None, phase: str) -> int:
        rows = self._bindable(ids, by)
        for row in rows:
            row.ticket, row.step, row.phase = ticket, step, phase
            self.of_ticket[Attachment, ticket.pk].append(row)
            self.rows[Attachment].append(row)
        return len(rows)

    def next_alarm(self) -> datetime | None:
        """When the sweep has something to look at."""
        while self.alarms and self.deadlines[self.alarms[0][1]].next_alarm_at != self.alarms[0][0]:
            heapq.heappop(self.alarms)
        return self.alarms[0][0] if self.alarms else None

    def due_alarms(self, at: datetime, limit: int) -> list[Deadline]:
        found: dict[int, Deadline] = {}
        while len(found) < limit and (first := self.next_alarm()) is not None and first <= at:
            key = heapq.heappop(self.alarms)[1]
            found[key] = self.deadlines[key]
        return list(found.values())

    def move_alarms(self, moves: Moves) -> None:
        for key, rung, next_at in moves:
            row = self.deadlines[key]
            row.rung, row.next_alarm_at = rung, next_at
            self._expect(row)

    def flag(self, ticket_ids: Collection[int], name: str) -> None:
        for key in ticket_ids:
            setattr(self.tickets[key], name, True)

    def push_forward(self, deadline_id: int, *, at: datetime, to: datetime) -> bool:
        row = self.deadlines[deadline_id]
        row.next_alarm_at = to
        self._expect(row)
        return True

    def write(self) -> int:
        """Write everything in the caller's transaction; returns how many rows.

        Who takes part comes before the ticket, which a trigger then indexes once, with all of them.
        """
        tickets = list(self.tickets.values())
        for ticket in tickets:
            ticket.search = self.words[ticket.pk]
        taking_part = copy_in(self.rows[Assignment])
        Ticket.objects.bulk_create(tickets, batch_size=TICKET_BATCH)
        self.write_ways()
        return taking_part + len(tickets) + sum(copy_in(self.rows[model]) for model in ORDER)
