"""The verbs after the offer: decided in three ways, disputed, handed back and taken, kept where nobody decides."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.foundation.errors import NotFound, Problem, Unprocessable
from police_link.crossing import open_ticket
from police_link.frame import Move, grounds, moving
from police_link.models import PoliceIncident
from police_link.rules import first_holder
from police_link.states import WAITING, IncidentState
from police_link.telling import tell_centre, tell_holder, tell_overseers, tell_police

BATCH: Final = 200
LATER: Final = timedelta(minutes=30)
LOG = logging.getLogger(__name__)


def perform(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None, **data: Any
) -> PoliceIncident:
    """Do one of the verbs. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable, Conflict."""
    if name not in DEEDS:
        raise NotFound()
    with moving(name, pk, by=by, at=at, version=version) as move:
        DEEDS[name](move, data)
    return move.row


def _basis(move: Move, data: dict[str, Any]) -> None:
    move.data["basis"] = move.text("basis", data.get("basis"))


def _decided(move: Move) -> None:
    move.row.decided_at = move.at
    tell_police(move.row, "decided", at=move.at, by=move.by)


def _accept(move: Move, data: dict[str, Any]) -> None:
    move.words = move.text("opinion", data.get("opinion"))
    open_ticket(move, str(data.get("category") or ""))
    _decided(move)


def _refuse(move: Move, data: dict[str, Any]) -> None:
    grounds(move, data)
    _basis(move, data)
    move.runs = "object"
    _decided(move)


def _object(move: Move, data: dict[str, Any]) -> None:
    move.words = move.text("opinion", data.get("opinion"))
    move.runs = "dispute"
    tell_centre(move.row, "disputed", at=move.at, by=move.by)
    tell_overseers(move.row, "disputed", at=move.at, by=move.by)


def _uphold(move: Move, data: dict[str, Any]) -> None:
    move.words = move.text("opinion", data.get("opinion"))
    _basis(move, data)
    _keep(move)
    _decided(move)


def _keep(move: Move) -> None:
    """The first receiver keeps it: 110, or the centre with a ticket."""
    move.to_state = first_holder(move.row)
    if move.to_state == IncidentState.ACCEPTED and move.row.ticket_id is None:
        open_ticket(move, "")
    move.data["kept_by"] = "centre" if move.to_state == IncidentState.ACCEPTED else "police"


def _lapse(move: Move, data: dict[str, Any]) -> None:
    move.data["stage"] = move.row.state
    _keep(move)
    move.row.decided_at = move.at
    tell_centre(move.row, "late", at=move.at)
    tell_police(move.row, "late", at=move.at)


def _withdraw(move: Move, data: dict[str, Any]) -> None:
    move.words = move.text("opinion", data.get("opinion"))
    tell_centre(move.row, "withdrawn", at=move.at, by=move.by)


def _hand_back(move: Move, data: dict[str, Any]) -> None:
    grounds(move, data)
    move.runs = "take"
    tell_police(move.row, "handing", at=move.at, by=move.by)


def _take(move: Move, data: dict[str, Any]) -> None:
    row, number = move.row, str(data.get("police_no") or "").strip()
    if len(number) > 80:
        raise Unprocessable(fields={"police_no": [pgettext_lazy("police", "At most 80 characters")]})
    move.words = move.text("opinion", data.get("opinion"))
    if number and row.external_no and number != row.external_no:
        move.data["police_no"] = number
    row.external_no = row.external_no or number or None
    tell_centre(row, "taken", at=move.at, by=move.by)
    if row.ticket is not None:
        tell_holder(row, row.ticket.holder_id, "taken", at=move.at, by=move.by)


def _decline(move: Move, data: dict[str, Any]) -> None:
    move.words = move.text("opinion", data.get("opinion"))
    _basis(move, data)
    move.row.is_binding = True
    tell_centre(move.row, "declined", at=move.at, by=move.by)


def _report(move: Move, data: dict[str, Any]) -> None:
    move.words = move.row.result = move.text("opinion", data.get("opinion"))
    tell_centre(move.row, "reported", at=move.at, by=move.by)


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "accept": _accept,
    "joint": _accept,
    "refuse": _refuse,
    "object": _object,
    "uphold": _uphold,
    "withdraw": _withdraw,
    "hand_back": _hand_back,
    "take": _take,
    "decline": _decline,
    "report": _report,
    "lapse": _lapse,
}


def sweep(*, at: datetime) -> int:
    """Remind once before a limit ends, and let the first receiver keep what nobody has decided. Safe to run twice."""
    rows = PoliceIncident.objects.waiting()
    late = rows.filter(due_at__lte=at).order_by("pk").values_list("pk", flat=True)[:BATCH]
    soon = rows.filter(Q(warned_for=None) | ~Q(warned_for=F("due_at")), warn_at__lte=at, due_at__gt=at)
    ended = sum(_end(pk, at) for pk in list(late))
    return ended + sum(_warn(pk, at) for pk in list(soon.order_by("pk").values_list("pk", flat=True)[:BATCH]))


def _end(pk: int, at: datetime) -> int:
    """One limit; a row that cannot be moved is reported and looked at again later: it does not stop the others."""
    try:
        with transaction.atomic():
            if _still(pk, at) is None:
                return 0
            perform("lapse", pk, by=SYSTEM_ACTOR, at=at)
            return 1
    except Problem:
        LOG.exception("The limit of a matter of 110 could not be ended", extra={"incident": pk})
        PoliceIncident.objects.waiting().filter(pk=pk, due_at__lte=at).update(
            due_at=at + LATER, warned_for=at + LATER
        )
        return 0


@transaction.atomic
def _warn(pk: int, at: datetime) -> int:
    row = _still(pk, at, is_late=False)
    if row is None or row.warned_for == row.due_at:
        return 0
    told = tell_police if row.state == IncidentState.HANDING else tell_centre
    told(row, "soon", at=at)
    PoliceIncident.objects.filter(pk=pk).update(warned_for=row.due_at)
    return 1


def _still(pk: int, at: datetime, *, is_late: bool = True) -> PoliceIncident | None:
    """The row, locked, if its limit still stands as it was found."""
    rows = PoliceIncident.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    row = rows.select_related("source").filter(pk=pk, state__in=WAITING, due_at__isnull=False).first()
    if row is None or row.due_at is None or (row.due_at <= at) is not is_late:
        return None
    return row
