"""The bells of the demo city: what its parts have told one after another, each of past days, is put in order of time.

A bell lists its notices by their numbers, as they were told. Here they get new ones, after everything else is there.
"""

from typing import Final

from django.db import connection, transaction

from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time

PART: Final = "bell"

# What hangs on a notice, and how far somebody has read, goes with it; keys are checked at the commit.
_RENUMBER = """
WITH renumbered AS (
    SELECT id, nextval('incidents_notice_id_seq') AS fresh
      FROM (SELECT id FROM incidents_notice ORDER BY at, id) AS told),
moved AS (
    UPDATE incidents_notice item SET id = fresh FROM renumbered WHERE item.id = renumbered.id),
readings AS (
    UPDATE incidents_noticereading item SET notice_id = fresh FROM renumbered WHERE notice_id = renumbered.id),
messages AS (
    UPDATE incidents_noticemessage item SET notice_id = fresh FROM renumbered WHERE notice_id = renumbered.id),
marks AS (
    UPDATE incidents_noticemark SET seen_id = (SELECT max(fresh) FROM renumbered WHERE id <= seen_id)
     WHERE seen_id >= (SELECT min(id) FROM renumbered))
SELECT count(*) FROM renumbered
"""


@transaction.atomic
def put_in_order() -> int:
    """Do it once; returns how many notices there are, 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RENUMBER)
        count = int(cursor.fetchone()[0])
    mark_done(JOB, PART, at=Progress.objects.get(job=JOB, part=BASE).at, notices=count)
    return count
