"""Surges of a day: every place and kind of matter against its own expectation, all of them judged together. Pure.

What a place or a kind of matter may expect follows the volume of the rest of the city on the same days: when everything
grows (a holiday, a new channel, a sample drawn more densely), the total of the city is a surge and nothing else is.
Each series is looked at over one day and over seven, so that what comes at once and what creeps up are both
seen. Of all
looks of an evening only those are surges whose q (Benjamini-Hochberg) keeps to the share of false alarms that
is allowed, with at least `least` tickets and `times` the expected number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.detecting.expecting import GAP, Model, as_series, day_factors, fitted, season_factor
from analysis.detecting.tails import adjusted, tail

WINDOWS: Final = (1, 7)
YEAR: Final = 364
"""A year ago on the same weekday."""
AROUND: Final = 14
VOLUME_PULL: Final = 5.0
"""So many tickets of the rest of the city weigh against the volume of a day."""

Key = tuple[str, str]
"""A place (its code) and a kind of matter (the beginning of its code; empty for all)."""
Counts = Mapping[Key, Mapping[int, int]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What makes a surge; numbers of the office, in force on the day."""

    baseline_days: int = 56
    least_days: int = 28
    false_share: float = 0.05
    least: int = 5
    times: float = 1.5


@dataclass(frozen=True, kw_only=True)
class Look:
    """One series over one window. `q`: the share of false alarms among everything at least as rare."""

    key: Key
    window: int
    observed: int
    expected: float
    dispersion: float
    p: float
    q: float
    factor: float

    def is_surge(self, limits: Limits) -> bool:
        """Whether it is more than chance and more than a trifle."""
        return (
            self.q <= limits.false_share
            and self.observed >= limits.least
            and self.observed >= limits.times * self.expected
        )


@dataclass(frozen=True, kw_only=True)
class Evening:
    """All looks of a day that could be surges, and how many were taken in all."""

    day: int
    looks: Sequence[Look]
    tests: int
    baseline_days: int

    def surges(self, limits: Limits) -> list[Look]:
        """The rarest first."""
        return sorted(
            (look for look in self.looks if look.is_surge(limits)), key=lambda look: (look.p, look.key)
        )


class Judge:
    """Takes in series one after the other and ranks all looks at the end; it keeps only what could be a surge."""

    def __init__(
        self,
        pooled: Mapping[str, Mapping[int, int]],
        kinds: Mapping[int, int],
        day: int,
        first: int,
        limits: Limits,
    ) -> None:
        """`pooled`: tickets of the whole city by kind of matter and day number; `kinds`: kinds of days; `first`: the
        first day of which anything is known.
        """
        self.pooled, self.kinds, self.day, self.first, self.limits = pooled, kinds, day, first, limits
        self.end = day - GAP + 1
        self.begin = max(first, self.end - limits.baseline_days)
        self.looks: list[Look] = []
        self.tests = 0
        self._factors: dict[str, tuple[list[float], list[float]]] = {}

    @property
    def knows_enough(self) -> bool:
        """Whether the baseline is long enough to judge anything."""
        return self.end - self.begin >= self.limits.least_days

    def look(self, key: Key, series: Mapping[int, int]) -> None:
        """One series over every window. The whole city's total is measured by its own past alone."""
        history = as_series(series, self.begin, self.end - self.begin)
        if not sum(history) and not any(series.get(self.day - back, 0) for back in range(GAP)):
            return
        self.tests += len(WINDOWS)
        before, now = self._usual(key[1], series)
        total = self.pooled.get("", series)
        if sum(total.values()) > sum(series.values()):
            volume = self._volume(series, total)
            before = [one * volume[number] for number, one in enumerate(before)]
            now = [one * volume[number - len(now)] for number, one in enumerate(now)]
        self.looks += _looks(key, series, fitted(history, before), now, self.day, self.limits)

    def _usual(self, kind: str, series: Mapping[int, int]) -> tuple[list[float], list[float]]:
        """Factors of weekday and season, learnt once for each kind of matter."""
        if kind not in self._factors:
            pooled = self.pooled.get(kind, series)
            base = range(self.begin, self.end)
            self._factors[kind] = _factors(pooled, self.kinds, base, self.day, self.first)
        return self._factors[kind]

    def _volume(self, series: Mapping[int, int], total: Mapping[int, int]) -> list[float]:
        """How busy the rest of the city was, beside what is usual: days of the baseline, then of the judged week."""
        before, now = self._usual("", total)
        days = [*range(self.begin, self.end), *range(self.day - GAP + 1, self.day + 1)]
        rest = [total.get(day, 0) - series.get(day, 0) for day in days]
        mean = sum(rest[: len(before)]) / sum(before)
        return [
            (count + VOLUME_PULL) / (mean * factor + VOLUME_PULL)
            for count, factor in zip(rest, [*before, *now], strict=True)
        ]

    def evening(self) -> Evening:
        """Everything together."""
        ranked = adjusted([look.p for look in self.looks], self.tests)
        return Evening(
            day=self.day,
            looks=[replace(look, q=q) for look, q in zip(self.looks, ranked, strict=True)],
            tests=self.tests,
            baseline_days=max(0, self.end - self.begin),
        )


