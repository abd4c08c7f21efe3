"""What a worker has done in a year, as figures that apps above tell: each registers a source; nothing here knows them.

    contributions.register(Source(name="incidents", labels={"reported": ...}, count=reported))

A source is asked for some people and two instants, and answers the figures of those of whom it knows something.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Text
from staffing.models import TrainingAttendance

Counted = Mapping[int, Mapping[str, int]]
"""By person, by code of the figure."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Figures of one app: what they are called, and how they are counted from the first instant to before the last."""

    name: str
    labels: Mapping[str, Text]
    count: Callable[[Sequence[int], datetime, datetime], Counted]


_SOURCES: Final[dict[str, Source]] = {}


def register(source: Source) -> None:
    """Called from an app's `ready()`; again is the same."""
    _SOURCES[source.name] = source


def labels() -> dict[str, Text]:
    """Every figure in its order."""
    return {code: label for source in _SOURCES.values() for code, label in source.labels.items()}


def of_year(user_ids: Sequence[int], year: int) -> dict[int, dict[str, int]]:
    """The figures of these people in that year, nothing left out: what no source knows of is 0."""
    found = {pk: dict.fromkeys(labels(), 0) for pk in user_ids}
    zone = timezone.get_default_timezone()
    since, until = (datetime(which, 1, 1, tzinfo=zone) for which in (year, year + 1))
    for source in _SOURCES.values():
        for pk, figures in source.count(user_ids, since, until).items():
            found[pk] |= figures
    return found


def words(figures: Mapping[str, int]) -> list[tuple[Text, int]]:
    """Figures with what they are called; those that have no name any more keep their code."""
    known = labels()
    return [(known.get(code, code), number) for code, number in figures.items()]


def trained(user_ids: Sequence[int], since: datetime, until: datetime) -> Counted:
    """Trainings attended and examinations passed: one statement."""
    rows = TrainingAttendance.objects.filter(
        user__in=user_ids,
        has_attended=True,
        session__held_on__gte=local(since).date(),
        session__held_on__lt=local(until).date(),
    )
    counted = rows.values("user").annotate(
        trainings=Count("pk"), passed=Count("pk", filter=Q(result="passed"))
    )
    return {row["user"]: {"trainings": row["trainings"], "passed": row["passed"]} for row in counted}


TRAINING: Final = Source(
    name="staffing",
    labels={
        "trainings": pgettext_lazy("contribution", "Trainings attended"),
        "passed": pgettext_lazy("contribution", "Examinations passed"),
    },
    count=trained,
)
