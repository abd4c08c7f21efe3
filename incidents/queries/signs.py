"""What the frame of every page tells: who is on duty, and the notices of a person's units."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.accounts.roles import Role
from governance.foundation.prepared import fetch_all
from grids import scope as scopes
from incidents.duty import city_centre
from incidents.models import Notice
from staffing.models import DutyShift

NOTICE_CAP = 100
LEAD_ROLES = frozenset({Role.DEPT_LEAD, Role.TOWN_STAFF, Role.COMMUNITY_STAFF, Role.GRID_LEADER})

CITIZEN_ROLES = frozenset({Role.DUTY_OFFICER, Role.TOWN_STAFF, Role.COMMUNITY_STAFF})
"""Those who speak with the citizen."""


@dataclass(frozen=True)
class Sign:
    """What the top bar tells: who is on duty, and how many notices a person has not read.

    `is_rostered` is False when the roster names nobody: then it is the duty officer who signed in last.
    `browser` names the topics that this person's browser shows by itself.
    """

    duty_name: str = ""
    notices: int = 0
    is_rostered: bool = False
    browser: tuple[str, ...] = ()


# The roster is asked as `staffing.roster.on_duty` asks it, in the one statement that every page pays anyway.
_SIGN = f"""
SELECT (SELECT string_agg(u.name, '、' ORDER BY s.kind DESC, s.starts_at, s.id)
          FROM {DutyShift._meta.db_table} s JOIN accounts_user u ON u.id = s.user_id
         WHERE s.unit_id = %s AND s.starts_at <= %s AND s.ends_at > %s AND u.is_active),
       (SELECT u.name FROM accounts_appointment a JOIN accounts_user u ON u.id = a.user_id
         WHERE a.role = 'duty_officer' AND a.is_applied AND u.is_active
         ORDER BY u.last_login DESC NULLS LAST, a.id LIMIT 1),
       (SELECT count(*) FROM (
           (SELECT 1 FROM incidents_notice n
             WHERE n.unit_id = ANY(%s::bigint[]) AND n.audience = ANY(%s::text[]) AND n.user_id IS NULL
               AND n.id > mark.seen_id AND n.topic <> ALL(mark.muted) AND NOT EXISTS (
                   SELECT 1 FROM incidents_noticereading r WHERE r.user_id = %s AND r.notice_id = n.id) LIMIT %s)
           UNION ALL
           (SELECT 1 FROM incidents_notice n
             WHERE n.user_id = %s AND n.id > mark.seen_id AND n.topic <> ALL(mark.muted) AND NOT EXISTS (
                   SELECT 1 FROM incidents_noticereading r WHERE r.user_id = %s AND r.notice_id = n.id) LIMIT %s)
           LIMIT %s) unread),
       mark.browser
  FROM (SELECT coalesce(m.seen_id, 0) AS seen_id, coalesce(m.muted, '{{}}') AS muted,
               coalesce(m.browser, '{{}}') AS browser
          FROM (SELECT %s::bigint AS user_id) me LEFT JOIN incidents_noticemark m USING (user_id)) mark
"""  # noqa: S608  # the name of a table of ours


def audiences(scope: scopes.Scope) -> list[str]:
    """Which notices of a unit are for a person of these roles."""
    found = [Notice.Audience.HANDLERS]
    if scope.roles & LEAD_ROLES:
        found.append(Notice.Audience.LEADS)
    if Role.DUTY_OFFICER in scope.roles:
        found.append(Notice.Audience.DUTY)
    if Role.OVERSIGHT_OFFICER in scope.roles:
        found.append(Notice.Audience.OVERSIGHT)
    if scope.roles & CITIZEN_ROLES:
        found.append(Notice.Audience.CITIZEN)
    return [audience.value for audience in found]


def sign(scope: scopes.Scope, user_id: int | None, *, at: datetime) -> Sign:
    """One statement; unread notices are counted up to `NOTICE_CAP`."""
    cap = NOTICE_CAP
    told: list[Any] = [
        sorted(scope.unit_ids),
        audiences(scope),
        user_id,
        cap,
        user_id,
        user_id,
        cap,
        cap,
        user_id,
    ]
    rostered, last_seen, unread, browser = fetch_all(_SIGN, [city_centre(), at, at, *told])[0]
    return Sign(rostered or last_seen or "", unread, is_rostered=bool(rostered), browser=tuple(browser))
