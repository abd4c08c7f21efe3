"""What a deadline is made of: an amount of time on a clock, pauses and extensions; pure data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Clock(StrEnum):
    """`working` counts only the frames of a calendar, `natural` counts every minute."""

    WORKING = "working"
    NATURAL = "natural"


class Unit(StrEnum):
    """Workdays exist only on the working clock, days (24 hours each) only on the natural clock."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKDAY = "workday"
    DAY = "day"


MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.DAY: 24 * 60}
TEN_YEARS = {Unit.MINUTE: 5_270_400, Unit.HOUR: 87_840, Unit.WORKDAY: 3_660, Unit.DAY: 3_660}
_ONLY_CLOCK = {Unit.WORKDAY: Clock.WORKING, Unit.DAY: Clock.NATURAL}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take, as the matter catalogue writes it; `unit` and `clock` may be text.

    ValueError for an unknown unit or clock, an amount outside 1 .. ten years, or a unit on the wrong clock.
    """

    amount: int
    unit: Unit
    clock: Clock

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "clock", Clock(self.clock))
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise ValueError(f"the amount of a limit is a whole number, not {self.amount!r}")
        if not 1 <= self.amount <= TEN_YEARS[self.unit]:
            raise ValueError(f"the amount of a limit lies between 1 and ten years: {self.amount} {self.unit}")
        if _ONLY_CLOCK.get(self.unit, self.clock) is not self.clock:
            raise ValueError(f"{self.unit} is not a unit of the {self.clock} clock")

    @classmethod
    def workdays(cls, amount: int) -> "Limit":
        """`amount` workdays, on the working clock."""
        return cls(amount, Unit.WORKDAY, Clock.WORKING)

    @property
    def minutes(self) -> int:
        """The amount in minutes of its own clock; ValueError for workdays, whose length varies."""
        if self.unit is Unit.WORKDAY:
            raise ValueError("a workday has no fixed number of minutes")
        return self.amount * MINUTES[self.unit]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} ({self.clock})"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `start` up to `end` (aware); one that goes on ends at the caller's `at`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a pause needs aware instants")
        if self.end < self.start:
            raise ValueError("a pause cannot end before it starts")


@dataclass(frozen=True, slots=True)
class Extension:
    """Time granted on top of a limit. A working limit cannot be extended on the natural clock."""

    limit: Limit
