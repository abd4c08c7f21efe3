"""The one function that writes finished tickets without driving them through the verbs: they are history.

It keeps what the earlier system knew. A step stands at a time that the file gives; where the file gives a day,
its local midnight is stored and the step says `time_known: false`. What has no time gets no step: the last
step, "taken over", carries it instead, at the moment of the import. Where the closing time is unknown the
ticket is archived with `closed_at` empty; `is_overdue` is the outcome that the file states.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.audit import journal
from governance.command.bulk import Numbers, copy_in
from governance.command.importing.records import Record
from governance.foundation.calendars import Clock, Unit
from governance.foundation.clock import local
from governance.foundation.numbers import SEQUENCES, compose
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.filing import NUMBER_PREFIX
from incidents.models import Assignment, Deadline, Step, Ticket
from incidents.search import document, vector
from incidents.states import State

# The verb that each known time stands for, and the state it led to.
STEPS = (
    ("registered", "register", State.REGISTERED),
    ("accepted", "accept", State.ACCEPTED),
    ("dispatched", "dispatch", State.DISPATCHED),
    ("signed", "sign", State.HANDLING),
    ("fed_back", "feedback", State.FEEDBACK),
    ("checked", "check", State.FEEDBACK),
    ("closed", "close", State.CLOSED),
)
TAKEN_OVER = "import"


def write_history(
    records: Sequence[Record], units: Mapping[str, OrgUnit], *, by: Actor, at: datetime, file: str
) -> list[Ticket]:
    """Write a batch in the caller's transaction: tickets, units' parts, steps, and one journal entry.

    `units` holds the unit of every `Record.unit`. The caller has seen to it that no record is there already.
    """
    if not records:
        return []
    keys = Numbers()
    pairs = [(record, _ticket(record, units[record.unit], keys)) for record in records]
    tickets = [ticket for _record, ticket in pairs]
    # Who takes part comes before the ticket, which a trigger then indexes once, with all of them.
    copy_in([_part(record, ticket, keys, at) for record, ticket in pairs])
    Ticket.objects.bulk_create(tickets)
    copy_in([_deadline(record, ticket, keys) for record, ticket in pairs if "due" in record.times])
    copy_in(
        [step for record, ticket in pairs for step in _steps(record, ticket, keys, by=by, at=at, file=file)]
    )
    journal.record(
        "tickets.import",
        by=by,
        obj=tickets[0],
        at=at,
        details={
            "file": file,
            "count": len(tickets),
            "tickets": [tickets[0].pk, tickets[-1].pk],
            "lines": [records[0].line, records[-1].line],
        },
    )
    return tickets


def _part(record: Record, ticket: Ticket, keys: Numbers, at: datetime) -> Assignment:
    return Assignment(
        id=keys.key(Assignment),
        ticket=ticket,
        unit_id=ticket.holder_id,
        role=Assignment.Role.LEAD,
        at=record.times.get("dispatched", record.times["registered"]),
        ended_at=record.times.get("closed", at),
    )


def _ticket(record: Record, unit: OrgUnit, keys: Numbers) -> Ticket:
    known, land = catalogue(), territory()
    category = known.by_code[record.category]
    path, times = record.place.path, record.times
    town, community = land.at_level(path, "town"), land.at_level(path, "community")
    number = compose(NUMBER_PREFIX, times["registered"], keys.next(SEQUENCES[NUMBER_PREFIX]))
    ticket = Ticket(
        id=keys.key(Ticket),
        number=number,
        query_code=f"{secrets.randbelow(10**6):06d}",
        source=known.sources[record.source],
        external_no=record.external_no,
        content_digest=journal.digest(record.cells),
        demand_type=record.demand_type,
        category=category,
        urgency=category.urgency,
        min_level=category.min_level,
        title=record.title,
        content=record.content,
        region_id=record.place.region_id,
        region_path=path,
        town_id=town.id if town else None,
        community_id=community.id if community else None,
        place=record.place_text,
        state=State.CLOSED if "closed" in times else State.ARCHIVED,
        closure_kind=Ticket.ClosureKind.HANDLED,
        holder=unit,
        lead_unit=unit,
        registered_at=times["registered"],
        accepted_at=times.get("accepted"),
        first_dispatched_at=times.get("dispatched"),
        feedback_at=times.get("fed_back"),
        checked_at=times.get("checked"),
        closed_at=times.get("closed"),
        due_at=times.get("due"),
        original_due_at=times.get("due"),
        is_overdue=record.is_late,
        is_sensitive=category.is_sensitive,
        is_key_report=category.is_key_report,
    )
    ticket.search = vector(f"{number.lower()} {document(record.title, record.content, record.place_text)}")
    return ticket


def _deadline(record: Record, ticket: Ticket, keys: Numbers) -> Deadline:
    """The handle clock, where the file gives its due time; stopped at the feedback or when it was due."""
    due_at, begun = record.times["due"], record.times.get("dispatched", record.times["registered"])
    begun = min(begun, due_at)
    return Deadline(
        id=keys.key(Deadline),
        ticket=ticket,
        stage=Deadline.Stage.HANDLE,
        unit_id=ticket.holder_id,
        amount=max(1, round((due_at - begun).total_seconds() / 60)),
        amount_unit=Unit.MINUTE.value,
        clock=Clock.NATURAL.value,
        calendar="always",
        started_at=begun,
        due_at=due_at,
        original_due_at=due_at,
        warn_at=due_at,
        stopped_at=record.times.get("fed_back", record.times.get("closed", due_at)),
        outcome=Deadline.Outcome.LATE if record.is_late else Deadline.Outcome.MET,
    )


def _steps(
    record: Record, ticket: Ticket, keys: Numbers, *, by: Actor, at: datetime, file: str
) -> Iterator[Step]:
    state = ""
    for name, verb, target in STEPS:
        if name in record.times:
            moment = record.times[name]
            data = {"source": record.source} if verb == "register" else {}
            yield _step(
                keys, ticket, verb, state, target, moment, by, {**data, "time_known": record.time_known}
            )
            state = target
    facts = {
        "file": file,
        "line": record.line,
        "outcome": "late" if record.is_late else "met",
        "time_known": "closed" in record.times and record.time_known,
        "cells": dict(record.cells),
        "day": f"{local(record.times['registered']):%Y-%m-%d}",
        **({"place_note": record.place_note} if record.place_note else {}),
    }
    yield _step(keys, ticket, TAKEN_OVER, state, ticket.state, at, by, facts)


def _step(
    keys: Numbers,
    ticket: Ticket,
    verb: str,
    from_state: str,
    to_state: str,
    moment: datetime,
    by: Actor,
    data: Mapping[str, object],
) -> Step:
    """Delivered already: nobody is told of what is long past."""
    return Step(
        id=keys.key(Step),
        ticket=ticket,
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        at=moment,
        actor_id=by.user_id,
        actor_name=by.name[:80],
        role=by.role,
        holder_id=ticket.holder_id,
        client="import",
        data=dict(data),
        delivered_at=moment,
    )


def present_numbers(records: Sequence[Record]) -> set[tuple[str, str]]:
    """(source, external number) of the records that are tickets already."""
    sources = [record.source for record in records]
    numbers = [record.external_no for record in records]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.code, t.external_no FROM unnest(%s::text[], %s::text[]) AS w(source, number) "
            "JOIN incidents_ticketsource s ON s.code = w.source "
            "JOIN incidents_ticket t ON t.source_id = s.id AND t.external_no = w.number",
            [sources, numbers],
        )
        return set(cursor.fetchall())
