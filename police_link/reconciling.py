"""Sent = received = opened = closed (K35): the matters of a day on both sides, and every difference row by row.

A matter belongs to the day on which 110 handed it over. *Sent* is what the statement of 110 names; *received* what is
here; *opened* what became a ticket; *closed* what is closed of those. Withdrawn matters are named, not hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from governance.accounts.actors import Actor
from incidents.catalogue import current as catalogue
from incidents.states import State
from police_link.models import PoliceIncident, PoliceStatement
from police_link.states import Direction

CLOSED = (State.CLOSED.value, State.ARCHIVED.value)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row that is not on both sides, or has not come to its end. `kind`: missing_here, missing_there, not_opened,
    not_closed.
    """

    kind: str
    external_no: str
    row: PoliceIncident | None = None


@dataclass(frozen=True, kw_only=True)
class Day:
    """The figures of a day. `sent` is None where 110 has given no statement."""

    day: date
    sent: int | None
    received: int
    opened: int
    closed: int
    statement: PoliceStatement | None = None
    differences: Sequence[Difference] = ()

    @property
    def is_even(self) -> bool:
        """All four are equal and no row differs."""
        return not self.differences and self.sent == self.received == self.opened == self.closed


def received_on(by: Actor, day: date) -> "list[PoliceIncident]":
    """What came in on that day, as far as this actor may see it."""
    rows = PoliceIncident.objects.visible_to(by).filter(day=day, direction=Direction.IN)
    return list(rows.select_related("ticket", "source").defer("ticket__search").order_by("external_no", "pk"))


def reconcile(by: Actor, day: date) -> Day:
    """One day, with every difference: three statements whatever the number of rows."""
    rows = received_on(by, day)
    statement = PoliceStatement.objects.filter(day=day, source__code__in=_sources(by)).first()
    named: set[str] | None = None
    if statement is not None:
        named = set(statement.lines.values_list("external_no", flat=True))
    found = [] if named is None else _missing(named, rows)
    for row in rows:
        if row.ticket is None:
            found.append(Difference(kind="not_opened", external_no=row.external_no or "", row=row))
        elif row.ticket.state not in CLOSED:
            found.append(Difference(kind="not_closed", external_no=row.external_no or "", row=row))
    opened = [row for row in rows if row.ticket is not None]
    return Day(
        day=day,
        sent=None if named is None else len(named),
        received=len(rows),
        opened=len(opened),
        closed=sum(row.ticket.state in CLOSED for row in opened if row.ticket is not None),
        statement=statement,
        differences=found,
    )


def _missing(named: set[str], rows: "list[PoliceIncident]") -> list[Difference]:
    here = {row.external_no: row for row in rows if row.external_no}
    lost = [Difference(kind="missing_here", external_no=number) for number in sorted(named - here.keys())]
    return lost + [
        Difference(kind="missing_there", external_no=number, row=row)
        for number, row in here.items()
        if number not in named
    ]


def _sources(by: Actor) -> Sequence[str]:
    if by.is_api_client:
        return sorted(by.source_codes)
    return [code for code, source in catalogue().sources.items() if source.kind == "police"]


def latest_days(by: Actor, until: date, count: int) -> list[Day]:
    """The last days with their figures and no rows: two statements."""
    since = until - timedelta(days=count - 1)
    rows = PoliceIncident.objects.visible_to(by).filter(
        day__gte=since, day__lte=until, direction=Direction.IN
    )
    counted = {
        item["day"]: item
        for item in rows.values("day")
        .annotate(
            received=Count("pk"),
            opened=Count("ticket"),
            closed=Count("pk", filter=Q(ticket__state__in=CLOSED)),
        )
        .order_by()
    }
    given = PoliceStatement.objects.filter(day__gte=since, day__lte=until, source__code__in=_sources(by))
    sent = {row.day: row for row in given}
    found = []
    for offset in range(count):
        day = until - timedelta(days=offset)
        item = counted.get(day, {"received": 0, "opened": 0, "closed": 0})
        statement = sent.get(day)
        found.append(
            Day(
                day=day,
                sent=statement.count if statement is not None else None,
                received=item["received"],
                opened=item["opened"],
                closed=item["closed"],
                statement=statement,
            )
        )
    return found
