"""Open data: tickets of a month by community and class of matters, small cells left out; no text, person or point.

A month is made once it is over and then stays as it is, so that two editions of one month cannot be compared. What is
sensitive, confidential, voided or merged is not counted.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q

from exports import values
from exports.models import OpenTable
from exports.suppression import left_out, table_of
from governance.foundation.clock import local
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.states import State

COLUMNS: Final = ("month", "community_code", "community", "class_code", "class", "tickets")
CLASS_DIGITS: Final = 2
ALL: Final = "all"
MOST_MONTHS: Final = 24


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def counts_of(month: date, *, at: datetime) -> dict[tuple[str, str], int]:
    """Tickets registered in that month by community and class: one statement."""
    zone = local(at).tzinfo
    since = datetime.combine(month, time(), zone)
    until = datetime.combine(month_after(month), time(), zone)
    rows = Ticket.objects.filter(
        registered_at__gte=since, registered_at__lt=until, is_sensitive=False, is_confidential=False
    ).counted()
    found: dict[tuple[str, str], int] = {}
    grouped = rows.order_by().values_list("community__code", "category__code").annotate(Count("pk"))
    for community, category, count in grouped:
        if community:
            cell = (community, category[:CLASS_DIGITS])
            found[cell] = found.get(cell, 0) + count
    return found


def rows_of(month: date, *, least: int, at: datetime) -> list[dict[str, Any]]:
    """The table of a month as it may be shown; a count that is left out is None."""
    table = table_of(counts_of(month, at=at))
    hidden = left_out(table, least)
    places, book = territory().by_code, catalogue().by_code
    return [
        {
            "month": f"{month:%Y-%m}",
            "community_code": community or ALL,
            "community": places[community].name if community in places else community or ALL,
            "class_code": matter or ALL,
            "class": book[matter].name if matter in book else matter or ALL,
            "tickets": None if (community, matter) in hidden else count,
        }
        for (community, matter), count in sorted(table.items())
    ]


def publish(*, at: datetime) -> int:
    """Make the months that are over and not made yet, at most two years back. Safe to run twice; how many are new."""
    first = Ticket.objects.filter(~Q(state=State.VOIDED)).aggregate(first=Min("registered_at"))["first"]
    if first is None:
        return 0
    this = local(at).date().replace(day=1)
    month = max(local(first).date().replace(day=1), this.replace(year=this.year - MOST_MONTHS // 12))
    there, made = set(OpenTable.objects.values_list("month", flat=True)), 0
    while month < this:
        if month not in there:
            least = int(values.value("open_data.least"))
            rows = rows_of(month, least=least, at=at)
            row = OpenTable(month=month, made_at=at, least=least, rows=rows)
            OpenTable.objects.bulk_create([row], ignore_conflicts=True)
            made += 1
        month = month_after(month)
    return made
