"""What a unit has in hand, by the clock and by who carries it; what remains of its allowances."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Max, Q

from grids.scope import Scope
from incidents.models import Assignment, DueChange, Step, Ticket
from incidents.sandbox import apart
from incidents.states import OPEN, OPEN_PARTS, State

HELD_CAP, PARTS_CAP = 500, 50
WAITING_FOR_OTHERS = frozenset(
    {State.FEEDBACK, State.FOLLOW_UP, State.RETURNED, State.SUSPENDED, State.VERIFYING}
)
MINE = frozenset({State.REGISTERED, State.ACCEPTED, State.DISPATCHED, State.HANDLING})


@dataclass(kw_only=True)
class Board:
    """The tickets of a unit by when its clock runs out; `others`: where somebody else has to move first."""

    today: list[Ticket] = field(default_factory=list)
    week: list[Ticket] = field(default_factory=list)
    later: list[Ticket] = field(default_factory=list)
    others: list[Ticket] = field(default_factory=list)
    to_sign: int = 0
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many open tickets one person or grid carries, and how many of them are late."""

    key: int
    open: int
    late: int

    @property
    def share(self) -> float:
        """Late of open."""
        return self.late / self.open if self.open else 0.0

    @property
    def percent(self) -> str:
        """The share for people, with numerator and denominator beside it."""
        return f"{100 * self.share:.0f} %"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a unit may still ask for a ticket."""

    extensions: int
    returns: int
    is_binding: bool


def board(scope: Scope, *, at: datetime, day_ends: datetime, week_ends: datetime) -> Board:
    """What lies with the person's units (due next first) and what they sent on: two statements."""
    found = Board()
    units = scope.unit_ids
    rows = Ticket.objects.held_by(units).real().filter(_readable(scope)).for_rows()
    held = list(rows.order_by(F("next_due_at").asc(nulls_last=True), "id")[: HELD_CAP + 1])
    found.is_cut = len(held) > HELD_CAP
    for ticket in held[:HELD_CAP]:
        found.to_sign += ticket.state == State.DISPATCHED
        if ticket.state in WAITING_FOR_OTHERS:
            found.others.append(ticket)
        elif ticket.next_due_at is not None and ticket.next_due_at < day_ends:
            found.today.append(ticket)
        elif ticket.next_due_at is not None and ticket.next_due_at < week_ends:
            found.week.append(ticket)
        else:
            found.later.append(ticket)
    led = Ticket.objects.open().real().filter(_readable(scope), lead_unit__in=units).exclude(holder__in=units)
    led = led.filter(state__in=sorted(WAITING_FOR_OTHERS)).for_rows()
    found.others += list(led.order_by("due_at", "id")[:PARTS_CAP])
    return found


def _readable(scope: Scope) -> Q:
    """Sensitive ones only for those who read them, or whose unit leads."""
    return Q() if scope.sees_sensitive else Q(is_sensitive=False) | Q(lead_unit__in=sorted(scope.unit_ids))


def by_person(unit_ids: Collection[int], at: datetime) -> list[Load]:
    """Open tickets in hand by who signed for them last: two statements."""
    held = Ticket.objects.held_by(unit_ids).real().filter(state=State.HANDLING)
    late_of = dict(held.order_by("next_due_at", "id").values_list("id", "next_due_at")[:HELD_CAP])
    signed = Step.objects.filter(
        ticket__in=list(late_of), verb__in=("sign", "reopen", "redo"), actor__isnull=False
    )
    last = signed.order_by().values("ticket").annotate(last=Max("id")).values("last")
    who = dict(Step.objects.filter(pk__in=last).values_list("ticket_id", "actor_id"))
    found: dict[int, list[int]] = {}
    for ticket_id, due in late_of.items():
        counts = found.setdefault(who.get(ticket_id) or 0, [0, 0])
        counts[0] += 1
        counts[1] += due is not None and due <= at
    return _sorted(Load(key=key, open=number, late=late) for key, (number, late) in found.items())


def by_grid(paths: Sequence[str], at: datetime, size: int = 30) -> list[Load]:
    """Open tickets of each grid inside the places covered: one statement along the index of open places."""
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(region_path__startswith=path)
    rows = Ticket.objects.real().filter(inside, state__in=sorted(OPEN), grid__isnull=False).order_by()
    counted = rows.values_list("grid_id").annotate(
        number=Count("pk"), late=Count("pk", filter=Q(next_due_at__lte=at))
    )
    return _sorted(Load(key=key, open=number, late=late) for key, number, late in counted)[:size]


def _sorted(loads: Iterable[Load]) -> list[Load]:
    return sorted(loads, key=lambda load: (-load.late, -load.open, load.key))


def parts(unit_ids: Collection[int]) -> list[Assignment]:
    """The co-handled parts that the units still owe, the one due next first."""
    rows = Assignment.objects.filter(apart(), unit__in=sorted(unit_ids), state__in=sorted(OPEN_PARTS))
    rows = rows.select_related("ticket").defer("ticket__search", "ticket__content")
    return list(rows.order_by(F("due_at").asc(nulls_last=True), "id")[:PARTS_CAP])


def allowances(tickets: Iterable[Ticket], *, extensions: int, returns: int) -> Mapping[int, Allowance]:
    """What may still be asked for each ticket: two statements."""
    ids = [ticket.pk for ticket in tickets]
    granted = DueChange.objects.filter(deadline__ticket__in=ids, kind=DueChange.Kind.EXTENDED).order_by()
    used = dict(granted.values_list("deadline__ticket_id").annotate(Count("pk")))
    facts = Ticket.objects.filter(pk__in=ids).values_list("id", "return_count", "is_final_assignment")
    return {
        key: Allowance(
            extensions=max(0, extensions - used.get(key, 0)),
            returns=0 if is_binding else max(0, returns - returned),
            is_binding=is_binding,
        )
        for key, returned, is_binding in facts
    }
