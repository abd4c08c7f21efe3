"""The connection: Django's own, but `timestamptz` goes through psycopg's compiled reader.

Django's reader is a Python subclass that only sets the zone, and a list of tickets holds hundreds of times. The
connection speaks UTC (Django sees to it), so what the compiled reader gives is the same: aware, in UTC.
"""

import datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg import adapt
from psycopg.types.datetime import TimestamptzLoader

ONE_PLAN = "-c plan_cache_mode=force_generic_plan"


@lru_cache
def quick(context: adapt.AdaptersMap) -> adapt.AdaptersMap:
    """The adapters with psycopg's own reader, compiled where psycopg is; one map for all connections."""
    found = adapt.AdaptersMap(context)
    found.register_loader("timestamptz", TimestamptzLoader)
    return found


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper for connections that speak UTC; one in another zone is Django's alone."""

    def get_connection_params(self) -> dict[str, Any]:
        """The same, with the quick reader and one plan for each prepared statement.

        What is prepared (`foundation.prepared`) has a best plan that no value changes; left to itself, the server
        would go on planning some of it every time.
        """
        found: dict[str, Any] = super().get_connection_params()
        found["options"] = f"{ONE_PLAN} {found.get('options', '')}".strip()
        if self.timezone is datetime.UTC:
            found["context"] = quick(found["context"])
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        """Django would look whether the reader's zone fits; here it always does."""
        if self.timezone is not datetime.UTC:
            return super().create_cursor(name)
        if name is None:
            return self.connection.cursor()
        cursor_class: Any = base.ServerSideCursor  # psycopg 3's; the stubs know only that of psycopg 2
        return cursor_class(self.connection, name=name, scrollable=False, withhold=self.connection.autocommit)
