"""How many tickets came in, where, of what kind: the one reading of tickets that all of the analysis goes by.

Voided, merged and trial tickets count nowhere; the place is where a ticket was filed, the day that of its registration
in the city's time. Sensitive tickets are counted apart, never mixed: a number never says more than its list.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from assessment.subjects import DIGITS
from governance.foundation.calendars import load_calendar
from governance.foundation.calendars.calendar import DayKind
from grids.models import Grid, Region
from grids.territory import current as territory
from incidents import sandbox
from incidents.queries import TicketFilter
from incidents.views.links import list_url

DAY: Final = timedelta(days=1)
CODE: Final = 12
LEVELS: Final = ("city", "district", "town", "community")
PLACE: Final = (
    "rpad(coalesce(fg.code, fr.code, g.code, split_part(rtrim(t.region_path, '/'), '/', -1)), 15, '0')"
)
"""The fifteen digits of where a ticket was filed: of its grid, else of the region that it lies in."""
TICKETS: Final = """
  FROM incidents_ticket t
  JOIN incidents_mattercategory c ON c.id = t.category_id
  LEFT JOIN grids_grid fg ON fg.id = t.filed_grid_id
  LEFT JOIN grids_region fr ON fr.id = t.filed_region_id
  LEFT JOIN grids_grid g ON g.id = t.grid_id
 WHERE t.registered_at >= %(since)s AND t.registered_at < %(until)s AND t.state NOT IN ('voided', 'merged')
   AND t.source_id <> ALL(%(trial)s::bigint[])"""


def midnight(day: date) -> datetime:
    """The beginning of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def window(since: date, last: date) -> dict[str, Any]:
    """The parameters of a stretch of days, both counted."""
    return {
        "since": midnight(since),
        "until": midnight(last + DAY),
        "trial": sandbox.ids(),
        "zone": settings.TIME_ZONE,
    }


def rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def streamed(statement: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a large statement one after the other, without holding them all."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while found := cursor.fetchmany(5000):
            yield from found


def places_of(place: str) -> list[tuple[str, str]]:
    """The codes of the regions that hold a place, from the city down, each with its level; zeros are nowhere."""
    found, above = [], 0
    for level in LEVELS:
        digits = DIGITS[level]
        if above and not place[above:digits].strip("0"):
            break
        found.append((place[:digits].ljust(CODE, "0"), level))
        above = digits
    return found


def named(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By code the name and the path of places, those that are no longer in force as well."""
    land, found, missing = territory(), {}, []
    for code in codes:
        known = land.by_code.get(code)
        if known is not None:
            found[code] = (known.name, known.path)
        else:
            missing.append(code)
    for model in (Region, Grid):
        for row in model.objects.filter(code__in=missing).order_by("valid_from") if missing else ():
            found[row.code] = (row.name, row.path)
    return found


def day_kinds(first: int, last: int) -> dict[int, int]:
    """Kinds of days by number: weekdays, statutory holidays as Sundays, make-up workdays as Mondays."""
    calendar = load_calendar("office")
    found = {}
    for number in range(first, last + 1):
        day = date.fromordinal(number)
        special = calendar.days.get(day)
        if special is not None and special.kind is DayKind.HOLIDAY:
            found[number] = 6
        elif special is not None and special.kind is DayKind.MAKEUP_WORKDAY:
            found[number] = 0
        else:
            found[number] = day.weekday()
    return found


def tickets_url(
    path: str, category: str, since: date, last: date, *, is_sensitive: bool = False, hour: int | None = None
) -> str:
    """The list of exactly the tickets that a number of the analysis counts."""
    return list_url(
        TicketFilter(
            path=path,
            category=category,
            since=midnight(since),
            until=midnight(last + DAY),
            is_counted=True,
            is_sensitive=is_sensitive,
            as_filed=True,
            hour=hour,
        )
    )
