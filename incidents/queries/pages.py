"""Pages by key, newest first, and counts that stop at a bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value

from incidents.models import Ticket

Key = tuple[datetime, int]


def bounded_count(rows: QuerySet[Ticket], cap: int) -> int:
    """How many rows there are, counted no further than `cap` + 1."""
    return rows.order_by()[: cap + 1].count()


def bounded_counts(questions: Sequence[QuerySet[Any]], cap: int) -> list[int]:
    """`bounded_count` of several lists at one moment: one statement, none where all of them are empty anyway.

    A list that comes in an order is walked along it until the bound is reached.
    """
    parts: list[str] = []
    values: list[Any] = []
    for number, rows in enumerate(questions):
        walked = rows if rows.query.order_by else rows.order_by()
        bounded = walked.annotate(one=Value(1)).values("one")[: cap + 1]
        try:
            statement, own = bounded.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {number}, count(*) FROM ({statement}) counted")  # noqa: S608  # the ORM's own
        values += own
    counts = [0] * len(questions)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for number, count in cursor.fetchall():
                counts[number] = count
    return counts


@dataclass(frozen=True)
class Page:
    """One keyset page: its rows and the keys of its neighbours (None: there is none)."""

    rows: Sequence[Ticket]
    next_key: Key | None
    previous_key: Key | None


def newest_page(
    rows: QuerySet[Ticket], *, size: int, after: Key | None = None, before: Key | None = None
) -> Page:
    """Newest first. `after` continues towards older rows, `before` back towards newer ones."""
    if before is not None:
        later = rows.filter(_later(before)).order_by("registered_at", "id")[: size + 1]
        found = list(later)
        more, found = len(found) > size, list(reversed(found[:size]))
        return Page(found, key_of(found[-1]) if found else None, key_of(found[0]) if found and more else None)
    older = rows.filter(_earlier(after)) if after is not None else rows
    found = list(older.order_by("-registered_at", "-id")[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(
        found,
        key_of(found[-1]) if found and more else None,
        key_of(found[0]) if found and after is not None else None,
    )


def key_of(ticket: Ticket) -> Key:
    return ticket.registered_at, ticket.pk


def _earlier(key: Key) -> Q:
    return Q(registered_at__lte=key[0]) & (Q(registered_at__lt=key[0]) | Q(id__lt=key[1]))


def _later(key: Key) -> Q:
    return Q(registered_at__gte=key[0]) & (Q(registered_at__gt=key[0]) | Q(id__gt=key[1]))
