"""How large and how long the measures are."""

from dataclasses import dataclass

FULL_TICKETS, QUICK_TICKETS = 1_000_000, 200_000


@dataclass(frozen=True, kw_only=True)
class Options:
    """`tickets` in the large databases, `seconds` of load for each figure, points of the grid measure."""

    tickets: int = QUICK_TICKETS
    seconds: float = 4.0
    rounds: int = 3
    small: int = 10_000
    alarms: int = 10_000
    explain: bool = False
