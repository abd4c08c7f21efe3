"""What is asked of the engine: which definitions, of whom, when, and whether sensitive items count."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessment.definitions import Definition
from assessment.periods import Period
from assessment.subjects import Subject


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


def slots_of(asked: Asked) -> list[int]:
    """Where the sums that are asked for are kept: lengths by one digit."""
    return [row.slot for row in asked.counted]
