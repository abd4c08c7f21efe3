"""The same matter again: earlier tickets of one category from the same caller or place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.prepared import fetch_all
from grids.locator_cache import current as ground
from incidents.catalogue import current as catalogue
from incidents.models import Ticket

METRES_PER_DEGREE = 111_320.0
MOST = 20
CANDIDATES = 200
SAME = f"""
WITH span AS (SELECT %s::bigint AS id, %s::bigint[] AS categories, %s::timestamptz AS since, %s::timestamptz AS until),
caller AS (SELECT DISTINCT phone FROM incidents_requester JOIN span ON ticket_id = span.id WHERE phone <> '')
SELECT t.id FROM span, caller c, LATERAL (
       SELECT r.ticket_id FROM incidents_requester r
        WHERE r.phone = c.phone AND r.phone <> '' ORDER BY r.ticket_id DESC LIMIT {CANDIDATES}) brought
  JOIN incidents_ticket t ON t.id = brought.ticket_id
 WHERE t.category_id = ANY(categories) AND t.registered_at BETWEEN since AND until AND t.id <> span.id
"""  # noqa: S608  # a number of ours
"""By the telephone of whoever brought the ticket: of somebody who calls every day, what was brought last."""
NEAR = """
UNION SELECT t.id FROM span, unnest(%s::bigint[]) AS g(id) JOIN incidents_ticket t ON t.{grid} = g.id
 WHERE t.registered_at BETWEEN since AND until AND t.category_id = ANY(categories) AND t.id <> span.id
   AND t.lon BETWEEN %s AND %s AND t.lat BETWEEN %s AND %s
"""
"""By the ticket's own grid and those that the square around its point touches: as filed, and as they are today."""
OUTSIDE = """
UNION SELECT t.id FROM span JOIN incidents_ticket t ON t.is_outside_grids
 WHERE t.registered_at BETWEEN since AND until AND t.category_id = ANY(categories) AND t.id <> span.id
   AND t.lon BETWEEN %s AND %s AND t.lat BETWEEN %s AND %s
"""
"""And those that lie in no grid."""
SAME_OR_NEAR = SAME + NEAR.format(grid="grid_id") + NEAR.format(grid="now_grid_id") + OUTSIDE
LAST = f" ORDER BY 1 DESC LIMIT {CANDIDATES}"


@dataclass(frozen=True, kw_only=True)
class Again:
    """How often the matter has come within so many days, this time included, and the earlier tickets."""

    count: int
    days: int
    is_often: bool
    earlier: Sequence[Ticket]


def again(ticket: Ticket, by: Actor) -> Again | None:
    """The earlier tickets of the matter that `by` may see, newest first; None where it is the first.

    One statement over small sets, and another where there are some.
    """
    policy = catalogue().policy
    days = int(policy("repeat.days"))
    ids = _same(
        ticket, since=ticket.registered_at - timedelta(days=days), metres=float(policy("repeat.metres"))
    )
    if not ids:
        return None
    rows = Ticket.objects.visible_to(by).counted().filter(pk__in=ids).exclude(parent=ticket)
    found = list(rows.only("number", "title", "state", "registered_at").order_by("-id")[:MOST])
    if not found:
        return None
    count = len(found) + 1
    return Again(count=count, days=days, is_often=count >= int(policy("repeat.count")), earlier=found)


def _same(ticket: Ticket, *, since: datetime, metres: float) -> list[int]:
    """Ids of the tickets of the same caller or place, whoever may see them; the newest."""
    categories = catalogue().editions_of.get(ticket.category.code, (ticket.category_id,))
    values: list[Any] = [ticket.pk, list(categories), since, ticket.registered_at]
    if ticket.lon is None or ticket.lat is None:
        return [pk for (pk,) in fetch_all(SAME + LAST, values)]
    high = metres / METRES_PER_DEGREE
    wide = high / max(0.01, cos(radians(ticket.lat)))
    west, east = ticket.lon - wide, ticket.lon + wide
    south, north = ticket.lat - high, ticket.lat + high
    grids = {*ground().locator.touching(west, south, east, north), ticket.grid_id} - {None}
    box = [west, east, south, north]
    near = [list(grids), *box]
    return [pk for (pk,) in fetch_all(SAME_OR_NEAR + LAST, [*values, *near, *near, *box])]
