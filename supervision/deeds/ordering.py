"""Beginning a supervision and sending its notice: by hand, by a leader's instruction, by the platform."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import OrgUnit
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.models import Grid, Region
from incidents import sides
from incidents.models import Ticket
from mandates.models import DutyItem
from supervision import timing, words
from supervision.frame import INSTRUCTIONS, LONGEST, TASKS, Move, begun, moving, turning
from supervision.ground import answering_unit, path_of_unit, place_unit
from supervision.models import LeaderInstruction, SupervisionTask
from supervision.names import Cause, InstructionState, Kind, ObjectKind, Stage
from supervision.rules import role_to_order
from supervision.states import TASK_TABLE
from supervision.values import values_at

SIDE = "supervision"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What shall be supervised. One of ticket, grid, region, item; none of them: the unit as such."""

    kind: str
    cause: str
    title: str
    demands: str
    unit_id: int | None = None
    ticket: Ticket | None = None
    grid: Grid | None = None
    region: Region | None = None
    item: DutyItem | None = None
    limit_on: date | None = None
    origin: str | None = None

    @property
    def object_kind(self) -> str:
        """Which of the five it is about."""
        found = {
            ObjectKind.TICKET: self.ticket,
            ObjectKind.GRID: self.grid,
            ObjectKind.REGION: self.region,
            ObjectKind.ITEM: self.item,
        }
        return next((kind for kind, value in found.items() if value is not None), ObjectKind.UNIT)

    def unit(self) -> int | None:
        """The unit that was named, or the one that answers for the object."""
        if self.unit_id is not None:
            return self.unit_id
        if self.ticket is not None:
            return answering_unit(self.ticket)
        if self.grid is not None:
            return place_unit(self.grid.path)
        return place_unit(self.region.path, self.region.level) if self.region is not None else None

    def path(self, unit_id: int) -> str:
        """The place that it concerns."""
        if self.ticket is not None:
            return self.ticket.region_path
        if self.grid is not None:
            return self.grid.path
        return self.region.path if self.region is not None else path_of_unit(unit_id)

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if self.kind not in Kind.values:
            found["kind"] = [pgettext_lazy("supervision", "Choose how grave it is")]
        if self.cause not in Cause.values:
            found["cause"] = [pgettext_lazy("supervision", "Choose the cause")]
        if not self.title.strip():
            found["title"] = [pgettext_lazy("supervision", "Give it a title")]
        if not 0 < len(self.demands.strip()) <= LONGEST:
            found["demands"] = [
                pgettext_lazy("supervision", "Say what is demanded, in at most 2000 characters")
            ]
        if self.limit_on is not None and self.limit_on < local(at).date():
            found["limit_on"] = [pgettext_lazy("supervision", "The day is over already")]
        if self.unit() is None:
            found["unit"] = [pgettext_lazy("supervision", "Choose the unit that has to answer")]
        return found


def create(
    order: Order, *, by: Actor, at: datetime, follows: SupervisionTask | None = None
) -> SupervisionTask:
    """Begin a supervision; oversight is told that it has to be sent. Raises Forbidden, Unprocessable, Conflict."""
    with transaction.atomic():
        row = _created(order, by=by, at=at, follows=follows)
        words.tell_oversight("create", row, f"{row.number}:create", at=at, by=by)
    return row


def order_now(order: Order, *, by: Actor, at: datetime) -> SupervisionTask:
    """Begin it and send the notice at once. Raises Forbidden, Unprocessable, Conflict."""
    with transaction.atomic():
        row = _created(order, by=by, at=at)
        with turning(TASKS, "notify", row, by=by, at=at) as move:
            send(move)
    return row


