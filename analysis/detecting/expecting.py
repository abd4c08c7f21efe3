"""How many tickets are to be expected on a day: the level of the last weeks, the kind of day, the season. Pure.

The level is that of the eight weeks before the week that is judged, so that a surge does not raise what it is measured
against. Kinds of days (weekdays, statutory holidays as Sundays, make-up workdays as Mondays) are learnt from the whole
city, where there is enough to learn from; the season from the same weeks a year ago, where they are known. Days far
above the model are cut to three standard deviations (at first those of chance alone) before it is fitted again: an old
surge does not hide a new one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

GAP: Final = 7
"""Days before the judged day, itself among them, that are no part of the baseline."""
ROUNDS: Final = 4
CUT: Final = 3.0
PULL: Final = 20.0
"""So many tickets weigh against a factor that differs from 1."""
LEAST_SEASON, MOST_SEASON = 0.5, 2.0


@dataclass(frozen=True, kw_only=True)
class Model:
    """What a series does by itself: tickets a day on a day of factor 1, and how far it scatters beyond chance."""

    level: float
    dispersion: float
    total: float
    days: int

    @property
    def doubt(self) -> float:
        """The squared relative error of the level itself; it widens every expectation."""
        return 1 / (self.total + 0.5) + self.dispersion / self.days

    def window(self, factors: Sequence[float]) -> tuple[float, float]:
        """Expected tickets of some days together, and their dispersion."""
        means = [self.level * factor for factor in factors]
        mean = math.fsum(means)
        variance = mean + self.dispersion * math.fsum(one * one for one in means) + mean * mean * self.doubt
        return mean, (variance - mean) / (mean * mean)


def day_factors(pooled: Sequence[int], kinds: Sequence[int]) -> dict[int, float]:
    """By kind of day, how busy it is in comparison with the mean day, drawn towards 1."""
    mean = sum(pooled) / len(pooled) if pooled else 0.0
    found = {}
    for kind in range(7):
        counts = [count for count, this in zip(pooled, kinds, strict=True) if this == kind]
        expected = mean * len(counts)
        found[kind] = (sum(counts) + PULL) / (expected + PULL)
    return found


def season_factor(now: int, now_days: int, before: int, before_days: int) -> float:
    """A year ago: these weeks against the weeks of the baseline; drawn towards 1 and kept within bounds."""
    if not now_days or not before_days:
        return 1.0
    expected = before * now_days / before_days
    return min(MOST_SEASON, max(LEAST_SEASON, (now + PULL) / (expected + PULL)))


def fitted(counts: Sequence[int], factors: Sequence[float]) -> Model:
    """The model of a baseline, fitted again and again with outliers cut."""
    days = len(counts)
    whole = math.fsum(factors)
    values: list[float] = [float(count) for count in counts]
    level, dispersion = 0.0, 0.0
    for number in range(ROUNDS):
        level = (math.fsum(values) + 0.5) / whole
        means = [level * factor for factor in factors]
        dispersion = _dispersion(values, means) if number else 0.0
        values = [
            min(float(count), mean + CUT * math.sqrt(mean + dispersion * mean * mean) + 1)
            for count, mean in zip(counts, means, strict=True)
        ]
    return Model(level=level, dispersion=dispersion, total=math.fsum(values), days=days)


def _dispersion(values: Sequence[float], means: Sequence[float]) -> float:
    """By the method of moments; chance alone has none."""
    excess = math.fsum((value - mean) ** 2 - mean for value, mean in zip(values, means, strict=True))
    return max(0.0, excess / math.fsum(mean * mean for mean in means))


def kind_of(weekday: int, kind: str) -> int:
    """The kind of a day: its weekday, a holiday as a Sunday, a make-up workday as a Monday."""
    return {"holiday": 6, "makeup_workday": 0}.get(kind, weekday)


def as_series(counts: Mapping[int, int], first: int, days: int) -> list[int]:
    """Counts by day number as a list of that many days."""
    return [counts.get(first + number, 0) for number in range(days)]
