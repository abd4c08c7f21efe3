"""Whole questions about supervision: where the time of late tickets went, what an oversight officer has to do now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from governance.accounts.actors import Actor
from governance.foundation.calendars import Clock, WorkingCalendar, load_calendar
from governance.foundation.calendars.arithmetic import elapsed
from incidents.models import Deadline, FollowUp, Step, Ticket
from incidents.querysets import TicketQuerySet
from incidents.states import State
from supervision.deeds.appealing import POOR, UNSOLVED
from supervision.late import late_since, workdays_late
from supervision.models import Appeal, LeaderInstruction, SupervisionTask
from supervision.names import InstructionState, TaskState
from supervision.timing import OFFICE
from supervision.values import Values

CAP: Final = 500
ALARMS: Final = frozenset({"warn", "overdue", "urge", "climb", "supplement", "reveal"})
"""Steps that say something and change nothing."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One stage of a ticket's life: in which state, with whom, for how many minutes of its clock."""

    state: str
    unit_id: int | None
    minutes: float


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where the time of a ticket went, in minutes of its own clock; `due` is where on the way its limit ended."""

    stretches: Sequence[Stretch]
    due: float | None
    is_working: bool = True

    @property
    def minutes(self) -> float:
        """All of it."""
        return sum(item.minutes for item in self.stretches)

    @property
    def longest(self) -> Stretch | None:
        """The stage that took most."""
        return max(self.stretches, key=lambda item: item.minutes, default=None)


def ways_of(tickets: Sequence[Ticket], at: datetime) -> dict[int, Way]:
    """The ways of some tickets, step by step: two statements however many there are."""
    ids = [ticket.pk for ticket in tickets]
    steps: dict[int, list[tuple[datetime, str, int | None]]] = {pk: [] for pk in ids}
    rows = Step.objects.filter(ticket_id__in=ids).exclude(verb__in=ALARMS).order_by("ticket_id", "id")
    for ticket_id, moment, state, holder in rows.values_list("ticket_id", "at", "to_state", "holder_id"):
        steps[ticket_id].append((moment, state, holder))
    clocks = dict(
        Deadline.objects.filter(ticket_id__in=ids, stage=Deadline.Stage.HANDLE)
        .order_by("id")
        .values_list("ticket_id", "clock")
    )
    calendar = load_calendar(OFFICE)
    return {
        ticket.pk: _way(ticket, steps[ticket.pk], Clock(clocks.get(ticket.pk, "working")), calendar, at)
        for ticket in tickets
    }


def _way(
    ticket: Ticket,
    steps: Sequence[tuple[datetime, str, int | None]],
    clock: Clock,
    calendar: WorkingCalendar,
    at: datetime,
) -> Way:
    ends = [moment for moment, _state, _unit in steps[1:]] + [ticket.feedback_at or at]
    found: list[Stretch] = []
    for (begin, state, unit_id), end in zip(steps, ends, strict=False):
        minutes = max(0.0, elapsed(calendar, clock, begin, end))
        if found and (found[-1].state, found[-1].unit_id) == (state, unit_id):
            minutes += found.pop().minutes
        found.append(Stretch(state=state, unit_id=unit_id, minutes=minutes))
    due = None
    if ticket.due_at is not None and steps:
        due = max(0.0, elapsed(calendar, clock, steps[0][0], ticket.due_at))
    return Way(
        stretches=[item for item in found if item.minutes > 0], due=due, is_working=clock is Clock.WORKING
    )


@dataclass(frozen=True, kw_only=True)
class Column:
    """Tickets of one severity: the first ones, and how many there are (up to a cap)."""

    key: str
    rows: Sequence[Ticket]
    count: int

    @property
    def is_more(self) -> bool:
        """The count has reached the cap."""
        return self.count > CAP


def columns(actor: Actor, values: Values, at: datetime, *, size: int) -> list[Column]:
    """Late by the bulletin's days and more, by those of a supervision, less; and about to be late. Worst first."""
    calendar = load_calendar(OFFICE)
    far = late_since(calendar, at, values["ladder.bulletin_workdays"])
    near = late_since(calendar, at, values["ladder.supervise_workdays"])
    running = _running(actor)
    spans = (
        ("far", running.filter(due_at__lt=far)),
        ("near", running.filter(due_at__gte=far, due_at__lt=near)),
        ("late", running.filter(due_at__gte=near, due_at__lte=at)),
        ("soon", running.filter(due_at__gt=at, next_warn_at__lte=at)),
    )
    return [
        Column(key=key, rows=list(rows.order_by("due_at", "id")[:size]), count=capped(rows))
        for key, rows in spans
    ]


