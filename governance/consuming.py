"""The worker's consumer: it outlives the loss of its Redis, also while it has tasks in hand."""

import logging
from typing import Any

from celery.utils.threads import bound_open_broker_sockets  # type: ignore[attr-defined]  # not in the stubs
from celery.worker.consumer import Consumer

logger = logging.getLogger(__name__)

LEAVE_SECONDS = 5.0
"""What a connection that is broken may take to be left."""


class LastingConsumer(Consumer):
    """Celery's consumer, except that a failure while it leaves a broken connection does not end the worker.

    A worker that has unacknowledged tasks (late acknowledgement: every running one) tries to give them back while it
    closes the connection. That asks a Redis which is away, and what this raises is no error of a connection for
    Celery, so the worker would stop for good while beat goes on filling the queue. Tasks that are not given back are
    lost with it: PostgreSQL knows what is due, and beat starts each again.
    """

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Leave the broken connection, whatever that raises; then do the rest as Celery does."""
        broken, self.connection = self.connection, None
        bound_open_broker_sockets(broken, LEAVE_SECONDS)
        for leave in (_drop_sockets, _close):
            try:
                leave(broken)
            except Exception as error:
                logger.info("broken connection to Redis: %s raised %r", leave.__name__, error)
        super().on_connection_error_after_connected(exc)


def _drop_sockets(connection: Any) -> None:
    connection.collect(socket_timeout=LEAVE_SECONDS)


def _close(connection: Any) -> None:
    connection.close()
