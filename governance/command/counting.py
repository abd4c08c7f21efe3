"""The statements behind the dashboard: plain counts by source, state, place and hour, without meaning.

A place is a pair: its id at the level that is asked for, and what overrules it in the chosen reading of the map (None
almost always): the id of a grid, or that of a region with a minus before it. `ground` turns pairs into places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from governance.command.periods import DAY, Period
from incidents import standing as sums
from incidents.catalogue import current as catalogue
from incidents.queries.ground import FILED, TODAY
from incidents.querysets import TicketQuerySet, lateness
from incidents.standing import Scope


@dataclass
class Tally:
    """The counts of one place."""

    intake: int = 0
    due: int = 0
    due_late: int = 0
    open: int = 0
    late: int = 0


OVERRULED: Final = "filed_in"
TODAY_ID: Final = f"{TODAY}_id"
Spot = tuple[int | None, int | None]
Tallies = dict[Spot, Tally]


def spot_fields(level: str, reading: str) -> tuple[str, str]:
    """The columns that make the pair, of rows that are `read_as` that pair."""
    return f"{level}_id", OVERRULED if reading == FILED else f"{reading}_id"


def read_as(rows: TicketQuerySet, spot: tuple[str, str]) -> TicketQuerySet:
    """The rows with the columns of the pair."""
    if spot[1] != OVERRULED:
        return rows
    return rows.annotate(**{OVERRULED: Coalesce(F("filed_grid_id"), -F("filed_region_id"))})


_INTAKE = """
SELECT {what}, beat, source_id, place, ground, count(*),
       count(*) FILTER (WHERE registered_at >= %s), count(*) FILTER (WHERE registered_at < %s)
  FROM (SELECT source_id, {place} AS place, {ground} AS ground, {kind} AS class, registered_at, {beat} AS beat
          FROM ({rows}) ticket) came
 GROUP BY GROUPING SETS ({sets})
"""
_BY_PLACE, _BY_BEAT = 3, 1
_HOURS: Final = {
    "what": "grouping(beat, class), class",
    "kind": "CASE WHEN registered_at >= %s THEN (%s::smallint[])[category_id] END",
    "beat": "date_bin('1 hour', registered_at, %s)",
    "sets": "(source_id, place, ground), (beat), (class, beat)",
}
_DAYS: Final = {
    "what": "grouping(beat) * 2 + 1, NULL",
    "kind": "NULL",
    "beat": "date_trunc('day', registered_at, %s)",
    "sets": "(source_id, place, ground), (beat)",
}


@dataclass
class Intake:
    """Reports of a period: by source, by local hour (or day) with the period before, and the sum of that.

    `by_class` of a single day: by class and local hour.
    """

    by_source: dict[str, int] = field(default_factory=dict)
    rhythm: dict[datetime, int] = field(default_factory=dict)
    by_class: dict[tuple[str, int], int] = field(default_factory=dict)
    before: int = 0


def count_intake(rows: TicketQuerySet, chosen: Period, spot: tuple[str, str], tallies: Tallies) -> Intake:
    """Reports of the period and of the one before, by source and place, by time and by class: one walk through both."""
    since, until = chosen.before()
    zone = timezone.get_default_timezone()
    wanted = read_as(rows, spot).filter(registered_at__gte=since, registered_at__lt=chosen.until)
    try:
        columns = ("source_id", *spot, "category_id", "registered_at")
        inner, values = wanted.order_by().values(*columns).query.sql_with_params()
    except EmptyResultSet:  # nobody may see anything
        return Intake()
    known = catalogue()
    shape: tuple[dict[str, str], list[Any]] = _DAYS, [str(zone)]
    if chosen.beat < DAY:  # the hours of a single day, and its classes by them
        shape = _HOURS, [chosen.since, known.class_numbers, since]
    statement = _INTAKE.format(rows=inner, place=spot[0], ground=spot[1], **shape[0])
    with connection.cursor() as cursor:
        cursor.execute(statement, [chosen.since, until, *shape[1], *values])
        found = cursor.fetchall()
    codes = {source.pk: code for code, source in known.sources.items()}
    intake = Intake()
    for kind, number, beat, source_id, place_id, grid_id, count, now, before in found:
        if kind == _BY_BEAT:
            intake.rhythm[beat] = count
            continue
        if kind != _BY_PLACE:
            if number:
                intake.by_class[known.classes[number - 1], beat.astimezone(zone).hour] = now
            continue
        code = codes[source_id]
        intake.by_source[code] = intake.by_source.get(code, 0) + now
        intake.before += before
        tallies.setdefault((place_id, grid_id), Tally()).intake += now
    return intake


def count_due(rows: TicketQuerySet, chosen: Period, spot: tuple[str, str], tallies: Tallies) -> None:
    """What fell due in the period so far, and how much of it was late (K05: by due time, not by intake).

    What a decided appeal has taken out of the assessment does not count.
    """
    counted = (
        read_as(rows.assessed(), spot)
        .filter(due_at__gte=chosen.since, due_at__lt=chosen.past)
        .values_list(*spot)
        .annotate(count=Count("due_at"), late=Count("due_at", filter=lateness(chosen.at)))
        .order_by()
    )
    for place_id, grid_id, count, late in counted:
        tally = tallies.setdefault((place_id, grid_id), Tally())
        tally.due, tally.due_late = count, late


_OPEN = """
SELECT grouping(holder), place, ground, state, holder, count(*), count(*) FILTER (WHERE next_due_at <= %s),
       count(*) FILTER (WHERE next_due_at > %s AND next_warn_at <= %s),
       count(*) FILTER (WHERE urgency = 'critical'), count(*) FILTER (WHERE is_key_report),
       count(*) FILTER (WHERE is_urged)
  FROM (SELECT {place} AS place, {ground} AS ground, state, holder_id AS holder, next_due_at, next_warn_at, urgency,
               is_key_report, is_urged
          FROM ({rows}) ticket) waiting
 GROUP BY GROUPING SETS ((place, ground, state), (holder))