def _created(
    order: Order, *, by: Actor, at: datetime, follows: SupervisionTask | None = None
) -> SupervisionTask:
    unit_id = order.unit()
    if faults := order.faults(at):
        raise Unprocessable(fields=faults)
    assert unit_id is not None  # one of the faults
    if not OrgUnit.objects.filter(pk=unit_id, is_active=True).exists():
        raise Unprocessable(fields={"unit": [pgettext_lazy("supervision", "This unit is closed")]})
    path = order.path(unit_id)
    role = role_to_order(TASK_TABLE["create"], by, path=path, kind=order.kind, object_kind=order.object_kind)
    if order.ticket is not None and order.origin is None:
        _must_not_run(order.ticket)
    row = SupervisionTask(
        number=next_numbers("DB", at)[0],
        kind=order.kind,
        cause=order.cause,
        origin=order.origin,
        object_kind=order.object_kind,
        ticket=order.ticket,
        grid=order.grid,
        region=order.region,
        duty_item=order.item,
        region_path=path,
        unit_id=unit_id,
        title=order.title.strip()[:160],
        demands=order.demands.strip(),
        limit_on=order.limit_on,
        created_by_id=by.user_id,
        created_at=at,
        follows=follows,
    )
    try:
        with transaction.atomic():
            begun(TASKS, "create", row, by=by, role=role, at=at, data={"kind": row.kind, "cause": row.cause})
    except IntegrityError as error:
        if order.origin and SupervisionTask.objects.filter(origin=order.origin).exists():
            raise Conflict(
                pgettext_lazy("supervision", "This has been supervised for the same cause already"),
                code="same_cause",
            ) from error
        raise
    timing.start(row, Stage.SEND, at=at, values=values_at(at))
    row.save(update_fields=["due_at", "warn_at"])
    if row.ticket_id is not None:
        mark(row.ticket_id)
    return row


def _must_not_run(ticket: Ticket) -> None:
    """By hand a ticket is supervised once at a time: a second click finds the first. Raises Conflict."""
    Ticket.objects.select_for_update().only("pk").get(pk=ticket.pk)
    running = SupervisionTask.objects.filter(ticket=ticket).open().order_by("pk").first()
    if running is not None:
        raise Conflict(
            pgettext_lazy("supervision", "It is supervised already: %(number)s") % {"number": running.number},
            code="supervised",
            number=running.number,
        )


def mark(ticket_id: int) -> None:
    """The ticket's page shows its supervision, and lists can find it."""
    sides.mark(ticket_id, SIDE)
    Ticket.objects.filter(pk=ticket_id, is_supervised=False).update(is_supervised=True)


def notify(
    pk: int,
    *,
    by: Actor,
    at: datetime,
    unit_id: int | None = None,
    demands: str = "",
    version: int | None = None,
) -> SupervisionTask:
    """Send the notice to the unit, which may still be another one, with demands that may still be changed."""
    with moving(TASKS, "notify", pk, by=by, at=at, version=version) as move:
        row = move.row
        if unit_id is not None and unit_id != row.unit_id:
            if not OrgUnit.objects.filter(pk=unit_id, is_active=True).exists():
                raise Unprocessable(fields={"unit": [pgettext_lazy("supervision", "This unit is closed")]})
            row.unit_id = unit_id
        if demands.strip():
            row.demands = move.say(demands, name="demands")
        send(move)
    result: SupervisionTask = move.row
    return result


def send(move: Move[SupervisionTask]) -> None:
    """What every notice does: clock of the signature, word to the unit, the instruction's way."""
    row = move.row
    row.notified_at = move.at
    move.data = {"kind": row.kind, "unit": row.unit_id}
    clock = timing.start(row, Stage.SIGN, at=move.at, values=values_at(move.at))
    words.tell_unit("notify", row, f"{row.number}:notify:{clock.pk}", at=move.at, by=move.by)
    if row.cause == Cause.INSTRUCTION:
        _route(row, at=move.at)


def _route(task: SupervisionTask, *, at: datetime) -> None:
    """The leader whose instruction this carries sees where it is."""
    rows = LeaderInstruction.objects.select_for_update().filter(task=task, state=InstructionState.GIVEN)
    for row in rows:
        with turning(INSTRUCTIONS, "route", row, by=SYSTEM_ACTOR, at=at) as move:
            move.data = {"unit": task.unit_id, "task": task.number}
