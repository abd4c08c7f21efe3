"""The same matter again: earlier tickets of one category from the same caller or place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import cos, radians
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.prepared import fetch_models
from grids.locator_cache import current as ground
from incidents.catalogue import current as catalogue
from incidents.catalogue import with_source
from incidents.models import Ticket
from incidents.opening import SEEN
from incidents.sight import sight_of
from incidents.states import State

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
ROWS = "WHERE t.id = ANY(ARRAY({found})) AND t.state <> ALL(%s) AND t.source_id <> ALL(%s) ORDER BY t.id DESC"
SHOWN = ("number", "title", "state", "registered_at", "parent_id", *SEEN)


@dataclass(frozen=True, kw_only=True)
class Again:
    """How often the matter has come within so many days, this time included, and the earlier tickets."""

    count: int
    days: int
    is_often: bool
    earlier: Sequence[Ticket]


def again(ticket: Ticket, by: Actor) -> Again | None:
    """The earlier tickets of the matter that `by` may see, newest first; None where it is the first.

    One statement over small sets. Of those that are found the newest are looked through.
    """
    policy = catalogue().policy
    days = int(policy("repeat.days"))
    since, sight = ticket.registered_at - timedelta(days=days), sight_of(by)
    rows = _same(ticket, since=since, metres=float(policy("repeat.metres")))
    seen = (row for row in rows if row.parent_id != ticket.pk and sight.takes_in(with_source(row)))
    found = list(islice(seen, MOST))
    if not found:
        return None
    count = len(found) + 1
    return Again(count=count, days=days, is_often=count >= int(policy("repeat.count")), earlier=found)


def _same(ticket: Ticket, *, since: datetime, metres: float) -> list[Ticket]:
    """What the same caller brought or lies at the same place, whoever may see it; newest first."""
    known = catalogue()
    categories = known.editions_of.get(ticket.category.code, (ticket.category_id,))
    values: list[Any] = [ticket.pk, list(categories), since, ticket.registered_at]
    found = SAME
    if ticket.lon is not None and ticket.lat is not None:
        high = metres / METRES_PER_DEGREE
        wide = high / max(0.01, cos(radians(ticket.lat)))
        box = [ticket.lon - wide, ticket.lon + wide, ticket.lat - high, ticket.lat + high]
        touched = ground().locator.touching(box[0], box[2], box[1], box[3])
        near = [list({*touched, ticket.grid_id} - {None}), *box]
        found, values = SAME_OR_NEAR, [*values, *near, *near, *box]
    values += [[State.VOIDED, State.MERGED], list(known.trial_sources)]
    return fetch_models(Ticket, ROWS.format(found=found + LAST), values, SHOWN)
