"""Figures of subjects over a period: whole months from their sums, other days from the sums of days, and where there
are no such sums (a grid, single days of a community) from the occasions. Sums are added, rates never averaged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from assessment import statements
from assessment.definitions import Definition, by_code, columns, in_force
from assessment.freezing import frozen_months
from assessment.periods import DAY, Period
from assessment.planning import uncompiled
from assessment.subjects import Subject
from governance.foundation.percent import percent_of


@dataclass
class Sum:
    """What was added up; `bins` counts lengths in minutes of a slot that measures."""

    whole: int = 0
    part: int = 0
    frozen_whole: int = 0
    frozen_part: int = 0
    bins: dict[int, int] = field(default_factory=dict)

    def add(self, bin_: int, whole: int, part: int, frozen_whole: int, frozen_part: int) -> None:
        """Add a cell."""
        self.whole += whole
        self.part += part
        self.frozen_whole += frozen_whole
        self.frozen_part += frozen_part
        self.bins[bin_] = self.bins.get(bin_, 0) + whole

    def join(self, other: "Sum") -> None:
        """Add another sum."""
        for bin_, count in other.bins.items():
            self.bins[bin_] = self.bins.get(bin_, 0) + count
        self.whole += other.whole
        self.part += other.part
        self.frozen_whole += other.frozen_whole
        self.frozen_part += other.frozen_part

    def quantile(self, share: float) -> int | None:
        """The length that this share does not exceed, to two digits; None for nothing."""
        total = sum(self.bins.values())
        reached, wanted = 0, max(1, -(-int(share * 100) * total // 100))
        for minutes in sorted(self.bins):
            reached += self.bins[minutes]
            if reached >= wanted and total:
                return minutes
        return None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One indicator of one subject. `frozen` is there where every day of the period lies in a frozen month.

    Without a figure (`reason`): its definition waits for a source, is broken, or has not been counted yet.
    """

    definition: Definition
    subject: Subject
    sum: Sum
    is_frozen: bool = False
    reason: str = ""

    @property
    def whole(self) -> int:
        return self.sum.whole

    @property
    def part(self) -> int:
        return self.sum.part

    @property
    def missing(self) -> int:
        return self.whole - self.part

    @property
    def has_missing(self) -> bool:
        """Whether what is short of it is a list of its own: both sides count the same kind of occasion."""
        row = self.definition
        return (
            row.part is not None and row.whole is not None and row.part.kind.number == row.whole.kind.number
        )

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.part, self.whole) if self.definition.is_rate else None

    @property
    def frozen_percent(self) -> Decimal | None:
        return percent_of(self.sum.frozen_part, self.sum.frozen_whole) if self.is_frozen else None

    @property
    def later(self) -> tuple[int, int]:
        """What has changed since it was frozen: numerator, denominator."""
        if not self.is_frozen:
            return 0, 0
        return self.part - self.sum.frozen_part, self.whole - self.sum.frozen_whole

    @property
    def is_adjusted(self) -> bool:
        """Whether something has changed since it was frozen."""
        return self.later != (0, 0)

    @property
    def median(self) -> int | None:
        return None if self.definition.is_rate else self.sum.quantile(0.5)

    @property
    def p90(self) -> int | None:
        return None if self.definition.is_rate else self.sum.quantile(0.9)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be counted. `sensitive`: the reader sees sensitive items, so they count."""

    definitions: Sequence[Definition]
    subjects: Sequence[Subject]
    period: Period
    sensitive: bool

    @property
    def counted(self) -> list[Definition]:
        """Versions that can be counted and hold somewhere in the period."""
        period = self.period
        return [
            row
            for row in self.definitions
            if row.can_count
            and row.is_counted
            and row.valid_from < period.until
            and (row.valid_to is None or row.valid_to > period.since)
        ]


def figures(asked: Asked, reason_of_uncounted: str = "") -> dict[tuple[str, int], Figure]:
    """By code and subject key, every one that is asked for: at most four statements."""
    sums = totals(asked)
    frozen = frozen_months(asked.period.since, asked.period.until)
    is_frozen = not asked.period.odd and all(month in frozen for month in asked.period.months)
    found = {}
    for code, versions in by_code(asked.definitions).items():
        row = in_force(versions, asked.period.last)
        reason = row.fault or row.awaited or ("" if row.is_counted else reason_of_uncounted)
        for subject in asked.subjects:
            total = Sum()
            for version in versions:
                total.join(sums.get((version.slot, subject.key), Sum()))
            found[code, subject.key] = Figure(
                definition=row, subject=subject, sum=total, is_frozen=is_frozen, reason=reason
            )
    return found


def totals(asked: Asked) -> dict[tuple[int, int], Sum]:
    """By slot and subject key."""
    found: dict[tuple[int, int], Sum] = {}
    if not asked.counted or not asked.subjects:
        return found
    for slot, subject, bin_, *counts in _cells(asked):
        found.setdefault((slot, subject), Sum()).add(bin_, *counts)
    return found


def trend(asked: Asked) -> dict[date, Sum]:
    """Of one code and one subject, by day; days without anything are left out."""
    found: dict[date, Sum] = {}
    if not asked.counted:
        return found
    subject = asked.subjects[0]
    if subject.has_days:
        rows = _fetch(_TREND % {"sight": _sight(asked)}, _values(asked) | {"subject": subject.key})
    else:
        values = _values(asked) | columns(asked.counted) | _ground([subject])
        rows = _fetch(_OCCASION_TREND % {"sight": _sight(asked)}, values)
    for day, bin_, whole, part in rows:
        found.setdefault(day, Sum()).add(bin_, whole, part, 0, 0)
    return found


_MONTHS: Final = """
SELECT slot, subject, bin, sum(whole), sum(part), sum(frozen_whole), sum(frozen_part) FROM assessment_monthcell
 WHERE slot = ANY(%%(own)s::int[]) AND subject = ANY(%%(keys)s::bigint[]) AND month = ANY(%%(months)s::date[]) %(sight)s
 GROUP BY slot, subject, bin"""
_DAYS: Final = """
SELECT slot, subject, bin, sum(whole), sum(part), 0, 0 FROM assessment_daycell
 WHERE slot = ANY(%%(own)s::int[]) AND subject = ANY(%%(keys)s::bigint[]) AND day >= %%(since)s AND day < %%(until)s
       %(sight)s
 GROUP BY slot, subject, bin"""
_TREND: Final = """
SELECT day, bin, sum(whole), sum(part) FROM assessment_daycell
 WHERE slot = ANY(%%(own)s::int[]) AND subject = %%(subject)s AND day >= %%(since)s AND day < %%(until)s %(sight)s
 GROUP BY day, bin"""
_OCCASIONS: Final = f"""
WITH {statements.CHOSEN.replace("%", "%%")}, signed AS (
    SELECT 1 AS sign, o.item_id, o.kind, o.day, o.place, o.unit_id, o.facts, o.minutes, o.is_sensitive
      FROM (SELECT DISTINCT kind FROM chosen) k
     CROSS JOIN generate_series(0, %%(until)s::date - %%(since)s::date - 1) AS of(number)
     CROSS JOIN LATERAL (SELECT * FROM assessment_occasion
                          WHERE kind = k.kind AND day = %%(since)s::date + of.number
                            AND place >= %%(low)s AND place < %%(high)s %(sight)s OFFSET 0) o
), {statements.TOLD.replace("%", "%%")}"""  # noqa: S608  # ours
_PLACES: Final = f"""{_OCCASIONS}
SELECT slot, place / %%(width)s AS subject, bin, sum(whole), sum(part), 0, 0 FROM told
 WHERE place / %%(width)s = ANY(%%(keys)s::bigint[]) GROUP BY slot, place / %%(width)s, bin"""  # noqa: S608  # ours
_OCCASION_TREND: Final = f"{_OCCASIONS} SELECT day, bin, sum(whole), sum(part) FROM told GROUP BY day, bin"  # noqa: S608  # ours


def _cells(asked: Asked) -> Iterable[Sequence[Any]]:
    sight, period = {"sight": _sight(asked)}, asked.period
    months = [subject for subject in asked.subjects if subject.has_months]
    days = [subject for subject in months if subject.has_days]
    narrow = [subject for subject in months if not subject.has_days]
    grids = [subject for subject in asked.subjects if not subject.has_months]
    rows: list[Sequence[Any]] = []
    values = _values(asked) | {"months": period.months}
    if months and period.months:
        rows += _fetch(_MONTHS % sight, values | {"keys": [subject.key for subject in months]})
    for since, until in period.odd:
        stretch = values | {"since": since, "until": until}
        if days:
            rows += _fetch(_DAYS % sight, stretch | {"keys": [subject.key for subject in days]})
        if narrow:
            rows += _fetch(_PLACES % sight, stretch | columns(asked.counted) | _ground(narrow))
    if grids:
        rows += _fetch(_PLACES % sight, values | columns(asked.counted) | _ground(grids))
    return rows


def _ground(subjects: Sequence[Subject]) -> dict[str, Any]:
    """The stretch of places that holds them all; they are siblings."""
    return {
        "low": min(subject.low for subject in subjects),
        "high": max(subject.high for subject in subjects),
        "width": subjects[0].high - subjects[0].low,
        "keys": [subject.key for subject in subjects],
    }


def _values(asked: Asked) -> dict[str, Any]:
    return {
        "own": [row.slot for row in asked.counted],
        "since": asked.period.since,
        "until": asked.period.until,
    }


def _sight(asked: Asked) -> str:
    return "" if asked.sensitive else "AND NOT is_sensitive"


def _fetch(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with uncompiled() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def every_day(period: Period, found: Mapping[date, Sum]) -> list[tuple[date, Sum]]:
    """The days of the period in order, with nothing where nothing was."""
    return [
        (day, found.get(day, Sum())) for day in (period.since + DAY * number for number in range(period.days))
    ]
