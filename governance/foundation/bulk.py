"""Rows of one table in one prepared statement, be it one or a thousand: the values travel as one JSON array.

Building a statement with placeholders for each value costs more than running it.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from uuid import UUID

from django.db import connection, models

from governance.foundation.prepared import fetch_all


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows; those without keys get theirs in order, else each has one of `keys_for`. For tables without column
    defaults of Django's."""
    if not rows:
        return
    model, is_keyed = type(rows[0]), rows[0].pk is not None
    own = (("pk", _key(model)),) if is_keyed else ()
    values = [{column: getattr(row, name) for name, column in (*own, *_names(model))} for row in rows]
    keys = fetch_all(_statement(model, is_keyed), [json.dumps(values, ensure_ascii=False, default=_plain)])
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        settle(row)


def insert_new(rows: Sequence[models.Model]) -> int:
    """Insert rows without keys unless a unique constraint has them already; how many were new. They get no keys here.

    A row that another transaction is about to write is waited for. Not for columns that are sealed on their way.
    """
    if not rows:
        return 0
    model = type(rows[0])
    values = [{column: getattr(row, name) for name, column in _names(model)} for row in rows]
    text = json.dumps(values, ensure_ascii=False, default=_plain)
    return len(fetch_all(_statement(model, False, "ON CONFLICT DO NOTHING "), [text]))


def settle(row: models.Model) -> None:
    """The row is stored, or will be with its transaction."""
    row._state.adding, row._state.db = False, connection.alias


def keys_for(model: type[models.Model], count: int) -> list[int]:
    """That many fresh keys of a table, in order; those that nobody uses are left out for ever.

    The transaction gets a number of its own before the first key, so that readers know of it (see `horizon`).
    """
    statement = (
        "WITH own AS MATERIALIZED (SELECT pg_current_xact_id()) "
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM own, generate_series(1, %s)"
    )
    return [key for (key,) in fetch_all(statement, [model._meta.db_table, _key(model), count])]


def update_rows(rows: Sequence[models.Model], names: tuple[str, ...]) -> None:
    """Write these attributes (`unit_id`, not `unit`) of stored rows of one table."""
    if not rows:
        return
    model = type(rows[0])
    columns = _columns(model, names)
    values = [{column: getattr(row, name) for name, column in columns} | {"id": row.pk} for row in rows]
    fetch_all(_update(model, names), [json.dumps(values, ensure_ascii=False, default=_plain)])


@cache
def _names(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (item.attname, str(item.column)) for item in model._meta.concrete_fields if not item.primary_key
    )


@cache
def _columns(model: type[models.Model], names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    known = dict(_names(model))
    return tuple((name, known[name]) for name in names)


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    table = model._meta.db_table
    changes = ", ".join(f'"{column}" = r."{column}"' for _name, column in _columns(model, names))
    return (  # names of our own models and columns; values are a parameter
        f'UPDATE "{table}" t SET {changes} '  # noqa: S608  # ours
        f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) r WHERE t.id = r.id'
    )


@cache
def _statement(model: type[models.Model], is_keyed: bool, conflict: str = "") -> str:
    table, key = model._meta.db_table, _key(model)
    names = [*([key] if is_keyed else []), *(column for _name, column in _names(model))]
    columns = ", ".join(f'"{column}"' for column in names)
    return (  # names of our own models and columns; values are a parameter
        f'INSERT INTO "{table}" ({columns}) SELECT {columns} '  # noqa: S608  # ours
        f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) {conflict}RETURNING "{key}"'
    )


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column) if model._meta.pk else "id"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no column holds a {type(value).__name__}")
