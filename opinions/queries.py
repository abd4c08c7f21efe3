"""Figures of a period: by platform, by level, and how many were answered in time. Numerators and denominators apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from opinions.querysets import OpinionQuerySet
from opinions.states import Level, Platform, Sentiment


@dataclass(frozen=True, kw_only=True)
class Line:
    """One platform or level. Answered in time of those whose limit to respond has ended."""

    key: str
    name: str
    count: int
    negative: int
    open: int
    due: int
    in_time: int

    @property
    def percent(self) -> str:
        """Two decimals, half up; a dash where nothing was due."""
        return f"{int(self.in_time * 10000 / self.due + 0.5) / 100:.2f}%" if self.due else "–"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that the page shows."""

    total: Line
    platforms: Sequence[Line]
    levels: Sequence[Line]


def due_by(at: datetime) -> Q:
    """The condition that the limit to respond has ended, or that it was met before."""
    return Q(respond_due_at__lte=at) | Q(responded_at__isnull=False)


IN_TIME = Q(responded_at__isnull=False, responded_at__lte=F("respond_due_at"))


def figures(rows: OpinionQuerySet, *, since: datetime, until: datetime, at: datetime) -> Figures:
    """Of what was found in [since, until): one statement."""
    counted = (
        rows.filter(found_at__gte=since, found_at__lt=until)
        .values_list("platform", "level")
        .annotate(
            count=Count("pk"),
            negative=Count("pk", filter=Q(sentiment=Sentiment.NEGATIVE)),
            open=Count("pk", filter=~Q(state__in=["closed", "dismissed"])),
            due=Count("pk", filter=due_by(at) & Q(respond_due_at__isnull=False)),
            in_time=Count("pk", filter=IN_TIME),
        )
        .order_by()
    )
    cells = [(platform, level, tuple(sums)) for platform, level, *sums in counted]
    return Figures(
        total=_line("", "", [sums for _platform, _level, sums in cells]),
        platforms=[
            line
            for item in Platform
            if (line := _line(item.value, str(item.label), [s for p, _l, s in cells if p == item])).count
        ],
        levels=[
            line
            for item in Level
            if (line := _line(item.value, str(item.label), [s for _p, lev, s in cells if lev == item])).count
        ],
    )


def _line(key: str, name: str, sums: Sequence[tuple[int, ...]]) -> Line:
    count, negative, still, due, in_time = (sum(row[index] for row in sums) for index in range(5))
    return Line(key=key, name=name, count=count, negative=negative, open=still, due=due, in_time=in_time)
