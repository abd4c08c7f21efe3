"""What the frame of every page tells: who is on duty, and the notices of a person's units."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from governance.accounts.roles import Role
from grids import scope as scopes
from incidents.models import Notice

NOTICE_CAP = 99
LEAD_ROLES = frozenset({Role.DEPT_LEAD, Role.TOWN_STAFF, Role.COMMUNITY_STAFF, Role.GRID_LEADER})


@dataclass(frozen=True)
class Sign:
    """What the top bar tells: who is on duty, and how many notices a person has not read."""

    duty_name: str = ""
    notices: int = 0


_SIGN = """
SELECT (SELECT u.name FROM accounts_appointment a JOIN accounts_user u ON u.id = a.user_id
         WHERE a.role = 'duty_officer' AND a.is_applied AND u.is_active
         ORDER BY u.last_login DESC NULLS LAST, a.id LIMIT 1),
       (SELECT count(*) FROM (
           SELECT 1 FROM incidents_notice n
            WHERE n.unit_id = ANY(%s::bigint[]) AND n.audience = ANY(%s::text[])
              AND n.id > coalesce((SELECT seen_id FROM incidents_noticemark WHERE user_id = %s), 0)
            LIMIT %s) unread)
"""


def audiences(scope: scopes.Scope) -> list[str]:
    """Which notices of a unit are for a person of these roles."""
    found = [Notice.Audience.HANDLERS]
    if scope.roles & LEAD_ROLES:
        found.append(Notice.Audience.LEADS)
    if Role.DUTY_OFFICER in scope.roles:
        found.append(Notice.Audience.DUTY)
    return [audience.value for audience in found]


def sign(scope: scopes.Scope, user_id: int | None) -> Sign:
    """One statement; unread notices are counted up to `NOTICE_CAP`."""
    wanted: list[Any] = [sorted(scope.unit_ids), audiences(scope), user_id, NOTICE_CAP]
    with connection.cursor() as cursor:
        cursor.execute(_SIGN, wanted)
        duty_name, notices = cursor.fetchone()
    return Sign(duty_name or "", notices)


def notices(scope: scopes.Scope, *, size: int) -> QuerySet[Notice]:
    """The newest notices for a person of this scope."""
    rows = Notice.objects.filter(unit_id__in=sorted(scope.unit_ids), audience__in=audiences(scope))
    return (
        rows.select_related("ticket", "step", "unit")
        .defer("ticket__search", "ticket__content")
        .order_by("-id")[:size]
    )
