"""Questions that find recurrence: each for a batch of new tickets, along indexes, never over all tickets.

A place is a square around the ticket's point inside its community, or the same words for the place where there is no
point. A person is a telephone number. Tickets that are void, merged or for trial are no further incident; a report
that was merged is one more complaint of whoever made it. What was told in confidence counts for no person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from governance.foundation.prepared import fetch_all
from incidents import sandbox
from supervision.values import Values

METRES_PER_DEGREE: Final = 111_320.0
MOST: Final = 50
CANDIDATES: Final = 200
LAST_OF_A_TELEPHONE: Final = 200

_NEAR: Final = f"""
SELECT o.id FROM (
       SELECT n.id FROM incidents_ticket n
        WHERE n.community_id = t.community_id AND n.registered_at BETWEEN t.registered_at - v.days AND t.registered_at
          AND n.category_id = ANY(v.same)
          AND CASE WHEN t.lon IS NULL THEN n.lon IS NULL
                   ELSE n.lon BETWEEN t.lon - v.wide AND t.lon + v.wide
                        AND n.lat BETWEEN t.lat - v.high AND t.lat + v.high END
        ORDER BY n.registered_at DESC, n.id DESC LIMIT {CANDIDATES}) near
  JOIN incidents_ticket o ON o.id = near.id
 WHERE o.state NOT IN ('voided', 'merged') AND o.parent_id IS NULL AND o.source_id <> ALL(v.trial)
   AND (t.lon IS NOT NULL OR o.place = t.place)
 ORDER BY o.id DESC LIMIT {MOST}
"""  # noqa: S608  # numbers of ours
"""The inner question is answered by the index of a community's tickets alone; few of them are looked at themselves."""
PLACES: Final = f"""
SELECT t.id, c.code, near.ids
  FROM incidents_ticket t
  JOIN incidents_mattercategory c ON c.id = t.category_id
 CROSS JOIN LATERAL (SELECT %s::interval AS days, %s::float AS high,
                            %s::float / greatest(0.01, cos(radians(coalesce(t.lat, 0)))) AS wide,
                            ARRAY(SELECT k.id FROM incidents_mattercategory k WHERE k.code = c.code) AS same,
                            %s::bigint[] AS trial) v
 CROSS JOIN LATERAL (SELECT ARRAY({_NEAR}) AS ids) near
 WHERE t.id = ANY(%s) AND t.state NOT IN ('voided', 'merged') AND t.parent_id IS NULL
   AND t.community_id IS NOT NULL AND (t.lon IS NOT NULL OR t.place <> '')
   AND cardinality(near.ids) >= %s
 ORDER BY t.id
"""  # noqa: S608  # put together from the text above
_BROUGHT: Final = """
SELECT p.phone FROM incidents_requester p
 WHERE p.ticket_id = t.id AND p.phone <> '' AND p.carried_from_id IS NULL OFFSET 0
"""
"""Asked ticket by ticket: a plan for the whole batch would read all requesters."""
PERSONS: Final = f"""
SELECT t.id, r.phone, calls.ids
  FROM incidents_ticket t
 CROSS JOIN LATERAL ({_BROUGHT}) r
 CROSS JOIN LATERAL (SELECT ARRAY(
       SELECT DISTINCT o.id FROM (
              SELECT q.ticket_id FROM incidents_requester q
               WHERE q.phone = r.phone AND q.phone <> '' AND q.carried_from_id IS NULL
               ORDER BY q.ticket_id DESC LIMIT {LAST_OF_A_TELEPHONE}) brought
         JOIN incidents_ticket o ON o.id = brought.ticket_id
        WHERE o.registered_at BETWEEN t.registered_at - %s::interval AND t.registered_at
          AND o.state <> 'voided' AND NOT o.is_confidential AND o.source_id <> ALL(%s::bigint[])) AS ids) calls
 WHERE t.id = ANY(%s) AND t.state <> 'voided' AND NOT t.is_confidential
   AND cardinality(calls.ids) >= %s
 ORDER BY t.id
"""  # noqa: S608  # a number of ours
STANDING: Final = """
SELECT t.id, w.id FROM incidents_ticket t
  JOIN incidents_mattercategory c ON c.id = t.category_id
 CROSS JOIN LATERAL (SELECT %s::float AS high,
                            %s::float / greatest(0.01, cos(radians(coalesce(t.lat, 0)))) AS wide) v
 CROSS JOIN LATERAL (
       SELECT w.id FROM supervision_recurrencewarning w
        WHERE w.kind = 'place' AND w.category_code = c.code
          AND (w.state IN ('open', 'acknowledged') OR (w.state IN ('resolved', 'expired')
               AND w.closed_at BETWEEN t.registered_at - %s::interval AND t.registered_at))
          AND CASE WHEN t.lon IS NULL
                   THEN w.lon IS NULL AND w.place = t.place AND t.region_path LIKE w.region_path || '%%'
                   ELSE w.lat BETWEEN t.lat - v.high AND t.lat + v.high
                        AND w.lon BETWEEN t.lon - v.wide AND t.lon + v.wide END
        ORDER BY w.state IN ('open', 'acknowledged') DESC, w.id DESC LIMIT 1) w
 WHERE t.id = ANY(%s) AND t.state NOT IN ('voided', 'merged') AND t.parent_id IS NULL
 ORDER BY t.id
"""
PHONES: Final = f"""
SELECT DISTINCT t.id, r.phone FROM incidents_ticket t CROSS JOIN LATERAL ({_BROUGHT}) r
 WHERE t.id = ANY(%s) AND t.state <> 'voided' AND NOT t.is_confidential ORDER BY 1, 2
"""  # noqa: S608  # put together from the text above


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The ticket that was looked at, the category or telephone that is the same, and the tickets together."""

    ticket_id: int
    same: str
    ticket_ids: Sequence[int]


def places(batch: Sequence[int], values: Values) -> list[Cluster]:
    """Tickets of the batch with which a place has come as often as the rule says."""
    high = values["recurrence.metres"] / METRES_PER_DEGREE
    parameters: list[Any] = [_days(values, "days"), high, high, sandbox.ids(), list(batch)]
    parameters.append(values["recurrence.place_times"])
    return [Cluster(ticket_id=t, same=code, ticket_ids=ids) for t, code, ids in fetch_all(PLACES, parameters)]


def persons(batch: Sequence[int], values: Values) -> list[Cluster]:
    """Tickets of the batch with which a person has come as often as the rule says."""
    parameters: list[Any] = [_days(values, "days"), sandbox.ids(), list(batch)]
    parameters.append(values["recurrence.person_times"])
    return [
        Cluster(ticket_id=t, same=phone, ticket_ids=ids) for t, phone, ids in fetch_all(PERSONS, parameters)
    ]


def at_known_places(batch: Sequence[int], values: Values) -> list[tuple[int, int]]:
    """(ticket, warning): what comes where a warning stands, or was closed a short while ago."""
    high = values["recurrence.metres"] / METRES_PER_DEGREE
    return [(t, w) for t, w in fetch_all(STANDING, [high, high, _days(values, "relapse_days"), list(batch)])]


def telephones(batch: Sequence[int]) -> list[tuple[int, str]]:
    """(ticket, telephone) of those who brought the batch."""
    return [(t, phone) for t, phone in fetch_all(PHONES, [list(batch)])]


def _days(values: Values, name: str) -> timedelta:
    return timedelta(days=values[f"recurrence.{name}"])
