"""Rows of one table in one prepared statement, be it one or a thousand: the values travel as one JSON array.

Building a statement with placeholders for each value costs more than running it.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache

from django.db import connection, models

from governance.foundation.prepared import fetch_all


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows without keys; they get their keys in order. For tables without column defaults of Django's."""
    if not rows:
        return
    model = type(rows[0])
    names = _names(model)
    values = [{column: getattr(row, name) for name, column in names} for row in rows]
    keys = fetch_all(_statement(model), [json.dumps(values, ensure_ascii=False, default=_plain)])
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


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
        f'UPDATE "{table}" t SET {changes} '  # noqa: S608
        f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) r WHERE t.id = r.id'
    )


@cache
def _statement(model: type[models.Model]) -> str:
    table = model._meta.db_table
    columns = ", ".join(f'"{column}"' for _name, column in _names(model))
    key = model._meta.pk.column if model._meta.pk else "id"
    return (  # names of our own models and columns; values are a parameter
        f'INSERT INTO "{table}" ({columns}) SELECT {columns} '  # noqa: S608
        f'FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) RETURNING "{key}"'
    )


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds a {type(value).__name__}")
