"""What oversight does with a report: accept, reject, score and close, look again; and the record of an interview."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from incidents.models import Attachment
from supervision import timing, words
from supervision.deeds.ordering import Order, create
from supervision.frame import TASKS, moving, turning
from supervision.models import SupervisionTask
from supervision.names import Cause, Kind, ObjectKind, Recheck, Stage, one_up
from supervision.values import values_at


def accept(
    pk: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str = "",
    files: Sequence[UUID] = (),
    version: int | None = None,
) -> SupervisionTask:
    """The report holds. What lies in a grid is seen on site, with a photo."""
    with moving(TASKS, "accept", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        images = Attachment.objects.filter(pk__in=list(files), media_type__startswith="image/")
        if row.object_kind == ObjectKind.GRID and not (files and images.exists()):
            raise Unprocessable(
                fields={"files": [pgettext_lazy("supervision", "A photo from the place is needed")]}
            )
        move.files = files
        row.accepted_at = at
        clock = timing.start(row, Stage.SCORE, at=at, values=values_at(at))
        words.tell_unit("accept", row, f"{row.number}:accept:{clock.pk}", at=at, by=by)
    result: SupervisionTask = move.row
    return result


@transaction.atomic
def reject(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> SupervisionTask:
    """The report does not hold: rectified again within half the limit."""
    with moving(TASKS, "reject", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.rejected_count += 1
        timing.stop(move.row, at=at)
    row: SupervisionTask = move.row
    with turning(TASKS, "again", row, by=SYSTEM_ACTOR, at=at):
        values = values_at(at)
        limit = timing.halved(values.limit(Stage.RECTIFY, row.kind), values["again.share"])
        clock = timing.start(row, Stage.RECTIFY, at=at, values=values, limit=limit)
        words.tell_unit("reject", row, f"{row.number}:reject:{clock.pk}", at=at, by=by)
    return row


def interview(
    pk: int, *, by: Actor, at: datetime, held_on: date, opinion: str = "", version: int | None = None
) -> SupervisionTask:
    """The record of the interview: when, and what was said and promised."""
    with moving(TASKS, "interview", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        if row.kind != Kind.INTERVIEW:
            raise Unprocessable(
                pgettext_lazy("supervision", "The unit is not called for an interview"), code="no_interview"
            )
        if held_on > local(at).date():
            raise Unprocessable(fields={"held_on": [pgettext_lazy("supervision", "The day is yet to come")]})
        row.interviewed_on = held_on
        move.data = {"held_on": held_on.isoformat()}
    result: SupervisionTask = move.row
    return result


def close(
    pk: int, *, by: Actor, at: datetime, score: int, opinion: str = "", version: int | None = None
) -> SupervisionTask:
    """Write the score; in thirty days somebody looks whether it is back."""
    with moving(TASKS, "close", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        if not 1 <= score <= 100:
            raise Unprocessable(
                fields={"score": [pgettext_lazy("supervision", "A score lies between 1 and 100")]}
            )
        row.score, row.closed_at = score, at
        move.data = {"score": score}
        timing.start(row, Stage.RECHECK, at=at, values=values_at(at))
        row.due_at = row.warn_at = None
        words.tell_unit("close", row, f"{row.number}:close", at=at, by=by)
    result: SupervisionTask = move.row
    return result


def recheck(
    pk: int, *, by: Actor, at: datetime, outcome: str, opinion: str = "", version: int | None = None
) -> SupervisionTask:
    """Look again: what is back is supervised one kind up, as a task of its own."""
    with moving(TASKS, "recheck", pk, by=by, at=at, version=version) as move:
        row = move.row
        move.say(opinion)
        if row.recheck:
            raise Unprocessable(
                pgettext_lazy("supervision", "It has been looked at again already"), code="rechecked"
            )
        row.recheck = Recheck(outcome).value
        move.data = {"outcome": row.recheck}
        timing.stop(row, at=at)
        if row.recheck == Recheck.RELAPSED:
            _again(row, at=at)
    result: SupervisionTask = move.row
    return result


def _again(row: SupervisionTask, *, at: datetime) -> None:
    order = Order(
        kind=one_up(row.kind) or Kind.INTERVIEW,
        cause=Cause.RELAPSE,
        title=row.title,
        demands=row.demands,
        unit_id=row.unit_id,
        ticket=row.ticket,
        grid=row.grid,
        region=row.region,
        item=row.duty_item,
        origin=f"relapse:{row.pk}",
    )
    create(order, by=SYSTEM_ACTOR, at=at, follows=row)
