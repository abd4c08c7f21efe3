"""How many holes the duty rosters have in the days to come, counted beforehand for the navigation of every page.

Counted every minute and after each change of a roster; a page reads what was counted and asks no table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final

from django.core.cache import cache

from grids.territory import current as territory
from staffing.roster import coming_gaps

KEY: Final = "staffing:roster-holes"
KEPT_SECONDS: Final = 600
SEEN_SECONDS: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class Holes:
    """How many begin within the days that are looked ahead, and how many gape now."""

    count: int = 0
    now: int = 0


def keep(*, at: datetime) -> int:
    """Count the holes of all rosters and keep them by unit; returns how many: two statements or three."""
    found: dict[int, tuple[int, int]] = {}
    for gap in coming_gaps(list(territory().units), at):
        count, now = found.get(gap.unit_id, (0, 0))
        found[gap.unit_id] = (count + 1, now + (gap.starts_at <= at))
    cache.set(KEY, found, KEPT_SECONDS)
    forget()
    return sum(count for count, _now in found.values())


class _Seen:
    """What a process saw last, for a moment: the navigation asks for it on every page."""

    def __init__(self) -> None:
        self.until = 0.0
        self.counts: Any = None

    def counts_of_now(self) -> Any:
        """What the cache holds, or held two seconds ago at most."""
        if monotonic() > self.until:
            self.counts = cache.get(KEY)
            self.until = monotonic() + SEEN_SECONDS
        return self.counts


_seen = _Seen()


def forget() -> None:
    """Look again at the next page."""
    _seen.until = 0.0


def known(is_read: Callable[[int], bool]) -> Holes | None:
    """What was counted for the units whose roster is read; None where nothing was counted lately."""
    found = _seen.counts_of_now()
    if not isinstance(found, dict):
        return None
    own = [holes for unit, holes in found.items() if is_read(unit)]
    return Holes(count=sum(count for count, _now in own), now=sum(now for _count, now in own))
