"""Open tickets counted from their sums: the same numbers as by a walk through all of them, at a cost that does not
grow with them. Sums say what was late at one moment; what has become late since is few and is looked up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from governance.foundation import prepared
from incidents.catalogue import current as catalogue
from incidents.models.standing import KEY, OpenReach, OpenSum
from incidents.states import OPEN, Urgency

FRESH: Final = timedelta(minutes=2)
"""Sums that are older are not asked: too much has become late since."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose open tickets: of the towns with these paths (None: of all), the sensitive ones too, and those that `own`
    keys open."""

    towns: Collection[str] | None = None
    sees_sensitive: bool = True
    own: Collection[int] = ()


_OPEN: Final = ", ".join(f"'{state}'" for state in sorted(OPEN))
_TOWNS: Final = "SELECT id FROM grids_region WHERE path = ANY(%(towns)s::text[])"
_NAMES: Final = ", ".join(KEY)
_TICKET: Final = """coalesce(t.town_id, 0) AS town_id, coalesce(t.community_id, 0) AS community_id,
       coalesce(t.now_grid_id, 0) AS now_grid_id, t.source_id = ANY(%(trial)s::bigint[]) AS is_trial,
       t.now_grid_id IS NOT NULL OR t.filed_grid_id IS NOT NULL OR t.filed_region_id IS NOT NULL
           OR (t.town_id IS NULL AND split_part(t.region_path, '/', 3) <> '') AS is_moved, t.state,
       coalesce(t.holder_id, 0) AS holder_id, t.is_sensitive"""
_KEY_OF_CHANGE: Final = _NAMES.replace("is_trial", "source_id = ANY(%(trial)s::bigint[]) AS is_trial")
_REACHED: Final = "(SELECT at FROM incidents_openreach LIMIT 1)"
# What time alone has changed between two moments: limits that ended, and those that are nearly used up now.
_PASSED: Final = f"""
SELECT {_TICKET}, 0 AS many, 0 AS critical, 0 AS keyed, 0 AS urged, 1 AS late,
       CASE WHEN t.next_warn_at <= {_REACHED} THEN -1 ELSE 0 END AS soon
  FROM incidents_ticket t WHERE t.next_due_at > {_REACHED} AND t.next_due_at <= %(at)s AND t.state IN ({_OPEN})
