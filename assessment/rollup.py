"""Sums that follow the steps: what a step touched is derived anew, compared with what was counted, and only the
difference is added. So a step may be read twice, late or after a crash and counts once.

One writer at a time: whoever holds the cursor of a source. Its place is written in the transaction of the sums.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assessment import statements
from assessment.definitions import Definition, columns, definitions, pairs
from assessment.models import DayCell, IndicatorDefinition, MonthCell, MonthFreeze, Occasion, RollCursor
from assessment.planning import uncompiled
from assessment.sources import Source, Wanted, sources

STEPS = 1_000
"""Steps that one transaction reads."""
ITEMS = 20_000
"""Items of the past that one transaction counts: many, since what they have in common is added up once."""
ROOM = 64
"""Megabytes in which the database may sort and add up what one transaction counts."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one transaction did. `is_busy`: somebody else holds the cursor; `has_more`: there was more than fits."""

    steps: int = 0
    items: int = 0
    moved: int = 0
    has_more: bool = False
    is_busy: bool = False


def begin(source: Source) -> None:
    """Put down where reading begins: steps from now on are read, items of until now are counted as the past.

    The number of the last step is taken before that of the last item: what comes in between is in both.
    """
    if RollCursor.objects.filter(source=source.name).exists():
        return
    read_id = source.horizon()
    row = RollCursor(source=source.name, read_id=read_id, build_to=source.last_item())
    RollCursor.objects.bulk_create([row], ignore_conflicts=True)


def locked(source: Source, *, wait: bool = False) -> RollCursor | None:
    """The cursor, locked; None while another holds it, unless one waits."""
    rows = RollCursor.objects.select_for_update(skip_locked=not wait).filter(source=source.name)
    return rows.first()


def read_on(source: Source, *, at: datetime, limit: int = STEPS, upto: int | None = None) -> Turn:
    """Take the next steps into the sums, up to the horizon (`upto`, where it is known already)."""
    upto = source.horizon() if upto is None else upto
    with transaction.atomic():
        cursor = locked(source)
        if cursor is None:
            return Turn(is_busy=True)
        if cursor.read_id >= upto:
            return Turn()
        changes = source.changed(cursor.read_id, upto, limit)
        moved, _items = roll(source, Wanted(ids=changes.ids), at=at) if changes.ids else (0, 0)
        cursor.read_id = changes.reached
        cursor.save(update_fields=["read_id"])
    return Turn(steps=changes.steps, items=len(changes.ids), moved=moved, has_more=changes.reached < upto)


def build_on(source: Source, *, at: datetime, limit: int = ITEMS) -> Turn:
    """Take the next items of the past into the sums."""
    with transaction.atomic():
        cursor = locked(source)
        if cursor is None:
            return Turn(is_busy=True)
        if cursor.is_built:
            return Turn()
        low, high = cursor.built_id + 1, min(cursor.built_id + limit, cursor.build_to)
        moved, _items = roll(source, Wanted(low=low, high=high), at=at)
        cursor.built_id = high
        cursor.save(update_fields=["built_id"])
    return Turn(items=high - low + 1, moved=moved, has_more=not cursor.is_built)


def rebuild(source: Source) -> None:
    """Count the whole past again from now on, a batch at a time; what is right already stays as it is."""
    begin(source)
    with transaction.atomic():
        cursor = locked(source, wait=True)
        assert cursor is not None
        cursor.built_id, cursor.build_to = 0, source.last_item()
        cursor.save(update_fields=["built_id", "build_to"])


def roll(source: Source, wanted: Wanted, *, at: datetime) -> tuple[int, int]:
    """Derive these items anew and move the sums by what differs: how many occasions, of how many items.

    In the transaction of whoever holds the cursor.
    """
    known = [row for row in definitions() if row.can_count and row.is_counted]
    frozen = list(MonthFreeze.objects.values_list("month", flat=True))
    thawed = next_month(max(frozen)) if frozen else date.min
    statement, values = compared(statements.ROLL, source, wanted)
    with uncompiled(megabytes=ROOM) as cursor:
        cursor.execute(
            statement,
            values | columns(known) | pairs(known) | {"frozen": frozen, "thawed": thawed, "now": at},
        )
        moved, items = cursor.fetchone()
    return moved, items


def compared(statement: str, source: Source, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """A statement over what is derived and what is stored of these items."""
    derived, values = source.derive(wanted)
    own = [kind.number for kind in source.kinds]
    zone = str(timezone.get_default_timezone())
    return statement.format(derived=derived, items=wanted.on("item_id")), values | {"own": own, "zone": zone}


def count_new(*, at: datetime) -> int:
    """Sum up definitions that nobody has counted yet, or whose last day has changed; how many."""
    waiting = [row for row in definitions() if row.can_count and not row.is_counted]
    for row in waiting:
        count(row, at=at)
    return len(waiting)


@transaction.atomic
def count(row: Definition, *, at: datetime) -> None:
    """Sum up one definition from the occasions, month by month, from its first day on or from the last frozen month on.

    Months that are frozen already take what is counted now as their frozen figure, where it had none.
    """
    for source in sources():
        begin(source)
        locked(source, wait=True)
    stored = IndicatorDefinition.objects.select_for_update().filter(pk=row.slot, is_counted=False)
    if not stored.exists():
        return
    frozen = sorted(MonthFreeze.objects.values_list("month", flat=True))
    is_first = not MonthCell.objects.filter(slot=row.slot).exists()
    since = date.min if is_first or not frozen else next_month(frozen[-1])
    DayCell.objects.filter(slot__in=row.slots, day__gte=since).delete()
    MonthCell.objects.filter(slot__in=row.slots, month__gte=since).delete()
    for month in months_of(row, since):
        add(row, month)
        if is_first and month in frozen:
            with connection.cursor() as cursor:
                cursor.execute(statements.FREEZE, {"month": month, "slot": row.slot})
    stored.update(is_counted=True)


def add(row: Definition, month: date) -> None:
    """The sums of one month of one definition, from the occasions."""
    values = columns([row]) | {"since": month, "until": next_month(month)}
    with uncompiled() as cursor:
        cursor.execute(statements.COUNT_DAYS, values)
        cursor.execute(statements.COUNT_MONTHS, values)


def months_of(row: Definition, since: date) -> list[date]:
    """The first days of the months that hold occasions which the definition may count, from the day on."""
    edges: list[date] = []
    for kind in {side.kind.number for side in (row.whole, row.part) if side is not None}:
        days = Occasion.objects.filter(kind=kind, day__gte=since).values_list("day", flat=True)
        edges += [*days.order_by("day")[:1], *days.order_by("-day")[:1]]
    found: list[date] = []
    month = min(edges).replace(day=1) if edges else date.max
    while edges and month <= max(edges):
        found.append(month)
        month = next_month(month)
    return found


def counted_months() -> list[date]:
    """The months that hold occasions of anything that is counted, or sums."""
    found = set(MonthCell.objects.values_list("month", flat=True).distinct())
    for row in definitions():
        if row.can_count:
            found.update(months_of(row, date.min))
    return sorted(found)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
