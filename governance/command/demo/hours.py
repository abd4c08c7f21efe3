"""When things happen: busy days and hours, office time, and how long people take."""

import random
from datetime import datetime, timedelta
from typing import Final

from governance.foundation.calendars import Clock, load_calendar
from governance.foundation.calendars.arithmetic import shift
from governance.foundation.clock import local

WORKER_HOURS: Final = (0, 0, 0, 0, 0, 0, 1, 4, 12, 16, 14, 7, 2, 3, 13, 15, 12, 7, 3, 2, 2, 1, 0, 0)
CITIZEN_HOURS: Final = (0, 0, 0, 0, 0, 1, 2, 5, 12, 14, 13, 9, 6, 7, 10, 11, 10, 8, 6, 6, 6, 4, 2, 1)
NIGHT_HOURS: Final = (6, 4, 3, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 8, 12, 14, 10)
WEEKDAYS: Final = (1.12, 1.08, 1.0, 1.02, 1.05, 0.72, 0.62)
GROWTH: Final = 0.3


def day_weights(first: datetime, days: int, rng: random.Random) -> list[float]:
    """How busy each day is: weekdays, a slow rise, and good and bad days."""
    return [
        WEEKDAYS[local(first + timedelta(days=day)).weekday()]
        * (1 - GROWTH / 2 + GROWTH * day / max(1, days - 1))
        * rng.uniform(0.82, 1.2)
        for day in range(days)
    ]


def moment_on(day: datetime, hours: tuple[int, ...], rng: random.Random) -> datetime:
    """A moment on the local day of `day`, by the weights of its hours."""
    midnight = local(day).replace(hour=0, minute=0, second=0, microsecond=0)
    hour = rng.choices(range(24), hours)[0]
    return midnight + timedelta(hours=hour, seconds=rng.randrange(3600))


def later(at: datetime, minutes: float, *, is_natural: bool = False) -> datetime:
    """So many minutes of office time (or of any time) after `at`."""
    if is_natural:
        return at + timedelta(minutes=minutes)
    return shift(load_calendar("office"), Clock.WORKING, at, minutes)


def taken(rng: random.Random, typical: float) -> float:
    """Minutes that something takes: mostly about `typical`, now and then much longer."""
    return min(typical * 8, max(1.0, rng.lognormvariate(0, 0.7) * typical))


def finished(
    rng: random.Random, at: datetime, due_at: datetime, *, is_late: bool, is_natural: bool
) -> datetime:
    """When work begun at `at` is done: somewhere before `due_at`, or after it."""
    if is_late or due_at <= at:
        return later(max(at, due_at), 10 + rng.expovariate(1 / 350), is_natural=is_natural)
    wanted = at + (due_at - at) * min(0.97, max(0.04, rng.betavariate(1.5, 2.3)))
    if is_natural:
        return wanted
    wanted = later(wanted, rng.uniform(1, 25))
    return wanted if wanted <= due_at else max(at, due_at - timedelta(minutes=rng.uniform(3, 40)))