UNION ALL
SELECT {_TICKET}, 0, 0, 0, 0, 0, 1
  FROM incidents_ticket t WHERE t.next_warn_at > {_REACHED} AND t.next_warn_at <= %(at)s AND t.next_due_at > %(at)s
   AND t.state IN ({_OPEN})"""  # noqa: S608  # ours
_CHANGED: Final = f"""
SELECT {_KEY_OF_CHANGE}, sign AS many, sign * is_critical::int AS critical, sign * is_key_report::int AS keyed,
       sign * is_urged::int AS urged, CASE WHEN next_due_at <= {_REACHED} THEN sign ELSE 0 END AS late,
       CASE WHEN next_warn_at <= {_REACHED} AND next_due_at > {_REACHED} THEN sign ELSE 0 END AS soon
  FROM"""  # ours
_SUMS: Final = "many, critical, keyed, urged, late, soon"
_ADDED: Final = ", ".join(f"sum({name})" for name in _SUMS.split(", "))
_ONE_BY_ONE: Final = f"""
SELECT {_TICKET}, 1 AS many, (t.urgency = '{Urgency.CRITICAL.value}')::int AS critical, t.is_key_report::int AS keyed,
       t.is_urged::int AS urged, coalesce(t.next_due_at <= %(at)s, false)::int AS late,
       coalesce(t.next_warn_at <= %(at)s AND t.next_due_at > %(at)s, false)::int AS soon
  FROM incidents_ticket t WHERE t.state IN ({_OPEN})"""  # noqa: S608  # ours

_FOLD: Final = f"""
WITH taken AS (DELETE FROM incidents_openchange RETURNING *), moved AS ({_CHANGED} taken UNION ALL {_PASSED})
INSERT INTO incidents_opensum AS s ({_NAMES}, {_SUMS})
SELECT {_NAMES}, {_ADDED} FROM moved GROUP BY {_NAMES}
HAVING ({_ADDED}) <> (0, 0, 0, 0, 0, 0) ORDER BY {_NAMES}
ON CONFLICT ({_NAMES})
DO UPDATE SET {", ".join(f"{name} = s.{name} + excluded.{name}" for name in _SUMS.split(", "))}"""  # noqa: S608  # ours
_SEED: Final = f"""
WITH gone AS (DELETE FROM incidents_openchange)
INSERT INTO incidents_opensum ({_NAMES}, {_SUMS})
SELECT {_NAMES}, {_ADDED} FROM ({_ONE_BY_ONE}) t GROUP BY {_NAMES}"""  # noqa: S608  # ours
_COUNT: Final = """
WITH counted AS (
    SELECT {names}, {sums} FROM incidents_opensum WHERE {scope}
    UNION ALL SELECT * FROM ({changed} incidents_openchange) c WHERE {scope}
    UNION ALL SELECT * FROM ({passed}) p WHERE {scope}
    {own}
)
SELECT grouping(holder), place, ground, state, holder, sum(many), sum(late), sum(soon), sum(critical), sum(keyed),
       sum(urged)
  FROM (SELECT nullif({level}_id, 0) AS place, nullif(now_grid_id, 0) AS ground, state,
               nullif(holder_id, 0) AS holder, {sums} FROM counted) c
 GROUP BY GROUPING SETS ((place, ground, state), (holder)) HAVING sum(many) <> 0"""
# What takes part alone opens: tickets elsewhere, and sensitive ones.
_OWN: Final = f"""
    UNION ALL SELECT * FROM ({_ONE_BY_ONE} AND t.seen_from && %(own)s::bigint[]) t
     WHERE NOT is_trial AND NOT ({{scope}})"""  # noqa: S608  # ours


def count(scope: Scope, at: datetime, level: str) -> Sequence[tuple[Any, ...]] | None:
    """By place, grid of today and state, and by unit: numbers of open, late, nearly late and marked tickets.

    None where the sums cannot answer: they are stale, or a revision of grids has moved tickets between towns.
    """
    reached = OpenReach.objects.values_list("at", flat=True).first()
    if reached is None or not timedelta(0) <= at - reached <= FRESH or level not in {"town", "community"}:
        return None
    if scope.towns is not None and OpenSum.objects.filter(is_moved=True).exists():
        return None
    seen = "NOT is_trial"
    seen += "" if scope.towns is None else f" AND town_id IN ({_TOWNS})"
    seen += "" if scope.sees_sensitive else " AND NOT is_sensitive"
    is_all = scope.towns is None and scope.sees_sensitive
    statement = _COUNT.format(
        names=_NAMES,
        sums=_SUMS,
        scope=seen,
        changed=_CHANGED,
        passed=_PASSED,
        level=level,
        own=_OWN.format(scope=seen) if scope.own and not is_all else "",
    )
    values: dict[str, Any] = {
        "at": at,
        "towns": list(scope.towns or ()),
        "own": list(scope.own),
        "trial": _trial(),
    }
    return prepared.fetch_named(statement, values)


@transaction.atomic
def fold(*, at: datetime) -> bool:
    """Add the changes to the sums and move them on to `at`; False while somebody else does, or time stands still."""
    reach = OpenReach.objects.select_for_update(skip_locked=True).first()
    if reach is None:
        return seed(at=at) if not OpenReach.objects.exists() else False
    if at < reach.at:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, {"at": at, "trial": _trial()})
    OpenSum.objects.filter(many=0).delete()
    reach.at = at
    reach.save(update_fields=["at"])
    return True


@transaction.atomic
def seed(*, at: datetime) -> bool:
    """Count all open tickets anew. Changes that are committed meanwhile stay and count on top."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE incidents_openreach, incidents_opensum IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM incidents_openreach; DELETE FROM incidents_opensum")
        cursor.execute(_SEED, {"at": at, "trial": _trial()})
    OpenReach.objects.create(at=at)
    return True


def _trial() -> list[int]:
    return sorted(catalogue().trial_sources)
