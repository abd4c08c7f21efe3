"""New tickets with their first rows, in one statement: all of it is durable, or nothing, at the price of one
round trip. A report that is there already writes nothing.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection, models

from governance.audit.models import AuditEntry
from governance.foundation.numbers import SEQUENCES, day_prefix
from governance.foundation.prepared import fetch_all, fetch_one
from incidents.models import Ticket

NUMBER_PREFIX = "WG"
OWN_COLUMNS = frozenset({"id", "number", "search"})
# What a first row takes from the ticket that is just being written.
FROM_TICKET = {"ticket_id": "t.id"}
FROM_TICKET_ENTRY = {"object_id": "t.id::text", "object_label": "t.number"}


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A ticket without key and number, the words to search it by, its first rows, and its journal entry.

    The entry is made last, when an implementation that knows the key wants it exact.
    """

    ticket: Ticket
    words: str
    at: datetime
    entry: Callable[[], AuditEntry]
    rows: list[models.Model] = field(default_factory=list)


def insert(filing: Filing) -> bool:
    """Write it; the rows get their keys and the ticket its number. False: source and external number exist.

    Waits for a simultaneous writer of the same report. Numbers skip one where nothing was written.
    """
    rows = [*filing.rows, filing.entry()]
    parameters = [
        day_prefix(NUMBER_PREFIX, filing.at),
        SEQUENCES[NUMBER_PREFIX],
        filing.words,
        _as_json(filing.ticket),
        *(_as_json(row) for row in rows),
    ]
    found = fetch_one(statement(tuple(type(row) for row in rows)), parameters)
    if found is None:
        return False
    key, filing.ticket.number, *keys = found
    _settle(filing.ticket, key)
    for row, own_key in zip(rows, keys, strict=True):
        _settle(row, own_key)
        if hasattr(row, "ticket_id"):
            row.ticket_id = key
    return True


def insert_many(filings: Sequence[Filing]) -> list[bool]:
    """Write many of one moment in one statement, in their order; for each whether it was new.

    Every report has its external number; of two with the same one the first is written.
    """
    if not filings:
        return []
    places = [_slots(filing) for filing in filings]
    slots = tuple(sorted({slot for rows in places for slot in rows}, key=_slot_order))
    documents = [
        {
            "words": filing.words,
            "ticket": _values(filing.ticket),
            "rows": {str(slots.index(slot)): _values(row) for slot, row in rows.items()},
        }
        for filing, rows in zip(filings, places, strict=True)
    ]
    parameters = [
        json.dumps(documents, ensure_ascii=False, default=_plain),
        day_prefix(NUMBER_PREFIX, filings[0].at),
        SEQUENCES[NUMBER_PREFIX],
    ]
    written = {place: rest for place, *rest in fetch_all(statement_of_many(slots), parameters)}
    for place, (key, number, *keys) in written.items():
        filing = filings[place]
        filing.ticket.number = number
        _settle(filing.ticket, key)
        own = dict(zip(_keyed(slots), keys, strict=True))
        for slot, row in places[place].items():
            if hasattr(row, "ticket_id"):
                row.ticket_id = key
                _settle(row, own[slot])
    return [place in written for place in range(len(filings))]


Slot = tuple[type[models.Model], int]


def _slots(filing: Filing) -> dict[Slot, models.Model]:
    """Its first rows by table and turn, the entry of the journal among them."""
    found: dict[Slot, models.Model] = {}
    for row in (*filing.rows, filing.entry()):
        kind = type(row)
        found[kind, sum(1 for other, _turn in found if other is kind)] = row
    return found


def _slot_order(slot: Slot) -> tuple[str, int]:
    return slot[0]._meta.db_table, slot[1]


def _keyed(slots: Sequence[Slot]) -> list[Slot]:
    """Those whose rows name their ticket: they are told their own keys."""
    return [slot for slot in slots if _taken(slot[0]) is FROM_TICKET]


def _settle(row: models.Model, key: int) -> None:
    row.pk = key
    row._state.adding = False
    row._state.db = connection.alias


def _as_json(row: models.Model) -> str:
    return json.dumps(_values(row), ensure_ascii=False, default=_plain)


def _values(row: models.Model) -> dict[str, Any]:
    """By column, without what most rows have."""
    given, held = _given(type(row)), row.__dict__  # a new row holds all of its columns
    return {
        column: value
        for name, column in _columns(type(row))
        if (value := held[name]) is not None and value != given.get(column)
    }


@cache
def _given(model: type[models.Model]) -> dict[str, Any]:
    """What most rows have in their columns: it stands in the statement, so that it need not travel with each row."""
    found = {
        str(item.column): item.get_default()
        for item in model._meta.concrete_fields
        if not item.null and not (item.has_default() and callable(item.default))
    }
    return {column: value for column, value in found.items() if _LITERAL.fullmatch(str(value)) is not None}


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


_LITERAL = re.compile(r"True|False|[0-9]*|[a-z_]+")


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds a {type(value).__name__}")


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    taken = OWN_COLUMNS if model is Ticket else {"id", *_taken(model)}
    fields = model._meta.concrete_fields
    return tuple((item.attname, str(item.column)) for item in fields if item.column not in taken)


