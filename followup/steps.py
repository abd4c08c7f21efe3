"""Reading the steps of tickets, each exactly once: what they tell citizens, and whom somebody has to call.

Steps are numbered before they are committed, so a plain "greater than the last" would lose some. A stretch of numbers
is marked with the transactions that run at that moment, and is read when all of those have ended: by then nothing in
it can appear any more. What a stretch calls for is written in the transaction that moves the mark.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from followup import calls, links
from followup.composing import compose
from followup.models import CallTask, StepCursor
from followup.sampling import is_drawn, kind_of, rate
from followup.states import OPEN_CALLS, SAMPLED, CallKind
from governance.foundation.calendars import Clock, Limit, Unit, due, load_calendar
from governance.foundation.clock import local
from incidents import sandbox, sides
from incidents.catalogue import current as catalogue
from incidents.models import Deadline, Step
from incidents.states import State

VERBS = (
    "dispatch",
    "reject",
    "extend",
    "check",
    "follow_up",
    "close",
    "self_handle",
    "rework",
    "redo",
    "reopen",
    "void",
)
BATCH = 500


def read_on(*, at: datetime, limit: int = BATCH) -> int:
    """Read the next steps; returns how many. Zero: nothing is left, another reads, or a transaction still runs."""
    _mark()
    with transaction.atomic():
        cursor = StepCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if cursor is None or cursor.read_id >= cursor.mark_id or not _has_settled(cursor.mark_xid):
            return 0
        rows = Step.objects.filter(pk__gt=cursor.read_id, pk__lte=cursor.mark_id, verb__in=VERBS)
        rows = rows.select_related("ticket__category", "ticket__source").defer("ticket__search")
        found = list(rows.order_by("pk")[:limit])
        for step in found:
            follow(step, at=at)
        cursor.read_id = found[-1].pk if len(found) == limit else cursor.mark_id
        cursor.save(update_fields=["read_id"])
    return len(found)


def _mark() -> None:
    """Begin a stretch where none is open. The first time everything up to now counts as read.

    The number is read first and the transaction is counted afterwards: whoever has taken a smaller number by then has
    a smaller transaction. (The end of a snapshot would not do: it is one past the last that has *completed*.) A mark of
    transactions that have not been yet comes from another cluster, of which this one is a copy: begin anew.
    """
    last = _one("SELECT last_value FROM incidents_step_id_seq")
    with transaction.atomic():
        row = StepCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if row is None and StepCursor.objects.filter(pk=1).exists():
            return
        xid = _one("SELECT pg_current_xact_id()::text::bigint")
        if row is None:
            StepCursor.objects.bulk_create(
                [StepCursor(pk=1, read_id=last, mark_id=last, mark_xid=xid)], ignore_conflicts=True
            )
        elif row.mark_xid > xid or (row.read_id >= row.mark_id and last > row.mark_id):
            row.mark_id, row.mark_xid = last, xid
            row.save(update_fields=["mark_id", "mark_xid"])


def _has_settled(xid: int) -> bool:
    """Whether every other transaction of this database that began before `xid` has ended."""
    older = _one(_OLDER, [xid])
    return older == 0


def _one(statement: str, values: Sequence[int] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


_OLDER = """
SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()) AS running
 WHERE running::text::bigint < %s
   AND NOT EXISTS (SELECT 1 FROM pg_stat_activity other
                    WHERE other.datname <> current_database() AND other.backend_xid = running::xid)
"""


def follow(step: Step, *, at: datetime) -> None:
    """What one step calls for. Safe to repeat. Nobody is called or written to about what is tried out."""
    if sandbox.is_trial(step.ticket):
        return
    compose(step, at=at)
    match step.verb:
        case "check":
            open_call(step)
        case "self_handle":
            draw(step)
        case "close":
            settle(step, at=at)
            draw(step)
        case "follow_up" | "void" | "rework":
            settle(step, at=at)
        case "redo" | "reopen":
            settle(step, at=at)
            links.revoke_evaluations(step.ticket_id, at=at)


def open_call(step: Step) -> CallTask | None:
    """The citizen is owed a call, until the ticket's own limit. None where the ticket has moved on since."""
    ticket = step.ticket
    if step.to_state != State.FOLLOW_UP or ticket.state != State.FOLLOW_UP:
        return None
    clock = Deadline.objects.filter(ticket=ticket, stage=Deadline.Stage.FOLLOW_UP).order_by("-pk").first()
    due_at = clock.due_at if clock is not None else step.at
    return _opened(step, CallKind.OWED, due_at)


def draw(step: Step) -> CallTask | None:
    """A closed ticket for which nobody waits may be drawn by its number."""
    ticket = step.ticket
    kind = kind_of(ticket) if ticket.state == State.CLOSED else None
    if kind is None:
        return None
    percent = rate(kind, ticket.category.code, local(step.at).date())
    if not is_drawn(ticket.number, percent):
        return None
    days = int(catalogue().policy("follow_up.sample_workdays"))
    limit = Limit(days, Unit.WORKDAY, Clock.WORKING)
    return _opened(step, kind, due(load_calendar("office"), limit, step.at))


def _opened(step: Step, kind: CallKind, due_at: datetime) -> CallTask | None:
    row = CallTask(
        ticket=step.ticket,
        step=step,
        kind=kind,
        opened_at=step.at,
        due_at=due_at,
        next_try_at=step.at,
    )
    made = CallTask.objects.bulk_create([row], ignore_conflicts=True)
    sides.mark(step.ticket_id, "followup")
    return made[0]


def settle(step: Step, *, at: datetime) -> None:
    """The open call of a ticket follows what has happened to it."""
    rows = CallTask.objects.filter(ticket_id=step.ticket_id, state__in=OPEN_CALLS).exclude(kind__in=SAMPLED)
    for pk in rows.values_list("pk", flat=True):
        calls.follow_ticket(pk, at=at, until=step.at)


def reconcile(*, at: datetime, limit: int = BATCH) -> int:
    """Open the calls that are missing: of tickets that wait since before the first step was read. How many."""
    rows = Step.objects.filter(
        sandbox.apart(), verb="check", to_state=State.FOLLOW_UP, ticket__state=State.FOLLOW_UP
    )
    mine = CallTask.objects.filter(ticket=OuterRef("ticket"), opened_at__gte=OuterRef("at"))
    rows = rows.filter(at=F("ticket__checked_at")).exclude(Exists(mine))
    opened = 0
    for step in rows.select_related("ticket__category").order_by("pk")[:limit]:
        opened += open_call(step) is not None
    return opened
