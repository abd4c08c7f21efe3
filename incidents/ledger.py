"""Where the rows of a ticket are read and written, and the only place where the verbs meet the store.

The running platform has one ledger: the database, row by row, inside the transaction of the deed. A builder of
history may put in another for its own thread (`using`), so that it goes through the very same verbs and rules.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.bulk import insert_rows, update_rows
from governance.foundation.live import publish_on_commit
from governance.foundation.prepared import fetch_all, fetch_models
from incidents import statements
from incidents.catalogue import with_matter
from incidents.deadlines import Alarming
from incidents.filing import Filing, insert, insert_many
from incidents.models import (
    Assignment,
    Attachment,
    Deadline,
    DueChange,
    FollowUp,
    Step,
    Ticket,
    TicketRequest,
    TicketUrge,
)
from incidents.states import OPEN, OPEN_PARTS, RequestKind
from incidents.states.hands import CHECKING_VERBS, HANDLING_VERBS, Hands

CLOCK_FIELDS = (
    "unit_id",
    "due_at",
    "warn_at",
    "paused_at",
    "stopped_at",
    "outcome",
    "rung",
    "next_alarm_at",
)
PART_FIELDS = (
    "state",
    "signed_at",
    "is_auto_signed",
    "ended_at",
    "due_at",
    "warn_at",
    "answered_at",
    "result_kind",
    "answer",
)
Moves = Sequence[tuple[int, int, datetime | None]]
# The words a ticket is searched by are never needed by a verb.
LOCKED_FIELDS = tuple(item.attname for item in Ticket._meta.concrete_fields if item.attname != "search")


@dataclass(frozen=True, slots=True)
class DueTicket:
    """What an alarm needs to know of its ticket."""

    pk: int
    number: str
    state: str
    urgency: str
    holder_id: int
    region_path: str


@dataclass(frozen=True, slots=True)
class DueAlarm:
    """A deadline whose alarm has come: a tenth of the price of a model instance."""

    pk: int
    stage: str
    unit_id: int
    calendar: str
    due_at: datetime
    rung: int
    next_alarm_at: datetime
    ticket_id: int
    assignment_id: int | None
    ticket: DueTicket


class Ledger:
    """The database."""

    def atomic(self) -> AbstractContextManager[Any]:
        """Everything inside is written, or nothing."""
        return transaction.atomic()

    def file(self, filing: Filing) -> bool:
        """Write a new ticket with its first rows; False when its source and external number are there."""
        return insert(filing)

    def file_many(self, filings: Sequence[Filing]) -> list[bool]:
        """The same for many of one moment, each with an external number; for each whether it was new."""
        return insert_many(filings)

    def lock(self, ticket_id: int) -> Ticket | None:
        """The ticket, locked until the transaction ends."""
        rows = fetch_models(Ticket, "WHERE t.id = %s FOR UPDATE", [ticket_id], LOCKED_FIELDS)
        return with_matter(rows[0]) if rows else None

    def add(self, row: models.Model) -> None:
        """Insert one row and give it its key."""
        insert_rows([row])

    def add_many(self, rows: Sequence[models.Model]) -> None:
        """Insert rows of one table in one statement."""
        insert_rows(rows)

    def change(self, row: models.Model, fields: tuple[str, ...]) -> None:
        """Write those fields of the row again."""
        update_rows([row], fields)

    def change_clocks(self, rows: Sequence[Deadline]) -> None:
        """Write clocks again that were stopped, moved or handed over: one statement."""
        update_rows(rows, CLOCK_FIELDS)

    def record(self, verb: str, *, by: Actor, obj: models.Model, at: datetime, **facts: Any) -> None:
        """Write a deed into the journal."""
        journal.record(verb, by=by, obj=obj, at=at, **facts)

    def nudge(self, topics: Iterable[str], event: Mapping[str, Any]) -> None:
        """Tell open screens once the deed is durable."""
        publish_on_commit(topics, event)

    def hands(self, ticket_id: int) -> Hands:
        """The people who handled the ticket, and those who checked the result."""
        rows = Step.objects.filter(ticket_id=ticket_id, verb__in=(*HANDLING_VERBS, *CHECKING_VERBS))
        return Hands.of(rows.values_list("verb", "actor_id"))

    def running(self, ticket: Ticket) -> list[Deadline]:
        """The limits that run, those of its co-handlers among them."""
        return fetch_models(Deadline, "WHERE t.ticket_id = %s AND t.stopped_at IS NULL", [ticket.pk])

    def first_handle(self, ticket: Ticket) -> Deadline | None:
        """The first handle clock."""
        rows = Deadline.objects.filter(ticket=ticket, stage=Deadline.Stage.HANDLE, assignment=None)
        return rows.order_by("id").first()

    def changes(self, row: Deadline) -> list[DueChange]:
        """What has moved the due time of a clock so far, in order."""
        return self.stories([row]).get(row.pk, [])

    def member(self, unit_id: int, username: str) -> User | None:
        """The active person of that user name who belongs to the unit."""
        return User.objects.filter(username=username, unit_id=unit_id, is_active=True).first()

    def stories(self, rows: Sequence[Deadline]) -> dict[int, list[DueChange]]:
        """What has moved the due times of these clocks so far, by clock."""
        found: dict[int, list[DueChange]] = {}
        for change in DueChange.objects.filter(deadline__in=rows).order_by("id"):
            found.setdefault(change.deadline_id, []).append(change)
        return found

    def was_late(self, ticket: Ticket) -> bool:
        """True when an earlier handle clock of the ticket itself ended late."""
        rows = Deadline.objects.filter(ticket=ticket, stage=Deadline.Stage.HANDLE, assignment=None)
        return rows.filter(outcome=Deadline.Outcome.LATE).exists()

    def open_children(self, ticket: Ticket) -> list[str]:
        """The numbers of its children that are not finished."""
        rows = Ticket.objects.filter(parent=ticket, state__in=sorted(OPEN)).order_by("id")
        return list(rows.values_list("number", flat=True))

    def parent_of(self, ticket: Ticket) -> Ticket:
        """The ticket that it was split off from; not locked, nothing of it changes."""
        names = ("number", "state", "holder_id", "region_path")
        return Ticket.objects.only(*names).get(children=ticket)

    def parent_id(self, ticket_id: int) -> int | None:
        """The key of its main ticket, as it stands now; nothing is locked."""
        return Ticket.objects.filter(pk=ticket_id).values_list("parent_id", flat=True).first()

    def give_back(self, child: Ticket, parent: Ticket) -> bool:
        """Reporters who stand on a child that was split off wait for an answer about it, as they do about its main
        ticket; True where somebody does.
        """
        with connection.cursor() as cursor:
            cursor.execute(statements.GIVE_BACK, [child.pk, parent.pk, parent.pk])
            return bool(cursor.rowcount)

    def link_requesters(self, child: Ticket, parent: Ticket) -> None:
        """The reporters of a ticket stand on its child as well, where nobody calls them again."""
        with connection.cursor() as cursor:
            cursor.execute(statements.LINK, [child.pk, parent.pk, parent.pk])

    def urge_of(self, ticket_id: int, key: str) -> TicketUrge | None:
        """The urge that was counted under that key."""
        return TicketUrge.objects.filter(ticket=ticket_id, key=key).first()

    def find(self, number: str, by: Actor) -> int | None:
        """The key of the ticket of that number, if `by` may see it."""
        return Ticket.objects.visible_to(by).filter(number=number).values_list("pk", flat=True).first()

    def lock_pair(self, ticket_id: int, main_id: int | None) -> Ticket | None:
        """Lock a ticket and the one that it joins, or has joined, in the order that everybody keeps; the other one."""
        joined = Ticket.objects.filter(pk=ticket_id).values("merged_into")
        wanted = Q(pk=ticket_id) | (Q(pk__in=joined) if main_id is None else Q(pk=main_id))
        rows = Ticket.objects.select_for_update(of=("self",)).select_related("source", "category")
        found = {row.pk: row for row in rows.defer("search").filter(wanted).order_by("pk")}
        if main_id is None and ticket_id in found:
            main_id = found[ticket_id].merged_into_id
        return found.get(main_id or 0)

    def carry_over(self, ticket: Ticket, main: Ticket) -> None:
        """The reporters of a ticket, those carried to it among them, are reporters of `main` as well."""
        with connection.cursor() as cursor:
            cursor.execute(statements.CARRY, [main.pk, ticket.pk, ticket.pk])

    def take_back(self, ticket: Ticket, main: Ticket) -> bool:
        """The opposite of `carry_over`; True when a reporter who stays waits for an answer."""
        with connection.cursor() as cursor:
            cursor.execute(statements.TAKE_BACK, [main.pk, ticket.pk, ticket.pk, main.pk])
            return bool(cursor.fetchone()[0])

    def last_of(self, ticket: Ticket, stage: str) -> Deadline | None:
        """The clock of a stage that ran last."""
        rows = Deadline.objects.filter(ticket=ticket, stage=stage, assignment=None)
        return rows.order_by("-id").first()

    def last_sending(self, ticket: Ticket) -> str:
        """The verb by which the ticket came to where it lies."""
        rows = Step.objects.filter(ticket=ticket, verb__in=("dispatch", "escalate")).order_by("-id")
        return rows.values_list("verb", flat=True).first() or ""

    def received_at(self, ticket: Ticket) -> datetime | None:
        """When the lead unit got the ticket."""
        rows = Assignment.objects.filter(ticket=ticket, role=Assignment.Role.LEAD, ended_at=None)
        return rows.order_by("-id").values_list("at", flat=True).first()

    def waiting_request(self, ticket: Ticket, kind: str) -> TicketRequest | None:
        """The request of that kind that waits for a decision."""
        return TicketRequest.objects.filter(ticket=ticket, kind=kind, outcome="").first()

    def decide_request(
        self, ticket: Ticket, kind: str, outcome: str, *, by: Actor, at: datetime
    ) -> TicketRequest | None:
        """Decide the request of that kind that waits, and give it; None when there is none."""
        return next(
            iter(TicketRequest.objects.raw(statements.DECIDE, [outcome, by.user_id, at, ticket.pk, kind])),
            None,
        )

    def requests(self, ticket: Ticket, kind: str) -> list[TicketRequest]:
        """Every request of that kind, oldest first."""
        return list(TicketRequest.objects.filter(ticket=ticket, kind=kind).order_by("id"))

    def lapse_requests(self, ticket: Ticket, at: datetime, *, but: str = "") -> None:
        """Whatever waits is no longer asked for, but for one kind."""
        rows = TicketRequest.objects.filter(ticket=ticket, outcome="").exclude(kind=but)
        rows.update(outcome=TicketRequest.Outcome.LAPSED, decided_at=at)

    def count_routing(
        self, what: str, ticket: Ticket, *, from_unit_id: int, to_unit_id: int | None, at: datetime
    ) -> None:
        """Count one experience (`granted`, `refused`, `dispatched`) with a way that a ticket took."""
        region_id = ticket.town_id or ticket.region_id
        counts = [int(name == what) for name in ("granted", "refused", "dispatched")]
        values = [ticket.category.code, region_id, from_unit_id, to_unit_id, *counts, at, at]
        with connection.cursor() as cursor:
            cursor.execute(statements.COUNT_ROUTING, values)

    def granted_return(self, ticket: Ticket) -> TicketRequest | None:
        """The last return that was granted."""
        rows = TicketRequest.objects.filter(ticket=ticket, kind=RequestKind.RETURN)
        return rows.filter(outcome=TicketRequest.Outcome.GRANTED).order_by("-id").first()

    def calls(self, ticket: Ticket) -> list[FollowUp]:
        """The calls to the citizen, oldest first."""
        return list(FollowUp.objects.filter(ticket=ticket).order_by("id"))

    def last_dispatch(self, ticket: Ticket) -> Mapping[str, Any]:
        """What the last dispatch said."""
        rows = Step.objects.filter(ticket=ticket, verb="dispatch").order_by("-id")
        return rows.values_list("data", flat=True).first() or {}

    def end_assignments(self, ticket: Ticket, at: datetime, *, but_parts: bool = False) -> None:
        """Earlier takes end but stay on record: the lead's, and the parts that co-handlers have answered."""
        end_assignments([ticket.pk], at, but_parts=but_parts)

    def first_handle_of(self, part: Assignment) -> Deadline | None:
        """The first handle clock of a co-handler."""
        rows = Deadline.objects.filter(ticket=part.ticket_id, assignment=part, stage=Deadline.Stage.HANDLE)
        return rows.order_by("id").first()

    def last_doer(self, ticket: Ticket, verb: str, part: Assignment) -> int | None:
        """Who did `verb` to that part last."""
        rows = Step.objects.filter(ticket=ticket, verb=verb, data__part=part.pk).order_by("-id")
        return rows.values_list("actor_id", flat=True).first()

    def parts(self, ticket: Ticket) -> list[Assignment]:
        """What co-handlers do or did, in the order in which they were asked."""
        rows = Assignment.objects.filter(ticket=ticket, role=Assignment.Role.CO_HANDLER)
        return list(rows.exclude(state="").order_by("id"))

    def change_parts(self, rows: Sequence[Assignment]) -> None:
        """Write parts again: one statement."""
        update_rows(rows, PART_FIELDS)

    def sign_assignments(self, ticket: Ticket, at: datetime, *, is_automatic: bool) -> None:
        """The holder has received it."""
        fetch_all(statements.SIGN, [at, is_automatic, [ticket.pk], [ticket.holder_id]])

    def has_images(self, ids: Sequence[UUID], by: Actor) -> bool:
        """True when at least one of the files is an image that this actor may bind."""
        return bool(ids) and bindable(ids, by).filter(media_type__startswith="image/").exists()

    def has_after_photos(self, ticket: Ticket) -> bool:
        """True when a photo of the result is bound."""
        return Attachment.objects.filter(ticket=ticket, phase=Attachment.Phase.AFTER).exists()

    def bind(self, ids: Collection[UUID], by: Actor, *, ticket: Ticket, step: Step | None, phase: str) -> int:
        """Bind the actor's files to a ticket and step; how many could be bound."""
        return bindable(ids, by).update(ticket=ticket, step=step, phase=phase)

    def due_alarms(self, at: datetime, limit: int) -> Sequence[Alarming]:
        """The deadlines whose next alarm has come, with their tickets, claimed for this transaction."""
        with connection.cursor() as cursor:
            cursor.execute(statements.DUE, [at, limit])
            rows = cursor.fetchall()
        return [
            DueAlarm(
                key, stage, unit, calendar, due_at, rung, next_at, ticket_id, part_id, DueTicket(*ticket)
            )
            for key, stage, unit, calendar, due_at, rung, next_at, ticket_id, part_id, *ticket in rows
        ]

    def move_alarms(self, moves: Moves) -> None:
        """Write (deadline id, rung, next alarm) in one statement."""
        values = [
            {"id": key, "rung": rung, "next_at": next_at and next_at.isoformat()}
            for key, rung, next_at in moves
        ]
        fetch_all(statements.MOVES, [json.dumps(values)])

    def flag(self, ticket_ids: Collection[int], name: str) -> None:
        """Set a side flag of tickets."""
        Ticket.objects.filter(pk__in=ticket_ids, **{name: False}).update(**{name: True})

    def push_forward(self, deadline_id: int, *, at: datetime, to: datetime) -> bool:
        """Look again later at an alarm that could not be worked out, if it still stands."""
        rows = Deadline.objects.filter(pk=deadline_id, stopped_at=None, next_alarm_at__lte=at)
        return bool(rows.update(next_alarm_at=to))


