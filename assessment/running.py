"""One turn of counting: read on in every source until nothing is left, with a part of the past in between."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from assessment.rollup import begin, build_on, count_new, read_on
from assessment.sources import sources
from governance.foundation.clock import now

TURN_SECONDS: Final = 50.0
LOOK_SECONDS: Final = 0.2
LINGER_SECONDS: Final = 0.8
"""A turn that has nothing left looks on for a moment: a step on its way is complete at the next look."""


def run(*, seconds: float = TURN_SECONDS, clock: Callable[[], datetime] = now) -> int:
    """Count for at most that long; how many steps and items were taken in. Safe beside itself."""
    done, end = 0, time.monotonic() + seconds
    for source in sources():
        begin(source)
    count_new(at=clock())
    busy_at = time.monotonic()
    while time.monotonic() < end:
        taken, has_more = once(at=clock())
        done += taken
        if taken:
            busy_at = time.monotonic()
        elif time.monotonic() - busy_at >= LINGER_SECONDS:
            break
        if not has_more:
            time.sleep(LOOK_SECONDS)
    return done


def once(*, at: datetime) -> tuple[int, bool]:
    """A batch of steps, then a batch of the past, of each source: how much, and whether there is more at once."""
    done, has_more = 0, False
    for source in sources():
        read, built = read_on(source, at=at), build_on(source, at=at)
        done += read.steps + built.items
        has_more = has_more or read.has_more or built.has_more
    return done, has_more


def catch_up(*, at: datetime, said: Callable[[int], object] | None = None) -> int:
    """Take in everything there is now; how many steps and items. Nothing of what others hold at this moment."""
    for source in sources():
        begin(source)
    count_new(at=at)
    total = 0
    while True:
        done, has_more = once(at=at)
        total += done
        if said is not None and done:
            said(total)
        if not has_more:
            return total
