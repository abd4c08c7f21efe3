"""Figures of subjects over a period: whole months from their sums, other days from the sums of days, and where there
are no such sums (a grid, single days of a community) from the occasions. Sums are added, rates never averaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessment import reading
from assessment.asked import Asked
from assessment.definitions import Definition, by_code, in_force
from assessment.freezing import frozen_months
from assessment.lengths import Sum
from assessment.periods import DAY, Period
from assessment.subjects import Subject
from governance.foundation.percent import percent_of

__all__ = ["Asked", "Figure", "Sum", "every_day", "figures", "totals", "trend"]


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


def figures(asked: Asked, reason_of_uncounted: str = "") -> dict[tuple[str, int], Figure]:
    """By code and subject key, every one that is asked for: a bounded number of statements."""
    sums = totals(asked)
    frozen = frozen_months(asked.period.since, asked.period.until)
    is_frozen = not asked.period.odd and all(month in frozen for month in asked.period.months)
    found = {}
    for code, versions in by_code(asked.definitions).items():
        row = in_force(versions, asked.period.last)
        reason = row.fault or row.awaited or ("" if row.is_counted else reason_of_uncounted)
        for subject in asked.subjects:
            found[code, subject.key] = Figure(
                definition=row,
                subject=subject,
                sum=sums.get((code, subject.key)) or Sum(),
                is_frozen=is_frozen,
                reason=reason,
            )
    return found


def totals(asked: Asked) -> dict[tuple[str, int], Sum]:
    """By code and subject key, all versions together."""
    found: dict[tuple[str, int], Sum] = {}
    if not asked.counted or not asked.subjects:
        return found
    codes = {row.slot: row.code for row in asked.counted}
    lengths = {row.slot: row.code for row in asked.counted if not row.is_rate}
    for slot, subject, bin_, *counts in reading.cells(asked):
        total = found.setdefault((codes[abs(slot)], subject), Sum())
        total.put(slot, bin_, *counts, is_length=abs(slot) in lengths)
    wanted = [
        (slot, subject, stretch)
        for slot, code in lengths.items()
        for (mine, subject), total in found.items()
        if mine == code
        for stretch in total.wanted()
    ]
    for slot, subject, minutes, count in reading.refined(asked, wanted):
        found[codes[slot], subject].refine(minutes, count)
    return found


def trend(asked: Asked) -> dict[date, Sum]:
    """Of one code and one subject, by day; days without anything are left out."""
    found: dict[date, Sum] = {}
    if not asked.counted:
        return found
    is_length = not asked.counted[-1].is_rate
    for day, slot, bin_, whole, part in reading.days(asked):
        found.setdefault(day, Sum()).put(slot, bin_, whole, part, is_length=is_length)
    if is_length and asked.subjects[0].has_days:
        wanted = [(day, stretch) for day, total in found.items() for stretch in total.wanted()]
        for day, minutes, count in reading.refined_days(asked, wanted):
            found[day].refine(minutes, count)
    return found


def every_day(period: Period, found: Mapping[date, Sum]) -> list[tuple[date, Sum]]:
    """The days of the period in order, with nothing where nothing was."""
    return [
        (day, found.get(day, Sum())) for day in (period.since + DAY * number for number in range(period.days))
    ]
