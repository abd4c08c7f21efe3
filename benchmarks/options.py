"""How large and how long the measures are."""

from dataclasses import dataclass

FULL_TICKETS, QUICK_TICKETS = 1_000_000, 200_000
FULL_GRIDS, GRIDS_OF_A_COMMUNITY = 20_000, 30
FULL_HOUSEHOLDS = 300_000
FULL_VIEWERS, QUICK_VIEWERS = 500, 100


def communities_for(grids: int) -> tuple[int, int]:
    """Communities across and up that together have so many grids, or a few more."""
    communities = -(-grids // GRIDS_OF_A_COMMUNITY)
    up = max(1, int(communities**0.5 * 0.8))
    return -(-communities // up), up


@dataclass(frozen=True, kw_only=True)
class Options:
    """`tickets` in the large databases, `seconds` of load for each figure.

    The territory: `communities` across and up of thirty grids each, `points` that are located in one request,
    `moved` open tickets that a revision hands over. The registers: `households`, ten residents to three.
    The exchange: `batches` of a thousand reports each. Open screens: `viewers`.
    """

    tickets: int = QUICK_TICKETS
    seconds: float = 4.0
    rounds: int = 3
    small: int = 10_000
    alarms: int = 10_000
    explain: bool = False
    communities: tuple[int, int] = communities_for(FULL_GRIDS)
    points: int = 10_000
    households: int = FULL_HOUSEHOLDS
    moved: int = 1_000
    batches: int = 20
    viewers: int = QUICK_VIEWERS
