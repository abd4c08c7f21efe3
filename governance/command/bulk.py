"""Writing many rows at once: keys from the sequences in blocks, rows through COPY. For builders and importers."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models

BLOCK = 2000


class Numbers:
    """Numbers from the database's own sequences, fetched in blocks."""

    def __init__(self) -> None:
        self.streams: dict[str, Iterator[int]] = {}

    def next(self, sequence: str) -> int:
        """The next number of a sequence."""
        stream = self.streams.get(sequence)
        if stream is None:
            stream = self.streams[sequence] = self._stream(sequence)
        return next(stream)

    def key(self, model: type[models.Model]) -> int:
        """The next primary key of a table."""
        return self.next(f"{model._meta.db_table}_id_seq")

    def _stream(self, sequence: str) -> Iterator[int]:
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, BLOCK])
                rows = cursor.fetchall()
            yield from (row[0] for row in rows)


def copy_in(rows: Sequence[models.Model]) -> int:
    """Write rows of one table through COPY; returns how many."""
    if not rows:
        return 0
    meta = rows[0]._meta
    fields = meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    names = [(field.attname, _as_text(field)) for field in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(
                [convert(getattr(row, name)) if convert else getattr(row, name) for name, convert in names]
            )
    return len(rows)


def _as_text(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.FileField):
        return str
    return None
