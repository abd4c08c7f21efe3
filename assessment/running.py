"""One turn of counting: read on in every source until nothing is left, with a part of the past in between."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from assessment.models import RollCursor
from assessment.rollup import begin, build_on, count_new, read_on
from assessment.sources import sources
from governance.foundation.clock import now

TURN_SECONDS: Final = 50.0
LOOK_SECONDS: Final = 0.1
IDLE_LOOK_SECONDS: Final = 0.25
"""Until there was something to take in."""
LINGER_SECONDS: Final = 0.8
"""A turn that has nothing left looks on for a moment: a step on its way is complete at the next look."""


@dataclass
class Known:
    """What a turn has seen so far: how far each source was read, and whose past is in. Looking again costs less."""

    reached: dict[str, int] = field(default_factory=dict)
    built: set[str] = field(default_factory=set)

    @classmethod
    def stored(cls) -> "Known":
        """What the cursors say, without holding them: a rebuild that begins now is seen by the next turn."""
        cursors = list(RollCursor.objects.all())
        return cls(
            {row.source: row.read_id for row in cursors}, {row.source for row in cursors if row.is_built}
        )


def run(*, seconds: float = TURN_SECONDS, clock: Callable[[], datetime] = now) -> int:
    """Count for at most that long; how many steps and items were taken in. Safe beside itself."""
    done, end, known = 0, time.monotonic() + seconds, Known.stored()
    for source in sources():
        if source.name not in known.reached:
            begin(source)
    count_new(at=clock())
    busy_at = time.monotonic()
    while time.monotonic() < end:
        taken, has_more = once(at=clock(), known=known)
        done += taken
        if taken:
            busy_at = time.monotonic()
        elif time.monotonic() - busy_at >= LINGER_SECONDS:
            break
        if not has_more:
            time.sleep(LOOK_SECONDS if done else IDLE_LOOK_SECONDS)
    return done


def once(*, at: datetime, known: Known | None = None) -> tuple[int, bool]:
    """A batch of steps, then a batch of the past, of each source: how much, and whether there is more at once."""
    done, has_more, known = 0, False, known or Known()
    for source in sources():
        upto = source.horizon()
        if known.reached.get(source.name) != upto:
            read = read_on(source, at=at, upto=upto)
            done, has_more = done + read.steps, has_more or read.has_more
            if not read.has_more and not read.is_busy:
                known.reached[source.name] = upto
        if source.name not in known.built:
            built = build_on(source, at=at)
            done, has_more = done + built.items, has_more or built.has_more
            if not built.has_more and not built.is_busy:
                known.built.add(source.name)
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
