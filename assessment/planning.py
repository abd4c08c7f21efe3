"""How the database plans what the engine asks: nothing is compiled first and no other process is started. Either takes
the database longer than running these statements, and its estimate of many small look-ups would have it do so.

Where a statement says `OFFSET 0` inside a lateral part, each look-up goes along the index by itself, however many there
are.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def uncompiled(*, megabytes: int = 0) -> Iterator[CursorWrapper]:
    """A cursor, in the transaction that is open or in one of its own.

    `megabytes`: what each sort and each table of sums may take, for statements over thousands of items.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0")
        if megabytes:
            cursor.execute(f"SET LOCAL work_mem = '{megabytes}MB'")
        yield cursor
