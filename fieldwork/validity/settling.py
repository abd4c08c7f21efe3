"""What nobody has reviewed in time: valid, unless it repeats what the same worker has reported. In bounded batches."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from fieldwork import values
from fieldwork.models import FieldValue
from governance.foundation.clock import local
from incidents.sandbox import clause

BATCH: Final = 2000
LOOK_BACK: Final = timedelta(days=30)
"""How long the task may have stood still; older reports have no verdict and count nowhere."""

_SETTLE: Final = """
INSERT INTO fieldwork_reportreview (ticket_id, is_valid, ground, words, by_id, at)
SELECT t.id, m.id IS NULL, CASE WHEN m.id IS NULL THEN '' ELSE 'repeated' END, '', NULL,
       t.registered_at + %(days)s * interval '1 day'
  FROM incidents_ticket t
  JOIN incidents_ticketsource f ON f.id = t.source_id AND f.kind = 'worker'
  LEFT JOIN incidents_ticket m ON m.id = t.merged_into_id AND m.reporter_id = t.reporter_id
 WHERE t.registered_at > %(since)s AND t.registered_at <= %(until)s AND t.state <> 'voided'
   AND NOT EXISTS (SELECT FROM fieldwork_reportreview r WHERE r.ticket_id = t.id){real}
 ORDER BY t.registered_at LIMIT %(limit)s
    ON CONFLICT (ticket_id) DO NOTHING"""


def settle(*, at: datetime, limit: int = 50_000) -> int:
    """Settle what is due; how many. Run twice, none."""
    days = values.value(FieldValue.Name.REPORT_DAYS, on=local(at).date())
    until, done = at - timedelta(days=days), 0
    facts: dict[str, Any] = {"days": days, "since": until - LOOK_BACK, "until": until, "limit": BATCH}
    while done < limit:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE.format(real=clause("t")), facts)
            found = cursor.rowcount
        done += found
        if found < BATCH:
            break
    return done
