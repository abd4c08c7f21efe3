"""The list behind a number: the occasions that were counted, the latest first, exactly as many as the number says.

Sums say on which days (and in which towns) there is something, so that only those are looked at, however rare it is;
of a community they say in which months. Where there are no sums (a grid), the latest days are looked at first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from assessment.asked import Asked, slots_of
from assessment.definitions import Definition, Selector
from assessment.kinds import Kind
from assessment.models import Adjustment
from assessment.periods import DAY
from assessment.planning import uncompiled
from assessment.rollup import next_month
from assessment.sources import Item, source_by_kind
from assessment.subjects import Subject, below
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound, Unprocessable

PAGE: Final = 50
SIDES: Final = ("whole", "part", "missing")
Key = tuple[date, int, int]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One occasion. `item` is None where it is not open to the reader at present."""

    item_id: int
    serial: int
    at: datetime
    day: date
    unit_id: int | None
    minutes: int | None
    is_part: bool
    facts: Sequence[str]
    item: Item | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of the list; `after` goes on from its end, None at the end."""

    lines: Sequence[Line]
    after: Key | None


def side_words(side: str) -> str:
    """What the list holds."""
    return {
        "whole": pgettext("indicator", "All that are counted"),
        "part": pgettext("indicator", "In the numerator"),
        "missing": pgettext("indicator", "Short of the numerator"),
    }[side]


def listing(by: Actor, asked: Asked, side: str, *, after: Key | None = None, limit: int = PAGE) -> Listing:
    """The occasions of one indicator and subject. Raises NotFound for a side that it does not have."""
    if side not in SIDES:
        raise NotFound()
    rows = _Side.of(asked.counted, side)
    if rows is None:
        raise NotFound()
    found: list[Line] = []
    for days in _stretches(asked, side, after, limit):
        found += _read(asked, rows, days, after, limit + 1 - len(found))
        if len(found) > limit:
            break
    lines = found[:limit]
    items = source_by_kind(rows.kind.number).items(by, sorted({line.item_id for line in lines}))
    shown = [_with(line, items.get(line.item_id)) for line in lines]
    last = lines[-1] if len(found) > limit else None
    return Listing(lines=shown, after=(last.day, last.item_id, last.serial) if last else None)


def _with(line: Line, item: Item | None) -> Line:
    return Line(**(vars(line) | {"item": item}))


@dataclass(frozen=True, kw_only=True)
class _Side:
    """The versions whose occasions are listed, as columns; all of one kind."""

    name: str
    kind: Kind
    columns: dict[str, list[Any]]

    @property
    def is_missing(self) -> bool:
        return self.name == "missing"

    @classmethod
    def of(cls, versions: Sequence[Definition], side: str) -> "_Side | None":
        """None where there is no version or the side is no list: both sides count different kinds."""
        chosen: list[tuple[Definition, Selector, Selector | None]] = []
        for row in versions:
            own = row.whole if side == "whole" else row.part
            if side == "missing" and row.part is not None and row.whole is not None:
                own = row.whole if row.part.kind.number == row.whole.kind.number else None
            if own is not None:
                chosen.append((row, own, row.part))
        if not chosen:
            return None
        kind = chosen[-1][1].kind
        chosen = [item for item in chosen if item[1].kind.number == kind.number]
        columns: dict[str, list[Any]] = {"masks": [], "wants": [], "part_masks": [], "part_wants": []}
        columns |= {"froms": [], "tos": []}
        for row, own, part in chosen:
            is_same = part is not None and part.kind.number == own.kind.number
            columns["masks"].append(own.mask)
            columns["wants"].append(own.want)
            columns["part_masks"].append(part.mask if part is not None and is_same else 0)
            columns["part_wants"].append(part.want if part is not None and is_same else 0)
            columns["froms"].append(row.valid_from)
            columns["tos"].append(row.valid_to or date.max)
        return cls(name=side, kind=kind, columns=columns)


_COUNTS: Final = {"whole": "sum(whole)", "part": "sum(part)", "missing": "sum(whole) - sum(part)"}


def _days(asked: Asked, side: str, after: Key | None, limit: int) -> list[date]:
    """The latest days that hold something, as many as fill the page."""
    until = (
        asked.period.until
        if after is None
        else min(asked.period.until, date.fromordinal(after[0].toordinal() + 1))
    )
    values: dict[str, Any] = {
        "own": slots_of(asked),
        "subject": asked.subjects[0].key,
        "since": asked.period.since,
        "until": until,
    }
    with uncompiled() as cursor:
        cursor.execute(_DAYS % {"count": _COUNTS[side], "sight": _sight(asked)}, values)
        counted = cursor.fetchall()
    found, reached = [], 0
    for day, count in counted:
        found.append(day)
        reached += 0 if after is not None and day == after[0] else count
        if reached > limit:
            break
    return found


FIRST_DAYS: Final = 32
"""So many of the latest days are looked at first where no sum says where something is, then four times as many."""


def _stretches(asked: Asked, side: str, after: Key | None, limit: int) -> Iterator[list[date]]:
    """Days that are looked at together, the latest first, until the page is full."""
    subject = asked.subjects[0]
    if subject.has_days:
        yield _days(asked, side, after, limit)
    elif subject.has_months:
        yield from _months(asked, side, after, limit)
    else:
        days, length = _all_days(asked, after), FIRST_DAYS
        while days:
            yield days[-length:]
            days, length = days[:-length], length * 4


def _months(asked: Asked, side: str, after: Key | None, limit: int) -> Iterator[list[date]]:
    """The days of the latest months that hold something, as many as fill the page. Of a month that lies in the period
    or after the page before only in part, nobody knows how much of it does: what is missing comes after it."""
    by_month: dict[date, list[date]] = {}
    for day in _all_days(asked, after):
        by_month.setdefault(day.replace(day=1), []).append(day)
    values: dict[str, Any] = {
        "own": slots_of(asked),
        "subject": asked.subjects[0].key,
        "months": list(by_month),
    }
    with uncompiled() as cursor:
        cursor.execute(_MONTHS % {"count": _COUNTS[side], "sight": _sight(asked)}, values)
        counted = cursor.fetchall()
    days, sure = list[date](), 0
    for month, count in counted:
        mine = by_month[month]
        days += mine
        is_whole = mine[0].day == 1 and next_month(month) == mine[-1] + DAY
        sure += count if is_whole and (after is None or month < after[0].replace(day=1)) else 0
        if sure > limit or (not is_whole and count > limit):
            yield days
            days, sure = [], 0
    if days:
        yield days


def _sight(asked: Asked) -> str:
    return "" if asked.sensitive else "AND NOT is_sensitive"


_MONTHS: Final = """
SELECT month, %(count)s FROM assessment_monthcell
 WHERE slot = ANY(%%(own)s::int[]) AND subject = %%(subject)s AND month = ANY(%%(months)s::date[]) %(sight)s
 GROUP BY month HAVING %(count)s > 0 ORDER BY month DESC"""
_DAYS: Final = """
SELECT day, %(count)s FROM assessment_daycell
 WHERE slot = ANY(%%(own)s::int[]) AND subject = %%(subject)s AND day >= %%(since)s AND day < %%(until)s %(sight)s
 GROUP BY day HAVING %(count)s > 0 ORDER BY day DESC"""
_TOWNS: Final = """
SELECT day, subject FROM assessment_daycell
 WHERE slot = ANY(%%(own)s::int[]) AND subject = ANY(%%(keys)s::bigint[]) AND day = ANY(%%(days)s::date[]) %(sight)s
 GROUP BY day, subject HAVING %(count)s > 0"""
_LIST: Final = """
SELECT o.item_id, o.serial, o.at, o.day, o.unit_id, o.minutes, o.facts,
       (o.facts & c.part_mask) = c.part_want AND %%(is_rate)s
  FROM unnest(%%(days)s::date[], %%(lows)s::bigint[], %%(highs)s::bigint[]) AS r(day, low, high)
 CROSS JOIN LATERAL (SELECT * FROM assessment_occasion o
                      WHERE o.kind = %%(kind)s AND o.day = r.day %(where)s OFFSET 0) o
  JOIN unnest(%%(masks)s::int[], %%(wants)s::int[], %%(part_masks)s::int[], %%(part_wants)s::int[], %%(froms)s::date[],
              %%(tos)s::date[]) AS c(mask, want, part_mask, part_want, since, until)
    ON (o.facts & c.mask) = c.want AND o.day >= c.since AND o.day < c.until
 WHERE (NOT %%(is_missing)s OR (o.facts & c.part_mask) <> c.part_want) AND (NOT %%(measures)s OR o.minutes IS NOT NULL)
       %(sight)s %(beyond)s
 ORDER BY o.day DESC, o.item_id DESC, o.serial DESC LIMIT %%(limit)s"""


def _read(asked: Asked, side: _Side, days: list[date], after: Key | None, limit: int) -> list[Line]:
    """The rows of these days from `after` on."""
    subject = asked.subjects[0]
    ranges = _ranges(asked, subject, side, days)
    if not ranges:
        return []
    first = asked.counted[0]
    values: dict[str, Any] = side.columns | {
        "days": [day for day, _low, _high in ranges],
        "lows": [low for _day, low, _high in ranges],
        "highs": [high for _day, _low, high in ranges],
        "kind": side.kind.number,
        "unit": -subject.key,
        "is_rate": first.is_rate,
        "measures": not first.is_rate,
        "is_missing": side.is_missing,
        "limit": limit,
    }
    clauses = {
        "where": "AND o.unit_id = %(unit)s"
        if subject.is_unit
        else "AND o.place >= r.low AND o.place < r.high",
        "sight": "" if asked.sensitive else "AND NOT o.is_sensitive",
        "beyond": "",
    }
    if after is not None:
        clauses["beyond"] = "AND (o.day, o.item_id, o.serial) < (%(day)s, %(item)s, %(serial)s)"
        values |= {"day": after[0], "item": after[1], "serial": after[2]}
    with uncompiled() as cursor:
        cursor.execute(_LIST % clauses, values)
        rows = cursor.fetchall()
    return [
        Line(
            item_id=item_id,
            serial=serial,
            at=at,
            day=day,
            unit_id=unit_id,
            minutes=minutes,
            is_part=is_part,
            facts=[str(fact.label) for fact in side.kind.known(facts)],
        )
        for item_id, serial, at, day, unit_id, minutes, facts, is_part in rows
    ]


def _all_days(asked: Asked, after: Key | None) -> list[date]:
    """Every day of the period, up to where the page before has ended."""
    last = asked.period.last if after is None else min(asked.period.last, after[0])
    return [
        date.fromordinal(number) for number in range(asked.period.since.toordinal(), last.toordinal() + 1)
    ]


def _ranges(asked: Asked, subject: Subject, side: _Side, days: list[date]) -> list[tuple[date, int, int]]:
    """Days and stretches of places that are looked at: above the town, the towns that hold something on the day."""
    if subject.is_unit:
        return [(day, 0, 0) for day in days]
    if subject.level not in {"city", "district"}:
        return [(day, subject.low, subject.high) for day in days]
    towns = {town.key: town for town in below(subject)}
    values: dict[str, Any] = {"own": slots_of(asked), "keys": list(towns), "days": days}
    with uncompiled() as cursor:
        cursor.execute(_TOWNS % {"count": _COUNTS[side.name], "sight": _sight(asked)}, values)
        return [(day, towns[key].low, towns[key].high) for day, key in cursor.fetchall()]


@dataclass(frozen=True, kw_only=True)
class Later:
    """What one item has changed in a frozen month since."""

    item_id: int
    at: datetime
    whole: int
    part: int
    item: Item | None = None


MOST_LATER: Final = 500


def adjustments(by: Actor, asked: Asked, month: date) -> list[Later]:
    """The later changes of a frozen month, the newest first: they sum up to the figure less the frozen one."""
    subject = asked.subjects[0]
    rows = Adjustment.objects.filter(slot__in=[row.slot for row in asked.counted], month=month)
    if subject.is_unit:
        rows = rows.filter(unit_id=-subject.key)
    else:
        rows = rows.filter(place__gte=subject.low, place__lt=subject.high)
    if not asked.sensitive:
        rows = rows.filter(is_sensitive=False)
    known = list(rows.order_by("-pk")[:MOST_LATER])
    if not known or not asked.counted:
        return []
    whole = asked.counted[-1].whole
    assert whole is not None
    items = source_by_kind(whole.kind.number).items(by, sorted({row.item_id for row in known}))
    return [
        Later(item_id=row.item_id, at=row.at, whole=row.whole, part=row.part, item=items.get(row.item_id))
        for row in known
    ]


def read_key(text: str) -> Key | None:
    """Where a page begins, from its address; nothing for the first one. Raises Unprocessable."""
    if not text:
        return None
    parts = text.split(".")
    try:
        return date.fromisoformat(parts[0]), int(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        raise Unprocessable(fields={"after": [_("This page does not exist")]}) from None


def write_key(key: Key) -> str:
    """The same for an address."""
    return f"{key[0]:%Y-%m-%d}.{key[1]}.{key[2]}"
