"""What runs at other authorities: an administrative body decides on acceptance or passes on; labour arbitration."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from mediation import calendar, clocks
from mediation.frame import Move, refuse
from mediation.models import BodyKind, CaseClock, ClockKind
from mediation.telling import tell_mediators
from mediation.transitions import picking
from mediation.transitions.sorting import give, receive
from mediation.values import end_of, statute, statute_of

ACCEPT, COMPLEX = "administrative_accept", "administrative_complex"
ARBITRATION, PROLONGED = "labour_arbitration", "labour_arbitration_more"


def _must_be_administrative(move: Move) -> None:
    if move.row.kind != BodyKind.ADMINISTRATIVE:
        raise Conflict(
            pgettext_lazy("mediation", "This concerns administrative mediation only"),
            code="not_administrative",
        )


def _complicate(move: Move, data: dict[str, Any]) -> None:
    _must_be_administrative(move)
    move.say(data)
    clock = clocks.running(move.row, ClockKind.STATUTE)
    if clock is None or clock.rule != ACCEPT:
        raise Conflict(pgettext_lazy("mediation", "The time was lengthened already"), code="extended")
    more = statute(COMPLEX)
    clocks.move(clock, COMPLEX, more.source, end_of(more, clock.started_at), move.at)
    move.data["due_at"] = clock.due_at.isoformat()


def _pass_on(move: Move, data: dict[str, Any]) -> None:
    _must_be_administrative(move)
    row = move.row
    body = picking.body(row, data.get("body"), local(move.at).date())
    if body.pk == row.body_id:
        refuse("body", pgettext_lazy("mediation", "This body has it already"))
    if picking.rank(body.level) < picking.rank(row.level):
        refuse("body", pgettext_lazy("mediation", "This body stands below the level that was chosen"))
    move.say(data)
    clock = clocks.running(row, ClockKind.PASS_ON)
    move.data |= {"from_body": row.body_id, "late": clock is not None and clock.due_at <= move.at}
    row.mediators.filter(until=None).update(until=move.at, reason="pass_on")
    calendar.call_off(row)
    former, row.handled_by = set(row.handled_by), []
    row.readers = [
        key for key in row.readers if key not in former or key in {row.leader_id, row.registered_by_id}
    ]
    give(move, body, row.level)
    receive(move)
    tell_mediators(row, "triaged", at=move.at, by=move.by)


def _arbitrate(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    if statute_of(row.category_code) != "labour":
        raise Conflict(pgettext_lazy("mediation", "This concerns labour disputes only"), code="not_labour")
    if clocks.running(row, ClockKind.ARBITRATION) is not None:
        raise Conflict(pgettext_lazy("mediation", "An arbitration is under way"), code="under_way")
    number = move.text("number", data.get("number"), 80)
    day = _day(move, data.get("accepted_on"), "accepted_on", row.ended_at)
    move.say(data)
    start = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    clocks.begin(row, ClockKind.ARBITRATION, ARBITRATION, start)
    move.data |= {"arbitration_no": number, "accepted_on": f"{day:%Y-%m-%d}"}


def _day(move: Move, given: Any, name: str, since: datetime | None) -> date:
    """A day between the end of mediation and today. Raises Unprocessable."""
    today = local(move.at).date()
    if not isinstance(given, date) or given > today or (since is not None and given < local(since).date()):
        refuse(name, pgettext_lazy("mediation", "Give a day between the end of mediation and today"))
    return given


def _under_way(move: Move) -> CaseClock:
    clock = clocks.running(move.row, ClockKind.ARBITRATION)
    if clock is None:
        raise Conflict(pgettext_lazy("mediation", "No arbitration is under way"), code="no_arbitration")
    return clock


def _prolong_arbitration(move: Move, data: dict[str, Any]) -> None:
    clock = _under_way(move)
    move.say(data)
    if clock.due_at != clock.original_due_at:
        raise Conflict(pgettext_lazy("mediation", "The time was lengthened already"), code="extended")
    clocks.extend(move.row, ClockKind.ARBITRATION, PROLONGED, move.at)


def _award(move: Move, data: dict[str, Any]) -> None:
    clock = _under_way(move)
    found = move.choice("result_kind", data.get("result_kind"))
    day = _day(move, data.get("decided_on"), "decided_on", clock.started_at)
    move.say(data)
    clocks.end(move.row, ClockKind.ARBITRATION, at=move.at)
    move.data |= {"result_kind": found, "decided_on": f"{day:%Y-%m-%d}"}


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "complicate": _complicate,
    "pass_on": _pass_on,
    "arbitrate": _arbitrate,
    "prolong_arbitration": _prolong_arbitration,
    "award": _award,
}
