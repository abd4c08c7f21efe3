"""The verbs after the report: ordered or listed, controlled, rectified, checked again, accepted or sent back."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import pgettext_lazy

from fieldwork.fairness.covering import NotCovered, Task, count_attempt, kept, must_be_covered, reaches_base
from fieldwork.fairness.models import BlockedTask
from fieldwork.hazards import telling
from fieldwork.hazards.frame import Move, moving
from fieldwork.hazards.models import Hazard, HazardListing, HazardStep
from fieldwork.hazards.states import Grade
from fieldwork.hazards.timing import again_by, amber, bounded, control_by, look_by, rectify_by
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound, Unprocessable
from grids.territory import current as territory


def perform(
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    photos: Sequence[UUID] = (),
    occurred_at: datetime | None = None,
    key: UUID | None = None,
    **data: Any,
) -> Hazard:
    """Do one of the verbs; one of a known `key` of this person's has been done already.

    Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable. A task that nothing covers is
    counted beside the refusal.
    """
    if name not in DEEDS:
        raise NotFound()
    if key is not None and HazardStep.objects.filter(key=key, hazard=pk, actor=by.user_id).exists():
        return Hazard.objects.get(pk=pk)
    try:
        with moving(
            name, pk, by=by, at=at, version=version, photos=photos, occurred_at=occurred_at, key=key
        ) as move:
            DEEDS[name](move, data)
    except NotCovered as refusal:
        count_attempt(refusal, by=by, at=at)
        raise
    return move.row


def _order(move: Move, data: dict[str, Any]) -> None:
    _give(move, data, Grade.GENERAL)
    telling.tell_unit(move.row, "ordered", at=move.at, by=move.by)


def _list(move: Move, data: dict[str, Any]) -> None:
    row, at = move.row, move.at
    move.opinion = move.text("opinion", data.get("opinion"))
    if move.by.unit_id is None or move.by.user is None:
        raise Unprocessable(pgettext_lazy("hazard", "Only somebody of a unit supervises a hazard"))
    _give(move, data, Grade.MAJOR)
    if row.unit_id == move.by.unit_id:
        words = pgettext_lazy("hazard", "The unit that rectifies does not supervise itself")
        raise Unprocessable(fields={"unit": [words]})
    row.control_due_at, row.controlled_at, row.look_due_at = control_by(at), None, look_by(at)
    listing = HazardListing.objects.create(
        hazard=row,
        number=f"{row.number}-{row.listings.count() + 1}",
        supervisor_id=move.by.unit_id,
        reason=move.opinion,
        listed_by=move.by.user,
        listed_at=at,
    )
    move.data["listing"] = listing.number
    telling.tell_unit(row, "listed", at=at, by=move.by)
    telling.tell_judges(row, "listed", at=at, by=move.by)
    telling.tell_checkers(row, "supervise", at=at)


def _give(move: Move, data: dict[str, Any], grade: Grade) -> None:
    """The unit, what it has to do and by when; a unit of the base only where an item in force covers it."""
    row, at = move.row, move.at
    unit = territory().units.get(int(data.get("unit") or 0))
    if unit is None:
        raise Unprocessable(fields={"unit": [pgettext_lazy("hazard", "Choose the unit that rectifies it")]})
    row.covering = {}
    if reaches_base(unit):
        task = Task(
            kind=BlockedTask.Kind.HAZARD,
            label=f"{row.number} {row.title}",
            matter_code=row.category_code,
            path=row.region_path,
            unit_id=unit.id,
        )
        row.covering = kept(must_be_covered(task, at=at, field="unit"))
    row.unit_id, row.grade, row.judged_at = unit.id, grade, row.judged_at or at
    row.measures = move.text("measures", data.get("measures"))
    row.party = move.text("party", data.get("party"), 80) or row.party
    row.due_at = row.round_due_at = rectify_by(grade, at, data.get("due_on"))
    row.warn_at = amber(grade, at, row.due_at)
    move.data |= {"unit": unit.code, "due_at": row.due_at.isoformat(), "measures": row.measures}


def _dismiss(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", data.get("opinion"))
    move.row.judged_at = move.at
    telling.tell_finder(move.row, "dismissed", at=move.at)


def _control(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", data.get("opinion"))
    move.row.controlled_at = move.row.controlled_at or move.at
    telling.tell_checkers(move.row, "controlled", at=move.at, by=move.by)


def _submit(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", data.get("opinion"))
    move.row.submitted_at = move.at
    telling.tell_checkers(move.row, "submitted", at=move.at, by=move.by)


def _accept(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", data.get("opinion"))
    move.row.accepted_at = move.at
    telling.tell_unit(move.row, "accepted", at=move.at, by=move.by)
    telling.tell_finder(move.row, "accepted", at=move.at)


def _lift(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", data.get("opinion"))
    move.row.accepted_at = move.at
    _take_off(move)
    telling.tell_unit(move.row, "lifted", at=move.at, by=move.by)
    telling.tell_finder(move.row, "lifted", at=move.at)


def _take_off(move: Move) -> None:
    """The listing ends, with who lifted it and why."""
    row = move.row
    row.look_due_at = None
    row.listings.filter(lifted_at=None).update(
        lifted_at=move.at, lifted_by=move.by.user, lift_reason=move.opinion
    )


def _send_back(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    move.opinion = move.text("opinion", data.get("opinion"))
    row.rounds += 1
    row.round_due_at = again_by(row.grade, move.at)
    row.warn_at = amber(row.grade, move.at, row.round_due_at)
    move.data["due_at"] = row.round_due_at.isoformat()
    telling.tell_unit(row, "sent_back", at=move.at, by=move.by)


def _extend(move: Move, data: dict[str, Any]) -> None:
    row, day = move.row, data.get("due_on")
    move.opinion = move.text("opinion", data.get("opinion"))
    if not isinstance(day, date):
        raise Unprocessable(fields={"due_on": [pgettext_lazy("hazard", "Choose the new day")]})
    later = bounded(row.grade, move.at, day)
    if row.due_at is not None and later <= max(row.due_at, row.round_due_at or row.due_at):
        raise Unprocessable(
            fields={"due_on": [pgettext_lazy("hazard", "The new day has to be after the present one")]}
        )
    if row.due_at is not None and row.due_at <= move.at:
        words = pgettext_lazy("hazard", "It is late already; more time is granted before, not after")
        raise Unprocessable(fields={"due_on": [words]})
    move.data |= {"from": row.due_at.isoformat() if row.due_at else "", "due_at": later.isoformat()}
    row.due_at = row.round_due_at = later
    row.warn_at = amber(row.grade, move.at, later)
    row.extensions += 1
    telling.tell_unit(row, "extended", at=move.at, by=move.by)


def _look(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", data.get("opinion"))
    move.row.look_due_at = look_by(move.at)
    move.row.listings.filter(lifted_at=None).update(looked_at=move.at)
    telling.tell_unit(move.row, "looked", at=move.at, by=move.by)


def _lower(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    move.opinion = move.text("opinion", data.get("opinion"))
    row.grade, row.control_due_at = Grade.GENERAL, None
    _take_off(move)
    telling.tell_unit(row, "lowered", at=move.at, by=move.by)


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "order": _order,
    "list": _list,
    "dismiss": _dismiss,
    "control": _control,
    "submit": _submit,
    "accept": _accept,
    "lift": _lift,
    "send_back": _send_back,
    "extend": _extend,
    "look": _look,
    "lower": _lower,
}
