"""Statements that run in almost every request, planned once for each connection instead of every time.

Only for statements whose best plan does not depend on their values; everything else goes through the ORM.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


class PreparedCursor(psycopg.Cursor[tuple[Any, ...]]):
    """Sends values apart from the statement, which the server keeps parsed and planned."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> "PreparedCursor":
        return super().execute(query, params, prepare=True)


def fetch_one(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of the answer, inside the transaction that is open. Database errors are Django's."""
    rows = fetch_all(statement, values)
    return rows[0] if rows else None


def fetch_all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of the answer; none for a statement that gives none."""
    connection.ensure_connection()
    if connection.connection.prepare_threshold is None:
        connection.connection.prepare_threshold = (
            5  # Django sets None, which switches preparing off altogether
        )
    with connection.wrap_database_errors:
        raw = PreparedCursor(connection.connection)
    with connection._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]  # logs and wraps like any other
        cursor.execute(statement, values)
        has_rows = raw.pgresult is not None and raw.pgresult.nfields > 0
        rows: list[tuple[Any, ...]] = cursor.fetchall() if has_rows else []
    return rows
