"""One beat for the whole site: whoever holds the advisory lock in PostgreSQL sends, all others stand by."""

import logging
from pathlib import Path
from typing import Any

import psycopg
from celery.beat import PersistentScheduler
from django.db import connections

logger = logging.getLogger(__name__)

LOCK_KEY = 8_812_345_001
RETRY_SECONDS = 5.0


class SingleScheduler(PersistentScheduler):
    """Celery's scheduler that only ticks while its own connection holds the lock.

    The lock dies with the connection, so a killed beat frees it at once and a second one takes over.
    """

    schedule_filename: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._lock: psycopg.Connection[Any] | None = None
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds until the next look; sends what is due when the lock is ours.

        Leaves a file `alive` beside the timetable, whose age a health check may read.
        """
        Path(self.schedule_filename).with_name("alive").touch()
        if not self._holds_lock():
            return RETRY_SECONDS
        return float(super().tick(*args, **kwargs))

    def _holds_lock(self) -> bool:
        try:
            if self._lock is None:
                self._lock = self._try_lock()
            else:
                self._lock.execute("SELECT 1")
        except psycopg.OperationalError as error:
            logger.warning("beat waits for the database: %s", error)
            self._release()
        return self._lock is not None

    def _try_lock(self) -> psycopg.Connection[Any] | None:
        parameters = connections["default"].get_connection_params()
        wanted = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
        connection = psycopg.connect(
            **{key: parameters[key] for key in wanted if parameters.get(key)},
            autocommit=True,
            application_name="beat",
        )
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK_KEY,)).fetchone()
        if row is not None and row[0]:
            logger.info("beat holds the lock and sends")
            return connection
        logger.info("another beat sends; standing by")
        connection.close()
        return None

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
        self._lock = None

    def close(self) -> None:
        """Store the timetable and let another beat take over."""
        super().close()
        self._release()
