"""Access compliance (K48): tasks given to the base that the lists cover, of all such tasks; blocked attempts beside it.

Counted from the steps: each dispatch to the base under a list says what covered it, or that nothing did.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT

from governance.accounts.actors import Actor
from grids.territory import Territory
from grids.territory import current as territory
from incidents.models import BlockedDispatch, Step, Ticket
from mandates.queries import GAPS

UNCOVERED = "none"


@dataclass(kw_only=True)
class Tally:
    """Numerator and denominator of one line or place; `why` counts the uncovered ones by what was missing."""

    key: str
    label: str = ""
    tasks: int = 0
    covered: int = 0
    blocked: int = 0
    below_level: int = 0
    why: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GAPS, 0))

    @property
    def uncovered(self) -> int:
        """Given all the same, for a reason."""
        return self.tasks - self.covered

    @property
    def rate(self) -> float | None:
        """Covered of all; None without a task."""
        return self.covered / self.tasks if self.tasks else None

    @property
    def percent(self) -> str:
        """The rate for people, never rounded up to a whole that it is not; a dash without a task."""
        return f"{int(self.covered * 1000 / self.tasks) / 10:.1f} %" if self.tasks else "—"


@dataclass(frozen=True, kw_only=True)
class Compliance:
    """The whole, by department line and by town."""

    whole: Tally
    lines: list[Tally]
    towns: list[Tally]


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `since` on, before `until`."""

    since: datetime
    until: datetime


def tasks(actor: Actor, period: Period) -> QuerySet[Step]:
    """Dispatches to the base under a list, of the tickets that the reader may see."""
    seen = Ticket.objects.visible_to(actor).order_by().values("pk")
    return Step.objects.filter(
        verb="dispatch",
        data__has_key="covering",
        at__gte=period.since,
        at__lt=period.until,
        ticket__in=seen,
    )


def blocked(actor: Actor, period: Period) -> QuerySet[BlockedDispatch]:
    """Attempts that were stopped, of the tickets that the reader may see."""
    seen = Ticket.objects.visible_to(actor).order_by().values("pk")
    return BlockedDispatch.objects.filter(at__gte=period.since, at__lt=period.until, ticket__in=seen)


def compliance(actor: Actor, period: Period) -> Compliance:
    """K48 of a period: two statements."""
    land = territory()
    whole = Tally(key="")
    lines: dict[str, Tally] = {}
    towns: dict[str, Tally] = {}
    given = tasks(actor, period).annotate(
        line=KT("data__covering__line"), kind=KT("data__covering__kind"), gap=KT("data__covering__gap")
    )
    counted = given.order_by().values_list("line", "ticket__region_path", "kind", "gap").annotate(Count("pk"))
    for line, path, kind, gap, number in counted:
        for tally in _all(whole, lines, towns, line or "", town_of(land, path)):
            tally.tasks += number
            tally.covered += number if kind != UNCOVERED else 0
            if kind == UNCOVERED and gap in tally.why:
                tally.why[gap] += number
    stopped = blocked(actor, period).order_by().values_list("line", "region_path", "why")
    for line, path, why, number in stopped.annotate(Count("pk")):
        for tally in _all(whole, lines, towns, line, town_of(land, path)):
            tally.blocked += number
            tally.below_level += number if why == BlockedDispatch.Why.BELOW_LEVEL else 0
    return Compliance(whole=whole, lines=_ordered(lines.values()), towns=_ordered(towns.values()))


def town_of(land: Territory, path: str) -> str:
    """The path of the town of a place, else of the place itself."""
    return next((place.path for place in land.chain(path) if place.level == "town"), path)


def _all(
    whole: Tally, lines: dict[str, Tally], towns: dict[str, Tally], line: str, town: str
) -> tuple[Tally, Tally, Tally]:
    of_line = lines.setdefault(line, Tally(key=line))
    of_town = towns.setdefault(town, Tally(key=town))
    return whole, of_line, of_town


def _ordered(found: Iterable[Tally]) -> list[Tally]:
    """Those with most uncovered tasks first."""
    return sorted(found, key=lambda tally: (-tally.uncovered, -tally.blocked, -tally.tasks, tally.key))
