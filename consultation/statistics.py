"""How departments answer whistles: one line for each, counted in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, F, Q

from consultation.models import CallLine, WhistleCall
from consultation.notices import name_of
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes


@dataclass(frozen=True, kw_only=True)
class Line:
    """One department. Rates keep numerator and denominator."""

    unit_id: int
    name: str
    called: int
    due: int
    in_time: int
    declined: int
    arrived: int
    done: int
    scored: int
    average: float | None

    @property
    def rate(self) -> str:
        """Answered in time, of those whose answer is due; a dash for none."""
        return f"{100 * self.in_time / self.due:.1f}%" if self.due else "—"

    @property
    def score(self) -> str:
        """The average of the callers' points."""
        return "—" if self.average is None else f"{self.average:.2f}"


def lines(actor: Actor, *, since: datetime, until: datetime, at: datetime, kind: str = "") -> list[Line]:
    """Departments called from `since` up to `until`, as far as the person sees their calls; the worst rate first.

    Who leads a department and nothing else sees its own line. An answer counts once it is given or overdue.
    """
    calls = WhistleCall.objects.visible_to(actor)
    if kind:
        calls = calls.filter(kind=kind)
    rows = CallLine.objects.filter(call__in=calls.values("pk"), called_at__gte=since, called_at__lt=until)
    scope = scopes.of(actor.user)
    if not scope.roles - {Role.DEPT_LEAD, Role.DEPT_HANDLER}:
        rows = rows.filter(unit__in=sorted(scope.unit_ids))
    timely = Q(answered_at__lte=F("answer_due_at"))
    counted = rows.values("unit").annotate(
        called=Count("pk"),
        due=Count("pk", filter=Q(answered_at__isnull=False) | Q(answer_due_at__lte=at)),
        in_time=Count("pk", filter=timely),
        declined=Count("pk", filter=Q(state="declined")),
        arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
        done=Count("pk", filter=Q(state="done")),
        scored=Count("score"),
        average=Avg("score"),
    )
    found = [
        Line(
            name=name_of(row["unit"]),
            unit_id=row["unit"],
            called=row["called"],
            due=row["due"],
            in_time=row["in_time"],
            declined=row["declined"],
            arrived=row["arrived"],
            done=row["done"],
            scored=row["scored"],
            average=row["average"],
        )
        for row in counted
    ]
    return sorted(
        found, key=lambda line: (line.in_time / line.due if line.due else 2.0, -line.called, line.name)
    )


def total(rows: Iterable[Line]) -> Line:
    """All departments together; the average is over points, not over departments."""
    found = list(rows)
    scored = sum(row.scored for row in found)
    points = sum((row.average or 0) * row.scored for row in found)
    names = ("called", "due", "in_time", "declined", "arrived", "done")
    sums = {name: sum(getattr(row, name) for row in found) for name in names}
    return Line(unit_id=0, name="", scored=scored, average=points / scored if scored else None, **sums)
