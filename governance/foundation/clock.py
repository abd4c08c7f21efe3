"""The one place that asks the machine for the time; everything below the edges takes `at`."""

from datetime import UTC, datetime

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware, in UTC. Called at the edges only (views, tasks, commands)."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """`at` in the city's own time zone, for dates, numbers and screens."""
    return timezone.localtime(at)
