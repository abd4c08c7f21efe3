"""One statement that derives every occasion of some tickets from their present rows.

Left out altogether are voided and merged tickets and those that came in for trial. The place is the one that the ticket
was filed under: a revision of grids moves no history.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from assessment.sources import Wanted
from assessment.tickets.words import TOLD
from followup.states import CONTENT
from governance.foundation.calendars import Clock, duration, load_calendar
from incidents.catalogue import current as catalogue

MINUTE: Final = timedelta(minutes=1)

_PARTS: Final = """
WITH held AS MATERIALIZED (
    SELECT t.id, t.registered_at, t.first_dispatched_at, t.feedback_at, t.closed_at, t.due_at, t.original_due_at,
           t.is_overdue, t.needs_reply, t.rework_count, t.min_level, t.is_sensitive, t.accepted_unit_id,
           t.state IN ('closed', 'archived') AS is_closed, t.closure_kind = 'self_handled' AS self_handled,
           t.demand_type = 'enquiry' AS is_enquiry, t.demand_type = 'suggestion' AS is_opinion,
           t.is_pressing, t.result_kind = 'resolved' AS is_resolved,
           coalesce(t.accepted_at, CASE WHEN t.closure_kind = 'self_handled' THEN t.closed_at END) AS taken_at,
           f.kind = 'worker' AS by_worker, f.kind = 'police' AS from_police,
           CASE WHEN t.merged_count = 0 THEN f.kind = 'worker'
                ELSE (SELECT o.kind = 'worker' FROM incidents_ticket m
                        JOIN incidents_ticketsource o ON o.id = m.source_id
                       WHERE m.id = t.id OR (m.merged_into_id = t.id AND m.state = 'merged')
                       ORDER BY m.registered_at, m.id LIMIT 1) END AS worker_first,
           NOT t.excluded_from_assessment AND t.state <> 'rejected' AND t.demand_type <> 'praise'
               AND c.route NOT IN ('praise', 'redirect') AS assessed,
           r.ticket_id IS NOT NULL AS has_citizen,
           rpad(coalesce(fg.code, fr.code, split_part(rtrim(t.region_path, '/'), '/', -1)), 15, '0')::bigint AS place,
           coalesce(t.lead_unit_id,
                    (SELECT a.unit_id FROM incidents_assignment a
                      WHERE a.ticket_id = t.id AND a.role = 'lead'
                        AND NOT EXISTS (SELECT FROM incidents_ticketrequest q
                                         WHERE q.ticket_id = t.id AND q.kind = 'return' AND q.outcome = 'granted'
                                           AND q.unit_id = a.unit_id AND q.decided_at >= a.at)
                      ORDER BY a.id DESC LIMIT 1)) AS lead_id
      FROM incidents_ticket t
      JOIN incidents_ticketsource f ON f.id = t.source_id
      JOIN incidents_mattercategory c ON c.id = t.category_id
      LEFT JOIN grids_grid fg ON fg.id = t.filed_grid_id
      LEFT JOIN grids_region fr ON fr.id = t.filed_region_id
      LEFT JOIN (SELECT DISTINCT r.ticket_id FROM incidents_requester r
                  WHERE {citizens} AND (r.name <> '' OR r.phone <> '')) r ON r.ticket_id = t.id
     WHERE {tickets} AND t.state NOT IN ('voided', 'merged') AND t.source_id <> ALL(%(trial)s::bigint[])
), did AS MATERIALIZED (
    SELECT p.id, p.ticket_id, p.verb, p.at, p.unit_id, p.holder_id, p.data ? 'auto_signed' AS is_automatic
      FROM incidents_step p WHERE {steps}
), story AS MATERIALIZED (
    SELECT h.id AS ticket_id, max(p.at) AS told_until,
           min(p.id) FILTER (WHERE p.verb = 'dispatch') AS first_dispatch,
           (array_agg(p.id ORDER BY p.id) FILTER (WHERE p.verb = 'dispatch'))[2] AS second_dispatch,
           min(p.id) FILTER (WHERE p.verb = 'escalate') AS first_escalation,
           min(p.id) FILTER (WHERE p.verb = 'grant_return') AS first_return,
           min(p.id) FILTER (WHERE p.verb = 'feedback') AS first_feedback,
           min(p.at) FILTER (WHERE p.verb = 'feedback') AS first_feedback_at,
           min(p.id) FILTER (WHERE p.verb = 'extend') AS first_extension,
           min(p.id) FILTER (WHERE p.verb = 'suspend') AS first_suspension,
           coalesce(bool_or(p.verb = 'redo'), false) AS redone,
           coalesce(bool_or(p.verb = 'escalate' AND u.tier IN ('district', 'city')), false) AS above_town
      FROM held h LEFT JOIN did p ON p.ticket_id = h.id
      LEFT JOIN accounts_orgunit u ON u.id = p.holder_id AND p.verb = 'escalate'
     GROUP BY h.id
), limits AS MATERIALIZED (
    SELECT l.id, l.ticket_id, l.stage, l.assignment_id, l.unit_id, l.started_at, l.due_at, l.stopped_at, l.outcome
      FROM incidents_deadline l WHERE {limits} AND l.stage IN ('accept', 'sign', 'follow_up')
), calls AS MATERIALIZED (
    SELECT k.id, k.ticket_id, k.at, k.outcome, k.satisfaction FROM incidents_followup k WHERE {calls}
), spent AS MATERIALIZED (
    SELECT * FROM unnest(%(spent_ids)s::bigint[], %(spent_minutes)s::int[]) AS given(id, minutes)
)
"""
_ONE: Final = """SELECT h.id, {number}::smallint, {serial}::bigint, {at}, h.place, {unit}, ({facts})::int, {minutes},
       h.is_sensitive
  FROM {rows}"""


def derive(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The statement for these tickets, with its values."""
    parts = _PARTS.format(
        tickets=wanted.on("t.id"),
        steps=wanted.on("p.ticket_id"),
        limits=wanted.on("l.ticket_id"),
        calls=wanted.on("k.ticket_id"),
        citizens=wanted.on("r.ticket_id"),
    )
    rows = " UNION ALL ".join(
        _ONE.format(
            number=told.kind.number,
            serial=told.serial,
            at=told.at,
            unit=told.unit,
            facts=told.facts,
            minutes=told.minutes,
            rows=told.rows,
        )
        for told in TOLD
    )
    spent = dict(spent_minutes(wanted))
    values = {
        **wanted.values,
        "trial": sorted(catalogue().trial_sources),
        "content": sorted(str(item) for item in CONTENT),
        "spent_ids": list(spent),
        "spent_minutes": list(spent.values()),
    }
    return f"{parts} {rows}", values


