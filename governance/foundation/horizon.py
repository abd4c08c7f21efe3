"""How far the rows of a growing table can be read in the order of their numbers without ever missing one.

Numbers are given before rows are committed, so the rows up to a number are complete only when every transaction that
may hold a smaller one has ended. Such a transaction shows itself while it runs: it holds the lock that an INSERT takes
on the table before it takes a number, or it has a transaction number of its own already (it has locked or written
something, and took its numbers in advance). Both locks are given back after its rows have become visible.

So a mark is the last number given out and, looked at afterwards, who is on the way. When all of those have ended, every
row up to the mark is there or never will be. Readers share one row of marks; it moves when somebody reads.
"""

from collections.abc import Sequence
from functools import cache

from django.db import connection, models, transaction

from governance.foundation.models import Horizon


def reach(rows: type[models.Model]) -> int:
    """The number up to which `rows` are complete. Looks again as far as that is possible now; never goes back."""
    table = rows._meta.db_table
    safe, last = _known(table)
    if safe is not None and safe >= last:
        return safe  # no number was given since: nothing is written and nobody is kept waiting
    with transaction.atomic():
        mark = Horizon.objects.select_for_update(skip_locked=True).filter(table=table).first()
        if mark is None:
            known = Horizon.objects.filter(table=table).values_list("safe_id", flat=True).first()
            if known is not None:
                return known  # somebody else is looking at this moment
            Horizon.objects.bulk_create([Horizon(table=table)], ignore_conflicts=True)
            mark = Horizon.objects.select_for_update().get(table=table)
        if not _still_running(mark.on_the_way):
            _move(mark, rows)
        return mark.safe_id


def _move(mark: Horizon, rows: type[models.Model]) -> None:
    """The mark is reached: put it down anew, and pass it at once when nobody is on the way."""
    last = _last_number(rows._meta.db_table)  # before the look at who is on the way, never after
    running = _on_the_way(rows)
    safe, before = (mark.mark_id if running else last), (mark.safe_id, mark.mark_id)
    mark.safe_id, mark.mark_id, mark.on_the_way = max(mark.safe_id, safe), max(mark.mark_id, last), running
    if before != (mark.safe_id, mark.mark_id):
        mark.save()


def _known(table: str) -> tuple[int | None, int]:
    """How far the rows were complete when somebody looked last (None: never), and the last number given out."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({_SAFE}), ({_given(table)})", [table])
        safe, last = cursor.fetchone()
    return safe, int(last)


def _last_number(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_given(table))
        return int(cursor.fetchone()[0])


@cache
def _given(table: str) -> str:
    """What selects the last number given out for a row of that table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        numbers = cursor.fetchone()[0]
    return f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {numbers}"  # noqa: S608  # ours


def _on_the_way(rows: type[models.Model]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, [rows._meta.db_table])
        return [name for (name,) in cursor.fetchall()]


def _still_running(names: Sequence[str]) -> bool:
    if not names:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'virtualxid' AND virtualxid = ANY(%s))",
            [list(names)],
        )
        return bool(cursor.fetchone()[0])


_SAFE = 'SELECT safe_id FROM foundation_horizon WHERE "table" = %s'
_RUNNING = """
SELECT DISTINCT l.virtualtransaction
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database()
 WHERE l.granted AND l.pid <> pg_backend_pid()
   AND (   (l.locktype = 'relation' AND l.relation = %s::regclass AND l.mode = 'RowExclusiveLock')
        OR (l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock'))
"""