"""
WAITING: Final = ("state", "holder_id", "next_due_at", "next_warn_at", "urgency", "is_key_report", "is_urged")


@dataclass
class OpenNow:
    """Open tickets of a moment: all and late by state, late by the unit whose move it is, and single counts."""

    stages: dict[str, tuple[int, int]] = field(default_factory=dict)
    late_at: dict[int, int] = field(default_factory=dict)
    due_soon: int = 0
    critical: int = 0
    key_reports: int = 0
    urged: int = 0


def count_open(
    rows: TicketQuerySet, standing: Scope | None, at: datetime, spot: tuple[str, str], tallies: Tallies
) -> OpenNow:
    """Open tickets (`rows` holds no others), by state and place and by unit: from the sums of `standing`, else by one
    walk through all of them."""
    known = None
    if standing is not None and spot[1] == TODAY_ID:
        known = sums.count(standing, at, spot[0].removesuffix("_id"))
    return _told(_walked(rows, at, spot) if known is None else known, tallies)


def _walked(rows: TicketQuerySet, at: datetime, spot: tuple[str, str]) -> Sequence[tuple[Any, ...]]:
    try:
        inner, values = read_as(rows, spot).order_by().values(*spot, *WAITING).query.sql_with_params()
    except EmptyResultSet:  # nobody may see anything
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(rows=inner, place=spot[0], ground=spot[1]), [at, at, at, *values])
        return list(cursor.fetchall())


def _told(counted: Sequence[tuple[Any, ...]], tallies: Tallies) -> OpenNow:
    found = OpenNow()
    for is_place, place_id, grid_id, state, holder_id, count, late, soon, critical, key, urged in counted:
        if not is_place:
            if holder_id is not None and late:
                found.late_at[holder_id] = late
            continue
        tally = tallies.setdefault((place_id, grid_id), Tally())
        tally.open += count
        tally.late += late
        before = found.stages.get(state, (0, 0))
        found.stages[state] = before[0] + count, before[1] + late
        found.due_soon += soon
        found.critical += critical
        found.key_reports += key
        found.urged += urged
    return found


def count_open_places(rows: TicketQuerySet, at: datetime, spot: tuple[str, str], tallies: Tallies) -> None:
    """Open tickets and late ones by place alone: answered from an index, unlike what `count_open` asks besides."""
    counted = (
        read_as(rows, spot)
        .values_list(*spot)
        .annotate(count=Count("state"), late=Count("state", filter=Q(next_due_at__lte=at)))
        .order_by()
    )
    for place_id, grid_id, count, late in counted:
        tally = tallies.setdefault((place_id, grid_id), Tally())
        tally.open += count
        tally.late += late


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for one in tallies:
        for name, value in vars(one).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def count_each(some: Sequence[TicketQuerySet]) -> list[int]:
    """How many rows each of them has: one statement."""
    parts, values = [], list[Any]()
    for number, rows in enumerate(some):
        try:
            inner, own = rows.order_by().values("registered_at").query.sql_with_params()
        except EmptyResultSet:  # nobody may see anything
            continue
        parts.append(f"SELECT {number}, count(*) FROM ({inner}) ticket{number}")  # noqa: S608  # ours
        values += own
    found: dict[int, int] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found = dict(cursor.fetchall())
    return [found.get(number, 0) for number in range(len(some))]
