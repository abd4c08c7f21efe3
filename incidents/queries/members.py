"""Who a notice is for, person by person: what receipts count, and whom a channel writes to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from governance.accounts.roles import Role
from incidents.models import Notice
from incidents.queries.signs import CITIZEN_ROLES, LEAD_ROLES

AUDIENCE_ROLES: Mapping[str, frozenset[str]] = {
    Notice.Audience.LEADS: frozenset(LEAD_ROLES),
    Notice.Audience.DUTY: frozenset({Role.DUTY_OFFICER}),
    Notice.Audience.OVERSIGHT: frozenset({Role.OVERSIGHT_OFFICER}),
    Notice.Audience.CITIZEN: frozenset(CITIZEN_ROLES),
}

# As `grids.scope` has it: the units that one is appointed to, and the home unit of whoever holds any role in force.
_MEMBERS = """
WITH held AS (
    SELECT a.user_id, array_agg(DISTINCT a.role) AS roles,
           array_agg(DISTINCT CASE WHEN t.model = 'orgunit' THEN a.target_id END) AS units
      FROM accounts_appointment a JOIN django_content_type t ON t.id = a.target_type_id
     WHERE a.is_applied AND a.role <> ALL(%s::text[])
     GROUP BY a.user_id)
SELECT wanted.unit_id, u.id, held.roles
  FROM unnest(%s::bigint[]) wanted(unit_id)
  JOIN held ON TRUE
  JOIN accounts_user u ON u.id = held.user_id AND u.is_active
 WHERE u.unit_id = wanted.unit_id OR wanted.unit_id = ANY(held.units)
 ORDER BY 1, u.id
"""


def members_of(rows: Iterable[Notice], *, among: Collection[int] | None = None) -> dict[int, list[int]]:
    """The people whom each notice (by key) is for now, `among` these alone: one statement."""
    found = list(rows)
    units = sorted({row.unit_id for row in found if row.user_id is None and row.unit_id is not None})
    people: dict[int, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    if units:
        with connection.cursor() as cursor:
            cursor.execute(_MEMBERS, [["auditor", "administrator"], units])
            for unit_id, user_id, roles in cursor.fetchall():
                people[unit_id].append((user_id, frozenset(roles)))
    return {row.pk: _readers(row, people.get(row.unit_id or 0, []), among) for row in found}


def _readers(
    row: Notice, people: Iterable[tuple[int, frozenset[str]]], among: Collection[int] | None
) -> list[int]:
    if row.user_id is not None:
        found = [row.user_id]
    else:
        wanted = AUDIENCE_ROLES.get(row.audience)
        found = [user_id for user_id, roles in people if wanted is None or roles & wanted]
    return [user_id for user_id in found if among is None or user_id in among]
