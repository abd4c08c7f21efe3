"""How often somebody has tried at a public door: counted in the database, so that losing Redis opens no door.

An app keeps its own table of `key` (a keyed hash), `since` and `count`.
"""

from datetime import datetime, timedelta

from django.db import connection


def count_try(table: str, key: str, *, at: datetime, window: timedelta) -> int:
    """Count one try more and give how many there have been in this window: one statement, safe side by side."""
    sql = _COUNT.replace("{table}", connection.ops.quote_name(table))
    with connection.cursor() as cursor:
        cursor.execute(sql, [key, at, at - window, at - window])
        return int(cursor.fetchone()[0])


_COUNT = """
INSERT INTO {table} AS t (key, since, count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE
   SET count = CASE WHEN t.since <= %s THEN 1 ELSE t.count + 1 END,
       since = CASE WHEN t.since <= %s THEN EXCLUDED.since ELSE t.since END
RETURNING count
"""