_SPENT: Final = """
SELECT w.ticket_id, w.since, w.until, coalesce(l.clock, 'natural'), coalesce(l.calendar, '')
  FROM (SELECT p.ticket_id, min(p.at) FILTER (WHERE p.verb = 'dispatch') AS since,
               min(p.at) FILTER (WHERE p.verb = 'feedback') AS until
          FROM incidents_step p WHERE {steps} AND p.verb IN ('dispatch', 'feedback') GROUP BY p.ticket_id) w
  LEFT JOIN (SELECT DISTINCT ON (l.ticket_id) l.ticket_id, l.clock, l.calendar FROM incidents_deadline l
              WHERE {limits} AND l.stage = 'handle' AND l.assignment_id IS NULL ORDER BY l.ticket_id, l.id) l
         ON l.ticket_id = w.ticket_id
 WHERE w.since IS NOT NULL AND w.until IS NOT NULL
"""
_PAUSES: Final = """
SELECT l.ticket_id, g.since, g.until FROM incidents_deadline l JOIN incidents_duechange g ON g.deadline_id = l.id
 WHERE {limits} AND l.stage = 'handle' AND l.assignment_id IS NULL AND g.kind = 'resumed'
 ORDER BY l.ticket_id, g.since
"""


def spent_minutes(wanted: Wanted) -> Iterable[tuple[int, int]]:
    """From the first dispatch to the first feedback without pauses, by the clock that the matter has (K21)."""
    names = {"steps": wanted.on("p.ticket_id"), "limits": wanted.on("l.ticket_id")}
    with connection.cursor() as cursor:
        cursor.execute(_SPENT.format(**names), wanted.values)
        found = cursor.fetchall()
        cursor.execute(_PAUSES.format(**names), wanted.values)
        pauses: dict[int, list[tuple[datetime, datetime]]] = {}
        for ticket_id, since, until in cursor.fetchall():
            pauses.setdefault(ticket_id, []).append((since, until))
    for ticket_id, since, until, clock, calendar in found:
        yield ticket_id, _minutes(since, until, Clock(clock), calendar, pauses.get(ticket_id, []))


def _minutes(
    since: datetime, until: datetime, clock: Clock, code: str, pauses: list[tuple[datetime, datetime]]
) -> int:
    """Whole minutes of the clock, each stretch of a pause taken out once."""
    calendar, reached = load_calendar(code), since
    whole = duration(calendar, clock, since, until)
    for start, end in pauses:
        start, end = max(start, reached), min(end, until)
        if end > start:
            whole -= duration(calendar, clock, start, end)
            reached = end
    return max(0, whole // MINUTE)