ENDING = (Assignment.Role.LEAD, Assignment.Role.VERIFIER)


def end_assignments(ticket_ids: Sequence[int], at: datetime, *, but_parts: bool) -> None:
    """End the earlier takes of these tickets: one statement."""
    rows = Assignment.objects.filter(ticket_id__in=ticket_ids, ended_at=None)
    roles = ENDING if but_parts else (*ENDING, Assignment.Role.CO_HANDLER)
    rows.filter(role__in=roles).exclude(state__in=OPEN_PARTS).update(ended_at=at)


def bindable(ids: Collection[UUID], by: Actor) -> "QuerySet[Attachment]":
    """Those of the files that are not bound yet and that this actor brought."""
    rows = Attachment.objects.filter(pk__in=ids, ticket=None, is_stored=True)
    rows = rows.exclude(scan=Attachment.Scan.INFECTED)
    if by.is_api_client:
        return rows.filter(client_id=by.client_id)
    return rows if by.is_system else rows.filter(uploader_id=by.user_id)


_ledger: ContextVar[Ledger] = ContextVar("ledger")
_database = Ledger()


def ledger() -> Ledger:
    """The ledger in use: the database unless this thread has put in another."""
    return _ledger.get(_database)


@contextmanager
def using(other: Ledger) -> Iterator[None]:
    """Let the verbs called inside use another ledger."""
    token = _ledger.set(other)
    try:
        yield
    finally:
        _ledger.reset(token)