def evening(
    counts: Counts, kinds: Mapping[int, int], day: int, first: int, *, root: str, limits: Limits
) -> Evening:
    """Judge a day whose series are all in hand; `root` is the place that holds all others.

    Nothing is judged while fewer than `limits.least_days` are known before the week that is judged.
    """
    pooled = {kind: series for (place, kind), series in counts.items() if place == root}
    judge = Judge(pooled, kinds, day, first, limits)
    if judge.knows_enough:
        for key, series in counts.items():
            judge.look(key, series)
    return judge.evening()


def _factors(
    pooled: Mapping[int, int], kinds: Mapping[int, int], base: range, day: int, first: int
) -> tuple[list[float], list[float]]:
    """Factors of the days of the baseline, and of the judged week, the day itself last."""
    by_kind = day_factors([pooled.get(one, 0) for one in base], [kinds[one] for one in base])
    season = 1.0
    if base[0] - YEAR >= first:
        then = range(day - YEAR - AROUND, day - YEAR + AROUND + 1)
        season = season_factor(
            sum(pooled.get(one, 0) for one in then),
            len(then),
            sum(pooled.get(one - YEAR, 0) for one in base),
            len(base),
        )
    week = [by_kind[kinds[day - back]] * season for back in reversed(range(GAP))]
    return [by_kind[kinds[one]] for one in base], week


def _looks(
    key: Key, series: Mapping[int, int], model: Model, factors: Sequence[float], day: int, limits: Limits
) -> list[Look]:
    """The windows in which there is enough to be a surge at all."""
    found = []
    for window in WINDOWS:
        observed = sum(series.get(day - back, 0) for back in range(window))
        if observed < limits.least:
            continue
        expected, dispersion = model.window(factors[-window:])
        p = tail(observed, expected, dispersion)
        factor = factors[-1] if window == 1 else sum(factors) / len(factors)
        found.append(
            Look(
                key=key,
                window=window,
                observed=observed,
                expected=expected,
                dispersion=dispersion,
                p=p,
                q=1.0,
                factor=factor,
            )
        )
    return found


def outstanding(looks: Sequence[Look], holds: Callable[[str, str], bool]) -> list[Look]:
    """The rarest of each story: a surge of a place is also one of its community, its town and of all matters there.

    `holds(a, b)`: whether place a holds place b. Looks are the rarest first.
    """
    found: list[Look] = []
    for look in looks:
        if not any(_is_same_story(look.key, other.key, holds) for other in found):
            found.append(look)
    return found


def _is_same_story(one: Key, other: Key, holds: Callable[[str, str], bool]) -> bool:
    same_place = one[0] == other[0] or holds(one[0], other[0]) or holds(other[0], one[0])
    return same_place and (one[1].startswith(other[1]) or other[1].startswith(one[1]))
