"""The statements that read sums: of months, of days, and where there are none from the occasions.

Sums of lengths are read by one digit; `refined` reads by two digits what lies in the stretches that matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from assessment import statements
from assessment.asked import Asked, slots_of
from assessment.definitions import columns
from assessment.lengths import Stretch
from assessment.planning import uncompiled
from assessment.subjects import Subject

Row = Sequence[Any]

_MONTHS: Final = """
SELECT slot, subject, bin, sum(whole), sum(part), sum(frozen_whole), sum(frozen_part) FROM assessment_monthcell
 WHERE slot = ANY(%%(slots)s::int[]) AND subject = ANY(%%(keys)s::bigint[]) AND month = ANY(%%(months)s::date[])
       %(sight)s
 GROUP BY slot, subject, bin"""
# One statement, so that what is counted meanwhile is in the months and in the days, or in neither.
_MONTHS_AND_DAYS: Final = """
SELECT slot, subject, bin, sum(whole), sum(part), sum(frozen_whole), sum(frozen_part) FROM (
    SELECT slot, subject, bin, whole, part, frozen_whole, frozen_part FROM assessment_monthcell
     WHERE slot = ANY(%%(slots)s::int[]) AND subject = ANY(%%(keys)s::bigint[]) AND month = ANY(%%(months)s::date[])
           %(sight)s
    UNION ALL
    SELECT d.slot, d.subject, d.bin, s.sign * d.whole, s.sign * d.part, 0, 0
      FROM unnest(%%(firsts)s::date[], %%(lasts)s::date[], %%(signs)s::int[]) AS s(first, last, sign)
     CROSS JOIN LATERAL (SELECT slot, subject, bin, whole, part FROM assessment_daycell
                          WHERE slot = ANY(%%(slots)s::int[]) AND subject = ANY(%%(keys)s::bigint[])
                            AND day >= s.first AND day < s.last %(sight)s OFFSET 0) d) c
 GROUP BY slot, subject, bin"""
_TREND: Final = """
SELECT day, slot, bin, sum(whole), sum(part) FROM assessment_daycell
 WHERE slot = ANY(%%(slots)s::int[]) AND subject = %%(subject)s AND day >= %%(since)s AND day < %%(until)s
       %(sight)s
 GROUP BY day, slot, bin"""
# Occasions that are alike are added up, along the index alone, before definitions look at them.
_ALIKE: Final = f"""
WITH {statements.CHOSEN.replace("%", "%%")}, alike AS MATERIALIZED (
    SELECT kind, facts, place / %%(width)s AS subject, min(day) AS day, {statements.LENGTH} AS minutes,
           count(*)::int AS many
      FROM (SELECT o.* FROM (SELECT DISTINCT kind FROM chosen) k
             CROSS JOIN generate_series(0, %%(until)s::date - %%(since)s::date - 1) AS of(number)
             CROSS JOIN LATERAL (SELECT kind, day, place, facts, minutes FROM assessment_occasion
                                  WHERE kind = k.kind AND day = %%(since)s::date + of.number
                                    AND place >= %%(low)s AND place < %%(high)s %(sight)s OFFSET 0) o) g
     GROUP BY kind, facts, place / %%(width)s, %(days)s, {statements.LENGTH}
), told AS MATERIALIZED (
    SELECT c.slot, g.subject, g.day, {statements.BIN} AS bin, CASE WHEN c.is_whole THEN g.many ELSE 0 END AS whole,
           CASE WHEN c.is_whole THEN 0 ELSE g.many END AS part
      FROM alike g JOIN chosen c ON {statements.FITS} WHERE g.subject = ANY(%%(keys)s::bigint[])
)"""  # noqa: S608  # ours
_PLACES: Final = f"""{_ALIKE}
SELECT slot, subject, bin, sum(whole), sum(part), 0, 0 FROM told GROUP BY slot, subject, bin"""  # noqa: S608  # ours
_PLACE_DAYS: Final = f"""{_ALIKE}
SELECT day, slot, bin, sum(whole), sum(part) FROM told GROUP BY day, slot, bin"""  # noqa: S608  # ours
_FINE: Final = """
SELECT -r.slot, r.subject, c.bin, sum(c.whole)::int
  FROM unnest(%%(slots)s::int[], %%(subjects)s::bigint[], %%(lows)s::int[], %%(highs)s::int[])
       AS r(slot, subject, low, high)
 CROSS JOIN LATERAL (
    SELECT bin, whole FROM assessment_monthcell
     WHERE slot = r.slot AND subject = r.subject AND month = ANY(%%(months)s::date[]) AND bin >= r.low AND bin <= r.high
           %(sight)s
    UNION ALL
    SELECT d.bin, s.sign * d.whole
      FROM unnest(%%(firsts)s::date[], %%(lasts)s::date[], %%(signs)s::int[]) AS s(first, last, sign)
     CROSS JOIN LATERAL (SELECT bin, whole FROM assessment_daycell
                          WHERE slot = r.slot AND subject = r.subject AND day >= s.first AND day < s.last
                            AND bin >= r.low AND bin <= r.high %(sight)s OFFSET 0) d
     OFFSET 0) c
 GROUP BY r.slot, r.subject, c.bin"""
_FINE_DAYS: Final = """
SELECT r.day, c.bin, sum(c.whole)
  FROM unnest(%%(days)s::date[], %%(lows)s::int[], %%(highs)s::int[]) AS r(day, low, high)
 CROSS JOIN LATERAL (SELECT bin, whole FROM assessment_daycell
                      WHERE slot = ANY(%%(slots)s::int[]) AND subject = %%(subject)s AND day = r.day
                        AND bin >= r.low AND bin <= r.high %(sight)s OFFSET 0) c
 GROUP BY r.day, c.bin"""


def cells(asked: Asked) -> Iterator[Row]:
    """Slot, subject, bin and the sums: lengths by one digit, from the occasions by two as well (slots below zero)."""
    months = [subject for subject in asked.subjects if subject.has_months]
    days = [subject.key for subject in months if subject.has_days]
    narrow = [subject for subject in months if not subject.has_days]
    grids = [subject for subject in asked.subjects if not subject.has_months]
    period = asked.period
    if days:
        yield from _sums(_MONTHS_AND_DAYS, asked, keys=days, **_added_up(asked))
    if narrow and period.months:
        yield from _sums(_MONTHS, asked, keys=[subject.key for subject in narrow], months=period.months)
    for since, until in period.odd if narrow else ():
        yield from _occasions(_PLACES, asked, narrow, since, until)
    if grids:
        yield from _occasions(_PLACES, asked, grids, period.since, period.until)


def days(asked: Asked) -> Sequence[Row]:
    """Day, slot, bin and the sums of one subject, in the same way."""
    subject, period = asked.subjects[0], asked.period
    if subject.has_days:
        return _sums(_TREND, asked, subject=subject.key, since=period.since, until=period.until)
    return _occasions(_PLACE_DAYS, asked, [subject], period.since, period.until, days="day")


def refined(asked: Asked, wanted: Sequence[tuple[int, int, Stretch]]) -> Sequence[Row]:
    """Slot, subject, minutes to two digits and how many: of these slots and subjects, in these stretches."""
    months = {subject.key for subject in asked.subjects if subject.has_months}
    days = {subject.key for subject in asked.subjects if subject.has_days}
    plain = {"months": asked.period.months, "firsts": [], "lasts": [], "signs": []}
    found: list[Row] = []
    for keys, sums in ((days, _added_up(asked)), (months - days, plain)):
        lines = [line for line in wanted if line[1] in keys]
        if lines:
            found += _fetch(_FINE, asked, {**sums, **_lines(lines)})
    return found


def _lines(wanted: Sequence[tuple[int, int, Stretch]]) -> dict[str, Any]:
    return {
        "slots": [-slot for slot, _subject, _stretch in wanted],
        "subjects": [subject for _slot, subject, _stretch in wanted],
        "lows": [low for _slot, _subject, (low, _high) in wanted],
        "highs": [high for _slot, _subject, (_low, high) in wanted],
    }


def _added_up(asked: Asked) -> dict[str, Any]:
    """The months, and the days that count on top of them or are taken out of them."""
    sums = asked.period.added_up
    return {
        "months": sums.months,
        "firsts": [first for first, _last, _sign in sums.days],
        "lasts": [last for _first, last, _sign in sums.days],
        "signs": [sign for _first, _last, sign in sums.days],
    }


def refined_days(asked: Asked, wanted: Sequence[tuple[date, Stretch]]) -> Sequence[Row]:
    """Day, minutes to two digits and how many: of one subject, in these stretches."""
    values = {
        "slots": [-slot for slot in slots_of(asked)],
        "subject": asked.subjects[0].key,
        "days": [day for day, _stretch in wanted],
        "lows": [low for _day, (low, _high) in wanted],
        "highs": [high for _day, (_low, high) in wanted],
    }
    return _fetch(_FINE_DAYS, asked, values)


def _sums(statement: str, asked: Asked, **values: Any) -> Sequence[Row]:
    return _fetch(statement, asked, {**values, "slots": slots_of(asked)})


def _occasions(
    statement: str, asked: Asked, subjects: Sequence[Subject], since: date, until: date, days: str = ""
) -> Sequence[Row]:
    """From the occasions of places that are siblings."""
    edges = {day for row in asked.counted for day in (row.valid_from, row.valid_to) if day is not None}
    values = columns(asked.counted) | {
        "since": since,
        "until": until,
        "low": min(subject.low for subject in subjects),
        "high": max(subject.high for subject in subjects),
        "width": subjects[0].high - subjects[0].low,
        "keys": [subject.key for subject in subjects],
        "edges": sorted(edges),
    }
    return _fetch(statement, asked, values, days=days or "width_bucket(day, %(edges)s::date[])")


def _fetch(statement: str, asked: Asked, values: Mapping[str, Any], *, days: str = "") -> Sequence[Row]:
    sight = "" if asked.sensitive else "AND NOT is_sensitive"
    with uncompiled() as cursor:
        cursor.execute(statement % {"sight": sight, "days": days}, values)
        return list(cursor.fetchall())
