"""How large and how long the measures are."""

from dataclasses import dataclass

FULL_TICKETS, QUICK_TICKETS = 1_000_000, 200_000


@dataclass(frozen=True, kw_only=True)
class Options:
    """`tickets` in the large databases, `seconds` of load for each figure.

    The territory: `communities` across and up of thirty grids each, `points` that are located in one request,
    `moved` open tickets that a revision hands over.
    """

    tickets: int = QUICK_TICKETS
    seconds: float = 4.0
    rounds: int = 3
    small: int = 10_000
    alarms: int = 10_000
    explain: bool = False
    communities: tuple[int, int] = (32, 21)
    points: int = 10_000
    moved: int = 1_000
