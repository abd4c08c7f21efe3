"""Closed tickets stay what they are; beside them is kept which grid of today their place lies in."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from governance.foundation.prepared import fetch_all
from incidents.handover.standing import Ground
from incidents.states import FINAL

BATCH = 2_000
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_FINAL = ", ".join(f"'{state}'" for state in sorted(FINAL))

_CONCERNED = f"""
SELECT id FROM incidents_ticket
 WHERE grid_id = ANY(%s) AND registered_at >= %s AND now_grid_id IS NULL AND state IN ({_FINAL})
UNION ALL
SELECT id FROM incidents_ticket
 WHERE now_grid_id = ANY(%s) AND registered_at >= %s AND now_grid_id IS NOT NULL AND state IN ({_FINAL})
ORDER BY 1
"""  # noqa: S608  # only the names of states are put in
_LOCKED = f"""
SELECT id, grid_id, now_grid_id, lon, lat FROM incidents_ticket
 WHERE id = ANY(%s) AND state IN ({_FINAL}) ORDER BY id FOR UPDATE
"""  # noqa: S608  # only the names of states are put in
_MAP = """
UPDATE incidents_ticket t SET now_grid_id = v.now_grid_id
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, now_grid_id bigint) WHERE t.id = v.id
"""


def follow(ground: Ground, *, since: datetime = EARLIEST) -> int:
    """Point what is closed, and was registered since then, at its present grid; returns how many changed."""
    grids = sorted(ground.old_ids)
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, [grids, since, grids, since])
        ids = [key for (key,) in cursor.fetchall()]
    return sum(_map(ground, ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


def _map(ground: Ground, ids: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [list(ids)])
        rows = cursor.fetchall()
    found = [row for row in (_landed(ground, *row) for row in rows) if row is not None]
    if found:
        fetch_all(_MAP, [json.dumps(found)])
    return len(found)


def _landed(
    ground: Ground, key: int, grid_id: int, now_grid_id: int | None, lon: float | None, lat: float | None
) -> dict[str, Any] | None:
    """The change of one ticket; None where nothing changes. Back in its own grid, the column is empty again."""
    new = ground.landing(now_grid_id or grid_id, lon, lat).id
    wanted = None if new == grid_id else new
    return {"id": key, "now_grid_id": wanted} if wanted != now_grid_id else None
