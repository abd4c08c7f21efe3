"""Sums, and the length in minutes that a share of them does not exceed.

Lengths are summed up twice, by one digit and by two (`statements.ROUGH`, `LENGTH`): the few rough sums say in which
stretch a share ends, and only that stretch is read by two digits. The answer is the same as from all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

SHARES: Final = (0.5, 0.9)
"""What is told of lengths: the median and the 90th percentile."""
Stretch = tuple[int, int]


def stretch_of(bin_: int) -> Stretch:
    """The first and the last minute that a sum by one digit holds."""
    return bin_, bin_ + 10 ** max(1, len(str(bin_)) - 1) - 1


@dataclass
class Sum:
    """What was added up. `bins` counts lengths by one digit, `fine` by two, where it was read."""

    whole: int = 0
    part: int = 0
    frozen_whole: int = 0
    frozen_part: int = 0
    bins: dict[int, int] = field(default_factory=dict)
    fine: dict[int, int] = field(default_factory=dict)

    def put(
        self,
        slot: int,
        bin_: int,
        whole: int,
        part: int,
        frozen_whole: int = 0,
        frozen_part: int = 0,
        *,
        is_length: bool = False,
    ) -> None:
        """Add a cell of a slot; below zero it holds by two digits what is in by one as well."""
        if slot < 0:
            self.refine(bin_, whole)
            return
        self.whole += whole
        self.part += part
        self.frozen_whole += frozen_whole
        self.frozen_part += frozen_part
        if is_length:
            self.bins[bin_] = self.bins.get(bin_, 0) + whole

    def refine(self, minutes: int, count: int) -> None:
        """Add a cell of lengths by two digits: of what is in already."""
        self.fine[minutes] = self.fine.get(minutes, 0) + count

    def join(self, other: "Sum") -> None:
        """Add another sum."""
        for bin_, count in other.bins.items():
            self.bins[bin_] = self.bins.get(bin_, 0) + count
        for minutes, count in other.fine.items():
            self.refine(minutes, count)
        self.whole += other.whole
        self.part += other.part
        self.frozen_whole += other.frozen_whole
        self.frozen_part += other.frozen_part

    def wanted(self) -> set[Stretch]:
        """The stretches that have to be read by two digits."""
        return {place[0] for place in map(self._place, SHARES) if place is not None}

    def quantile(self, share: float) -> int | None:
        """The length that one of `SHARES` does not exceed, to two digits; None for nothing."""
        place = self._place(share)
        if place is None:
            return None
        (low, high), before = place
        reached, last = before, low
        for minutes in sorted(minutes for minutes in self.fine if low <= minutes <= high):
            reached, last = reached + self.fine[minutes], minutes
            if reached >= self._rank(share):
                break
        return last

    def _rank(self, share: float) -> int:
        return max(1, -(-int(share * 100) * sum(self.bins.values()) // 100))

    def _place(self, share: float) -> tuple[Stretch, int] | None:
        """The stretch in which the share ends, and how many are shorter than it."""
        reached, rank = 0, self._rank(share)
        for stretch, count in self._stretches():
            if reached + count >= rank:
                return stretch, reached
            reached += count
        return None

    def _stretches(self) -> Iterator[tuple[Stretch, int]]:
        for bin_ in sorted(self.bins):
            yield stretch_of(bin_), self.bins[bin_]
