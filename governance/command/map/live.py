"""Open tickets on the map: put together into cells in the database, points when one looks closely, a list beside it.

Map and list start from the same rows, so what is counted, drawn and listed agrees. Cells carry the worst lamp in them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.command.map.windows import PIXELS
from governance.command.searching.language import read
from governance.foundation.errors import Invalid
from incidents.areas import Area, Window
from incidents.models import Ticket
from incidents.queries import TicketFilter, filtered
from incidents.querysets import TicketQuerySet
from incidents.views.links import filter_from

CELL, CLOSE_CELL, CLOSE = 56, 12, 15.0
"""Pixels of a cell, those of a cell from the zoom `CLOSE` on."""
MOST: Final = 4_000
LAMPS: Final = ("red", "amber", "green", "grey")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tickets: of a lamp, of a text in the search language, in a drawn area. Without a text the open ones."""

    lamp: str = ""
    text: str = ""
    area: Area | None = None


def wanted_of(query: QueryDict, area: Area | None) -> Wanted:
    """What an address asks for. Raises Invalid."""
    lamp = query.get("lamp", "")
    if lamp and lamp not in LAMPS:
        raise Invalid(fields={"lamp": [_("This lamp is not known")]})
    return Wanted(lamp=lamp, text=query.get("q", ""), area=area)


def rows_for(actor: Actor, wanted: Wanted, at: datetime, today: date) -> TicketQuerySet:
    """The tickets with a point that the reader may see. Raises Invalid for a text that cannot be read."""
    reading = read(wanted.text, person=actor.user_id, today=today)
    if reading.faults:
        raise Invalid(fields={"q": [fault.words for fault in reading.faults]})
    asked = filter_from(reading.query, at) if reading.query else TicketFilter(is_open=True)
    is_open = asked == TicketFilter(is_open=True)
    rows = Ticket.objects.visible_to(actor, along="open" if is_open else "").real()
    rows = filtered(rows, asked).filter(lon__isnull=False, lat__isnull=False)
    if wanted.lamp:
        rows = rows.filter(_lit(wanted.lamp, at))
    return rows if wanted.area is None else wanted.area.drawn(rows)


def _lit(lamp: str, at: datetime) -> Q:
    """The condition under which a ticket shows the lamp, as `Ticket.lamp` gives it."""
    late, warned = Q(next_due_at__lte=at), Q(next_due_at__gt=at, next_warn_at__lte=at)
    if lamp == "red":
        return late
    if lamp == "amber":
        return warned
    if lamp == "grey":
        return Q(next_due_at=None)
    return Q(next_due_at__gt=at) & (Q(next_warn_at=None) | Q(next_warn_at__gt=at))


_CELLS: Final = """
SELECT *, sum(n) OVER (), sum(red) OVER (), sum(amber) OVER (), sum(grey) OVER ()
  FROM (SELECT avg(lon), avg(lat), count(*) AS n,
               count(*) FILTER (WHERE next_due_at <= %s) AS red,
               count(*) FILTER (WHERE next_due_at > %s AND next_warn_at <= %s) AS amber,
               count(*) FILTER (WHERE next_due_at IS NULL) AS grey,
               min(lon), min(lat), max(lon), max(lat)
          FROM ({rows}) seen
         GROUP BY floor((lon + 180) / %s), floor((lat + 90) / %s)) cell
 ORDER BY n DESC
 LIMIT %s
"""


def cells(rows: TicketQuerySet, window: Window, zoom: float, at: datetime) -> dict[str, Any]:
    """The tickets in the window as columns: middle, number, worst lamp, extent of each cell; the sums by lamp."""
    wide, high = cell_size(zoom, (window.south + window.north) / 2)
    inside = rows.filter(window.holds).order_by().values("lon", "lat", "next_due_at", "next_warn_at")
    found: Sequence[Any] = ()
    try:
        text, values = inside.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(_CELLS.format(rows=text), [at, at, at, *values, wide, high, MOST])
            found = cursor.fetchall()
    except EmptyResultSet:
        pass
    return {
        "points": [[round(row[0], 6), round(row[1], 6), row[2], worst(row[2], *row[3:6])] for row in found],
        "boxes": [[round(value, 6) for value in row[6:10]] for row in found],
        "sums": sums(found),
    }


def cell_size(zoom: float, lat: float) -> tuple[float, float]:
    """Degrees of a cell, near-square on the screen at that latitude."""
    pixels = CLOSE_CELL if zoom >= CLOSE else CELL
    wide = pixels * 360 / (PIXELS * 2.0 ** math.floor(zoom))
    return wide, wide * max(math.cos(math.radians(min(abs(lat), 85.0))), 0.05)


def worst(total: int, red: int, amber: int, grey: int) -> str:
    """The lamp of a cell."""
    if red:
        return "red"
    if amber:
        return "amber"
    return "grey" if grey == total else "green"


def sums(found: Sequence[Any]) -> Mapping[str, int]:
    """How many there are of each lamp, in all cells, also in those beyond the most that are drawn."""
    total, red, amber, grey = (int(number) for number in found[0][10:14]) if found else (0, 0, 0, 0)
    return {"total": total, "red": red, "amber": amber, "grey": grey, "green": total - red - amber - grey}