def _running(actor: Actor) -> TicketQuerySet:
    """Open tickets whose whole clock runs."""
    rows = Ticket.objects.visible_to(actor).open().real().filter(feedback_at=None, due_at__isnull=False)
    return rows.only(*ROW_FIELDS)


ROW_FIELDS: Final = (
    "number",
    "title",
    "state",
    "urgency",
    "region_path",
    "holder_id",
    "lead_unit_id",
    "due_at",
    "next_due_at",
    "feedback_at",
    "is_supervised",
    "has_instruction",
    "return_count",
    "rework_count",
    "registered_at",
)


def capped(rows: TicketQuerySet) -> int:
    """How many, up to one beyond the cap."""
    return rows.order_by().values("pk")[: CAP + 1].count()


def days_late(tickets: Iterable[Ticket], at: datetime) -> dict[int, int]:
    """Workdays past the whole limit."""
    calendar = load_calendar(OFFICE)
    return {item.pk: workdays_late(calendar, item.due_at, at) if item.due_at else 0 for item in tickets}


@dataclass(frozen=True, kw_only=True)
class Duties:
    """What oversight has to do now: counts, each with a list behind it."""

    to_send: int
    to_check: int
    to_score: int
    late: int
    open: int
    listed: int
    appeals: int
    instructions: int
    returned: int
    rechecks: int


def duties(actor: Actor, at: datetime) -> Duties:
    """Counts of one place or unit, in five statements."""
    state = TaskState
    tasks = SupervisionTask.objects.visible_to(actor)
    counted = tasks.open().aggregate(
        open=Count("pk"),
        to_send=Count("pk", filter=Q(state=state.CREATED)),
        to_check=Count("pk", filter=Q(state=state.SUBMITTED)),
        to_score=Count("pk", filter=Q(state=state.ACCEPTED)),
        late=Count("pk", filter=Q(due_at__lte=at)),
        listed=Count("pk", filter=Q(kind__in=["listed_supervision", "interview"])),
    )
    due = {"clocks__stage": "recheck", "clocks__stopped_at": None, "clocks__due_at__lte": at}
    looks = tasks.filter(**due, state=state.CLOSED, recheck="")
    waiting = [InstructionState.GIVEN, InstructionState.ROUTED]
    return Duties(
        **counted,
        rechecks=looks.count(),
        appeals=Appeal.objects.visible_to(actor).open().count(),
        instructions=LeaderInstruction.objects.visible_to(actor).filter(state__in=waiting).count(),
        returned=capped(Ticket.objects.visible_to(actor).real().filter(state=State.RETURNED)),
    )


def ping_pong(actor: Actor, *, size: int, times: int = 2) -> list[Ticket]:
    """Open tickets that were sent back and forth, the newest first."""
    rows = Ticket.objects.visible_to(actor).open().real()
    rows = rows.filter(return_count__gt=0, return_count__gte=times)
    return list(rows.only(*ROW_FIELDS).order_by("-registered_at", "-id")[:size])


def dissatisfied(actor: Actor, since: datetime, *, size: int) -> list[FollowUp]:
    """The newest poor answers of citizens about tickets that this person may see."""
    rows = FollowUp.objects.filter(_poor(), at__gte=since)
    newest = list(rows.order_by("-at", "-pk").values_list("pk", "ticket_id")[: size * 10])
    seen = set(
        Ticket.objects.visible_to(actor)
        .real()
        .filter(pk__in=[ticket for _pk, ticket in newest])
        .values_list("pk", flat=True)
    )
    wanted = [pk for pk, ticket in newest if ticket in seen][:size]
    found = FollowUp.objects.filter(pk__in=wanted).select_related("ticket")
    return list(found.defer("ticket__search", "ticket__content").order_by("-at", "-pk"))


def _poor() -> Q:
    return Q(satisfaction__in=sorted(POOR)) | Q(outcome__in=sorted(UNSOLVED))
