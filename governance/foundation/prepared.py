"""Statements that run in almost every request, planned once for each connection instead of every time.

Only for statements whose best plan does not depend on their values; everything else goes through the ORM.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

Row = TypeVar("Row", bound=Model)


class PreparedCursor(psycopg.RawCursor[tuple[Any, ...]]):
    """Sends values apart from the statement, which the server keeps parsed and planned."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> "PreparedCursor":
        return super().execute(query if isinstance(query, bytes) else numbered(query), params, prepare=True)


@lru_cache(1000)
def numbered(statement: str) -> bytes:
    """The statement as the server reads it: each `%s` as `$1`, `$2`, ..., each `%%` as one sign.

    The library keeps this only for statements below four thousand characters, and the longest run most often.
    """
    place = count(1)
    return _MARK.sub(lambda found: "%" if found[1] == "%" else f"${next(place)}", statement).encode()


_MARK = re.compile("%([%s])")
_NAME = re.compile(r"%\((\w+)\)s")


@lru_cache(100)
def _ordered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with its names as `$1`, `$2`, ..., a name that comes again as the same value; and the names."""
    names = tuple(dict.fromkeys(_NAME.findall(statement)))
    written = _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    return numbered(written), names


def fetch_named(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of the answer to a statement with named values (`%(at)s`); those that it does not name are left out."""
    written, names = _ordered(statement)
    return fetch_all(written, [values[name] for name in names])


def fetch_one(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of the answer, inside the transaction that is open. Database errors are Django's."""
    rows = fetch_all(statement, values)
    return rows[0] if rows else None


def fetch_all(statement: str | bytes, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of the answer; none for a statement that gives none."""
    own = connections[DEFAULT_DB_ALIAS]  # the thread's own; looked up once, which is not for nothing
    own.ensure_connection()
    if own.connection.prepare_threshold is None:
        own.connection.prepare_threshold = 5  # Django sets None, which switches preparing off altogether
    with own.wrap_database_errors:
        raw = PreparedCursor(own.connection)
    with own._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]  # logs and wraps like any other
        cursor.execute(statement, values)
        has_rows = raw.pgresult is not None and raw.pgresult.nfields > 0
        rows: list[tuple[Any, ...]] = cursor.fetchall() if has_rows else []
    return rows


def fetch_models(
    model: type[Row], tail: str, values: Sequence[Any], fields: tuple[str, ...] = ()
) -> list[Row]:
    """Rows of a model, as the ORM reads them; `tail` is what follows the table's name (`WHERE ... ORDER BY ...`).

    `fields` (attribute names) bounds what is read; what is left out is read when it is asked for.
    """
    shape = _shape(model, fields)
    statement = f"SELECT {shape.columns} FROM {model._meta.db_table} t {tail}"  # noqa: S608  # names of ours
    return [
        row_of(model, zip(shape.names, shape.converted(row), strict=True))
        for row in fetch_all(statement, values)
    ]


def row_of(model: type[Row], attributes: Iterable[tuple[str, Any]]) -> Row:
    """What `from_db` would make: it walks all fields of the model for every row, however few were read.

    Attributes that are left out are deferred, as in the ORM. No `__init__` and no `init` signal is called.
    """
    row = model.__new__(model)
    row.__dict__.update(attributes)
    state = row._state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return row


def fresh(model: type[Row], **values: Any) -> Row:
    """What `model(**values)` would make, in a fifth of the time for a table of a hundred columns.

    Values are given by attribute (`unit_id`) or by relation (`unit`). No `__init__` and no `init` signal is called.
    Raises TypeError for a name that the model does not have.
    """
    fixed, made = _blank(model)
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(fixed)
    row.__dict__.update((name, make()) for name, make in made)
    for name, value in values.items():
        if name in row.__dict__:
            row.__dict__[name] = value
        elif isinstance(getattr(model, name, None), ForwardManyToOneDescriptor):
            setattr(row, name, value)
        else:
            raise TypeError(f"{model.__name__} has no {name}")
    return row


@cache
def _blank(model: type[Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The defaults of all columns: values, and what has to be made anew for every row."""
    fields = model._meta.concrete_fields
    made = [field for field in fields if field.has_default() and callable(field.default)]
    fixed = {field.attname: field.get_default() for field in fields if field not in made}
    return fixed, tuple((field.attname, field.default) for field in made)


@dataclass(frozen=True)
class _Shape:
    """Attribute names in the order of the model, their columns, and those that the ORM
    turns into something else."""

    names: list[str]
    columns: str
    converters: list[tuple[int, Any, list[Any]]]

    def converted(self, row: tuple[Any, ...]) -> Sequence[Any]:
        """The row with what fields make of their columns (JSON, sealed texts)."""
        if not self.converters:
            return row
        values = list(row)
        for position, column, converters in self.converters:
            for convert in converters:
                values[position] = convert(values[position], column, connection)
        return values


@cache
def _shape(model: type[Model], fields: tuple[str, ...]) -> _Shape:
    known = [
        field
        for field in model._meta.concrete_fields
        if not fields or field.attname in fields or field.primary_key
    ]
    columns = [field.get_col("t") for field in known]
    converters = [
        (
            position,
            column,
            [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)],
        )
        for position, column in enumerate(columns)
    ]
    return _Shape(
        [field.attname for field in known],
        ", ".join(f't."{field.column}"' for field in known),
        [item for item in converters if item[2]],
    )
