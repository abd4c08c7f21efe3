"""What the unit does: sign with a plan, change it, report; and what happens when it does not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.foundation.errors import Unprocessable
from supervision import timing, words
from supervision.deeds.ordering import send
from supervision.frame import TASKS, Move, moving, turning
from supervision.models import SupervisionTask, TaskClock
from supervision.names import Kind, Stage, TaskState, one_up
from supervision.values import values_at


def sign(
    pk: int, *, by: Actor, at: datetime, plan: str = "", person: str = "", version: int | None = None
) -> SupervisionTask:
    """Take it on, with a plan and a person. The platform signs for a unit that did not."""
    with moving(TASKS, "sign", pk, by=by, at=at, version=version) as move:
        row = move.row
        if by.is_system:
            row.is_auto_signed = True
            move.data = {"auto_signed": True}
        else:
            _plan(move, plan, person)
        clock = timing.start(row, Stage.RECTIFY, at=at, values=values_at(at))
        if by.is_system:
            words.tell_unit("sign", row, f"{row.number}:sign:{clock.pk}", at=at, by=by)
            words.tell_oversight("sign", row, f"{row.number}:sign:{clock.pk}", at=at, by=by)
    result: SupervisionTask = move.row
    return result


def change_plan(
    pk: int, *, by: Actor, at: datetime, plan: str, person: str, version: int | None = None
) -> SupervisionTask:
    """Another plan, or the first one where the platform has signed."""
    with moving(TASKS, "plan", pk, by=by, at=at, version=version) as move:
        _plan(move, plan, person)
    result: SupervisionTask = move.row
    return result


def _plan(move: Move[SupervisionTask], plan: str, person: str) -> None:
    move.row.plan = move.say(plan, name="plan")
    move.row.person = move.say(person, name="person")[:60]
    move.data = {"plan": move.row.plan, "person": move.row.person}


def submit(
    pk: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str = "",
    files: Sequence[UUID] = (),
    version: int | None = None,
) -> SupervisionTask:
    """Report what was done, with proof."""
    with moving(TASKS, "submit", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        if row.kind != Kind.URGE and not files:
            raise Unprocessable(
                fields={"files": [pgettext_lazy("supervision", "Add a photo or a paper that proves it")]}
            )
        move.files = files
        clock = timing.start(row, Stage.CHECK, at=at, values=values_at(at))
        words.tell_oversight("submit", row, f"{row.number}:submit:{clock.pk}", at=at, by=by)
    result: SupervisionTask = move.row
    return result


@transaction.atomic
def escalate(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> SupervisionTask:
    """Not rectified in time: one kind up, above the interview the accountability mark; a new notice follows at once."""
    with moving(TASKS, "escalate", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        clock = TaskClock.objects.filter(task=row, stopped_at=None, stage=Stage.RECTIFY).first()
        if clock is None or at <= clock.due_at:
            raise Unprocessable(
                pgettext_lazy("supervision", "It is not overdue: there is still time to rectify"),
                code="not_overdue",
            )
        timing.stop(row, at=at)
        kind = one_up(row.kind)
        move.data = {"from": row.kind, "to": kind or "accountability"}
        row.escalated_count += 1
        row.limit_on = None
        if kind is None:
            row.is_accountable = True
        else:
            row.kind = kind
        key = f"{row.number}:escalate:{row.escalated_count}"
        words.tell_unit("escalate", row, key, at=at, by=by)
        words.tell_oversight("escalate", row, key, at=at, by=by)
        words.tell_duty("escalate", row, key, at=at)
    with turning(TASKS, "notify", move.row, by=SYSTEM_ACTOR, at=at) as following:
        send(following)
    result: SupervisionTask = move.row
    return result


def withdraw(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> SupervisionTask:
    """Taken back by oversight, with a reason; the unit is told where it knew."""
    with moving(TASKS, "withdraw", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        was_sent = row.state != TaskState.CREATED
        timing.stop(row, at=at, is_needed=False)
        row.closed_at = at
        if was_sent:
            words.tell_unit("withdraw", row, f"{row.number}:withdraw", at=at, by=by)
    result: SupervisionTask = move.row
    return result