def _taken(model: type[models.Model]) -> dict[str, str]:
    return FROM_TICKET_ENTRY if model is AuditEntry else FROM_TICKET


@cache
def statement(kinds: Sequence[type[models.Model]]) -> str:
    """The statement for a ticket and rows of these tables. Values arrive as one JSON object for each row."""
    return " ".join(_parts(kinds))


def _parts(kinds: Sequence[type[models.Model]]) -> Iterator[str]:
    own = ", ".join(f'"{column}"' for _name, column in _columns(Ticket))
    yield "WITH n AS (SELECT %s || lpad(nextval(%s::regclass)::text, 6, '0') AS number),"
    yield f"t AS (INSERT INTO incidents_ticket (number, search, {own})"
    yield "SELECT n.number, to_tsvector('simple'::regconfig, lower(n.number) || ' ' || %s),"
    yield _prefixed(Ticket)
    yield "FROM n, jsonb_populate_record(NULL::incidents_ticket, %s::jsonb) r"
    yield "ON CONFLICT (source_id, external_no) WHERE external_no IS NOT NULL DO NOTHING"
    yield "RETURNING id, number)"
    for index, kind in enumerate(kinds):
        yield f", {_part(f'x{index}', kind)}"
    names = [f"x{index}" for index in range(len(kinds))]
    keys = ", ".join(f"{name}.id" for name in names)
    yield f"SELECT t.id, t.number, {keys} FROM t, {', '.join(names)}"  # noqa: S608  # names of our own


@cache
def statement_of_many(slots: Sequence[Slot]) -> str:
    """The statement for many tickets, whose rows stand in these slots. All values arrive as one JSON list."""
    return " ".join(_parts_of_many(slots))


def _parts_of_many(slots: Sequence[Slot]) -> Iterator[str]:
    own = ", ".join(f'"{column}"' for _name, column in _columns(Ticket))
    yield "WITH d AS MATERIALIZED (SELECT e.place - 1 AS place, e.value AS doc,"
    yield "p.prefix || lpad(nextval(p.numbers)::text, 6, '0') AS number"
    yield "FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS e(value, place),"
    yield "(SELECT %s::text AS prefix, %s::regclass AS numbers) p),"
    yield f"t AS (INSERT INTO incidents_ticket (number, search, {own})"
    yield "SELECT d.number, to_tsvector('simple'::regconfig, lower(d.number) || ' ' || (d.doc->>'words')),"
    yield _prefixed(Ticket)
    yield "FROM d, jsonb_populate_record(NULL::incidents_ticket, d.doc->'ticket') r ORDER BY d.place"
    yield "ON CONFLICT (source_id, external_no) WHERE external_no IS NOT NULL DO NOTHING"
    yield "RETURNING id, number),"
    yield "m AS MATERIALIZED (SELECT t.id, t.number, d.place, d.doc->'rows' AS rows FROM t JOIN d USING (number))"
    for index, slot in enumerate(slots):
        yield f", {_part_of_many(index, slot[0])}"
    keyed = [index for index, slot in enumerate(slots) if _taken(slot[0]) is FROM_TICKET]
    keys = "".join(f", x{index}.id" for index in keyed)
    joins = " ".join(f"LEFT JOIN x{index} ON x{index}.ticket_id = m.id" for index in keyed)
    yield f"SELECT m.place, m.id, m.number{keys} FROM m {joins}"  # noqa: S608  # names of our own


def _part_of_many(index: int, kind: type[models.Model]) -> str:
    table, taken = kind._meta.db_table, _taken(kind)
    columns = ", ".join([*taken, *(f'"{column}"' for _name, column in _columns(kind))])
    values = ", ".join(value.replace("t.", "m.", 1) for value in taken.values())
    back = "id, ticket_id" if taken is FROM_TICKET else "id"
    return (  # names of our own models and columns; values are parameters
        f"x{index} AS (INSERT INTO {table} ({columns}) SELECT {values}, {_prefixed(kind)} "  # noqa: S608  # ours
        f"FROM m, jsonb_populate_record(NULL::{table}, m.rows->'{index}') r WHERE jsonb_exists(m.rows, '{index}') "
        f"ORDER BY m.place RETURNING {back})"
    )


def _part(name: str, kind: type[models.Model]) -> str:
    table, taken = kind._meta.db_table, _taken(kind)
    columns = ", ".join([*taken, *(f'"{column}"' for _name, column in _columns(kind))])
    return (  # names of our own models and columns; values are parameters
        f"{name} AS (INSERT INTO {table} ({columns}) SELECT {', '.join(taken.values())}, {_prefixed(kind)} "  # noqa: S608  # ours
        f"FROM t, jsonb_populate_record(NULL::{table}, %s::jsonb) r RETURNING id)"
    )


def _prefixed(kind: type[models.Model]) -> str:
    given = _given(kind)
    return ", ".join(
        f'coalesce(r."{column}", {_literal(given[column])})' if column in given else f'r."{column}"'
        for _name, column in _columns(kind)
    )
