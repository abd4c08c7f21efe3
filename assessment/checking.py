"""The recount: items derived again and compared with what is stored, sums compared with the occasions they are made of.

A difference is never lag: items with steps that have not been read yet are left to the reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from assessment import statements
from assessment.definitions import columns, definitions
from assessment.models import DayCell, MonthCell, MonthFreeze, Recount
from assessment.planning import uncompiled
from assessment.rollup import add, compared, locked, next_month, roll
from assessment.sources import Source, Wanted, sources

MOST_DETAILS: Final = 50
ITEMS: Final = 2_000
"""Items that one transaction of a recount compares."""


@dataclass
class Found:
    """What a recount found so far."""

    items: int = 0
    differing: list[int] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)


def check_items(source: Source, wanted: Wanted) -> list[int]:
    """The items whose stored occasions are not what their rows say, in the transaction that holds the cursor."""
    cursor_row = locked(source, wait=True)
    statement, values = compared(statements.COMPARE, source, wanted)
    with uncompiled() as cursor:
        cursor.execute(statement, values)
        found = [item_id for (item_id,) in cursor.fetchall()]
    waiting = source.pending(found, cursor_row.read_id if cursor_row else 0) if found else set()
    return [item_id for item_id in found if item_id not in waiting]


def check_cells(month: date) -> list[dict[str, Any]]:
    """The sums of a month that are not those of its occasions; of a frozen one also changes that nobody caused."""
    known = [row for row in definitions() if row.can_count and row.is_counted]
    codes = {row.slot: row.code for row in known}
    values: dict[str, Any] = columns(known) | {"since": month, "until": next_month(month)}
    values["is_frozen"] = MonthFreeze.objects.filter(month=month).exists()
    with uncompiled() as cursor:
        cursor.execute(statements.DIFFERING, values)
        return [
            {
                "indicator": codes[abs(slot)],
                "subject": subject,
                "from": day.isoformat(),
                "stored": [whole, part],
                "counted": [right, right_part],
            }
            for slot, subject, day, whole, part, right, right_part in cursor.fetchall()
        ]


@transaction.atomic
def repair_cells(month: date) -> None:
    """Sum the month up again from its occasions; what was frozen stays."""
    for source in sources():
        locked(source, wait=True)
    until = next_month(month)
    DayCell.objects.filter(day__gte=month, day__lt=until).delete()
    MonthCell.objects.filter(month=month).update(whole=0, part=0)
    for row in definitions():
        if row.can_count and row.is_counted:
            add(row, month)
    MonthCell.objects.filter(month=month, whole=0, part=0, frozen_whole=0, frozen_part=0).delete()


def recount(
    source: Source, *, at: datetime, low: int, high: int, months: Sequence[date] = (), repair: bool = False
) -> Recount:
    """Check the items with keys in [low, high] and the sums of some months; the result is kept.

    `repair`: what differs is counted again at once, by the same way as a step does it.
    """
    found = Found()
    for first in range(low, high + 1, ITEMS):
        last = min(first + ITEMS - 1, high)
        with transaction.atomic():
            differing = check_items(source, Wanted(low=first, high=last))
            if differing and repair:
                roll(source, Wanted(ids=differing), at=at)
        found.items += last - first + 1
        found.differing += differing
    for month in months:
        with transaction.atomic():
            for other in sources():
                locked(other, wait=True)
            wrong = check_cells(month)
        found.cells += wrong
        if wrong and repair:
            repair_cells(month)
    return Recount.objects.create(
        source=source.name,
        at=at,
        items=found.items,
        differing_items=len(found.differing),
        differing_cells=len(found.cells),
        is_repaired=repair and bool(found.differing or found.cells),
        details=[*({"item": item} for item in found.differing[:MOST_DETAILS]), *found.cells[:MOST_DETAILS]],
    )


NIGHTLY: Final = 50_000
"""Items that one night's recount looks at: the whole past in turn."""


def recount_next(source: Source, *, at: datetime, today: date) -> Recount:
    """The next stretch of items after the last recount's, and the sums of this month and the one before."""
    present = today.replace(day=1)
    before = (present - timedelta(days=1)).replace(day=1)
    with transaction.atomic():
        cursor = locked(source, wait=True)
        last = source.last_item()
        low = cursor.checked_id + 1 if cursor and cursor.checked_id < last else 1
        high = min(low + NIGHTLY - 1, last)
        if cursor is not None:
            cursor.checked_id = high
            cursor.save(update_fields=["checked_id"])
    return recount(source, at=at, low=low, high=high, months=[before, present])
