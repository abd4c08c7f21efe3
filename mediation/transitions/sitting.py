"""The process: sessions planned, called off and held, the case handed up and extended, departments asked, visits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from mediation import calendar, clocks
from mediation.files import bind
from mediation.frame import Move, refuse
from mediation.models import (
    ClockKind,
    Conferral,
    Consent,
    MediationBody,
    MediationCase,
    PetitionVisit,
    Room,
    Session,
    SessionState,
)
from mediation.telling import tell_mediators, tell_units
from mediation.transitions import picking
from mediation.transitions.opening import check_consents, check_mediators, record
from mediation.transitions.sorting import give
from mediation.values import end_of, level_rule, session_rule, statute, value

LONGEST: Final = timedelta(hours=12)
EARLY: Final = timedelta(minutes=10)


def _moment(move: Move, value_given: Any, name: str) -> datetime:
    if not isinstance(value_given, datetime) or value_given.utcoffset() is None:
        refuse(name, pgettext_lazy("mediation", "Give a day and a time"))
    return value_given


def _plan_session(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    kind = move.choice("session_kind", data.get("session_kind"))
    starts = _moment(move, data.get("starts_at"), "starts_at")
    minutes = data.get("minutes")
    if not isinstance(minutes, int) or not timedelta(minutes=15) <= timedelta(minutes=minutes) <= LONGEST:
        refuse("minutes", pgettext_lazy("mediation", "A session takes between 15 minutes and 12 hours"))
    if starts < move.at:
        refuse("starts_at", pgettext_lazy("mediation", "This time has passed"))
    room = None
    if data.get("room"):
        rooms = Room.objects.filter(pk=picking.key_of(data["room"]), is_open=True).select_related("body")
        room = rooms.first()
        if room is None or not row.region_path.startswith(room.body.region_path):
            refuse("room", picking.UNKNOWN)
    place = move.text("place", data.get("place"), 200)
    if room is None and not place:
        refuse("place", pgettext_lazy("mediation", "Choose a room or say where it is held"))
    move.say(data)
    session = Session(
        case=row,
        kind=kind,
        level=row.level,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes),
        room=room,
        place=place or (room.place if room is not None else ""),
        is_closed=row.is_closed,
        recorded_by=move.by.user,
    )
    session.save()
    calendar.hold(session)
    move.data |= {"session": session.pk, "starts_at": starts.isoformat(), "kind": kind}
    tell_mediators(row, "session", at=move.at, by=move.by)


def _planned(move: Move, value_given: Any) -> Session:
    found = move.row.sessions.filter(pk=picking.key_of(value_given), state=SessionState.PLANNED).first()
    if found is None:
        refuse("session", picking.UNKNOWN)
    session: Session = found
    return session


def _cancel_session(move: Move, data: dict[str, Any]) -> None:
    session = _planned(move, data.get("session"))
    move.say(data)
    session.state = SessionState.CANCELLED
    session.save(update_fields=["state"])
    calendar.release(session)
    move.data["session"] = session.pk


def _hold_session(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    check_consents(row)
    check_mediators(move)
    session = _planned(move, data["session"]) if data.get("session") else Session(case=row)
    session.kind = move.choice("session_kind", data.get("session_kind"))
    session.starts_at = _moment(move, data.get("starts_at"), "starts_at")
    session.ends_at = _moment(move, data.get("ends_at"), "ends_at")
    if not session.starts_at < session.ends_at <= session.starts_at + LONGEST:
        refuse("ends_at", pgettext_lazy("mediation", "A session ends after it began, on the same day"))
    if session.ends_at > move.at + EARLY:
        refuse("ends_at", pgettext_lazy("mediation", "Minutes are written when the session is over"))
    if row.accepted_at is not None and session.starts_at < row.accepted_at.replace(second=0, microsecond=0):
        refuse("starts_at", pgettext_lazy("mediation", "No session before the case was accepted"))
    present = picking.parties(move, data.get("parties") or ())
    if not present:
        refuse("parties", pgettext_lazy("mediation", "At least one party is present"))
    session.level, session.is_closed = row.level, row.is_closed
    session.place = move.text("place", data.get("place"), 200)
    session.others = move.text("others", data.get("others"), 500)
    session.minutes = move.text("minutes", data.get("minutes"))
    session.result = move.text("result", data.get("result"), 2000)
    if data.get("next_at"):
        session.next_at = _moment(move, data["next_at"], "next_at")
        if session.next_at <= session.ends_at:
            refuse("next_at", pgettext_lazy("mediation", "The next session comes later than this one"))
    session.number = (row.sessions.aggregate(most=Max("number"))["most"] or 0) + 1
    session.state, session.recorded_by, session.recorded_at = SessionState.HELD, move.by.user, move.at
    session.save()
    calendar.release(session)
    session.present.set(present)
    bind(row, data.get("files") or (), "minutes", by=move.by, at=move.at, session=session)
    row.session_count = session.number
    move.data |= {"session": session.pk, "number": session.number, "kind": session.kind}
    move.words = session.result
    clocks.begin(row, ClockKind.SESSION, session_rule(row.level), session.next_at or move.at)


def _level_up(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    body = picking.body(row, data.get("body"), local(move.at).date())
    if picking.rank(body.level) <= picking.rank(row.level):
        refuse(
            "body",
            pgettext_lazy("mediation", "A case is handed up to a body of a higher level"),
            "not_higher",
        )
    move.say(data)
    move.data["tried"] = move.text("tried", data.get("tried"), 2000)
    _hand_to(move, body)
    clocks.begin(row, ClockKind.LEVEL, level_rule(row.level), move.at)


def _change_kind(move: Move, data: dict[str, Any]) -> None:
    """People's, administrative, judicial, professional: the case goes on under its code, with the consents it has."""
    row = move.row
    body = picking.body(row, data.get("body"), local(move.at).date())
    if body.kind == row.kind or body.level != row.level:
        refuse(
            "body",
            pgettext_lazy("mediation", "Choose a body of another kind at the same level"),
            "same_kind",
        )
    move.say(data)
    move.data["from_kind"] = row.kind
    _hand_to(move, body)


def _hand_to(move: Move, body: MediationBody) -> None:
    """Another body has the case: those who mediated it read on, its sessions are called off, a new one is due."""
    row = move.row
    move.data |= {"from_level": row.level, "from_body": row.body_id}
    row.mediators.filter(until=None).update(until=move.at, reason=move.verb.name)
    calendar.call_off(row)
    former, row.handled_by = set(row.handled_by), []
    row.readers = sorted(set(row.readers) | former)
    give(move, body, body.level)
    clocks.begin(row, ClockKind.SESSION, session_rule(row.level), move.at)
    tell_mediators(row, move.verb.name, at=move.at, by=move.by)


def _extend(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    agreed = picking.every_party(move, data.get("parties") or ())
    move.say(data)
    if row.extensions >= value("mediation.extensions"):
        raise Conflict(
            pgettext_lazy("mediation", "The case was extended as often as it may be"), code="extended"
        )
    clock = clocks.extend(row, ClockKind.CASE, "extension", move.at)
    for party in agreed:
        record(move, party, Consent.Decision.GIVEN, Consent.Form.WRITTEN, purpose=Consent.Purpose.EXTENSION)
    row.extensions += 1
    move.data["due_at"] = clock.due_at.isoformat()


def _confer(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    keys = {picking.key_of(item) for item in data.get("units") or ()}
    units = list(OrgUnit.objects.filter(pk__in=keys, is_active=True).order_by("pk"))
    if not units or len(units) != len(keys):
        refuse("units", picking.UNKNOWN)
    move.say(data)
    due = end_of(statute("conferral"), move.at)
    asked = Conferral.objects.bulk_create(
        [Conferral(case=row, unit=unit, asked_at=move.at, due_at=due, question=move.words) for unit in units]
    )
    move.data["units"] = [unit.pk for unit in units]
    tell_asked(row, asked, move)


def tell_asked(row: MediationCase, asked: list[Conferral], move: Move) -> None:
    """Each department gets its question's page."""
    for item in asked:
        url = reverse("mediation:asked", args=[item.pk])
        tell_units(row, "asked", [item.unit_id], url, at=move.at, by=move.by)


def _visit(move: Move, data: dict[str, Any]) -> None:
    kind = move.choice("visit_kind", data.get("visit_kind"))
    move.say(data)
    PetitionVisit.objects.create(case=move.row, kind=kind, at=move.at, by=move.by.user, words=move.words)
    move.data["kind"] = kind


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "plan_session": _plan_session,
    "cancel_session": _cancel_session,
    "hold_session": _hold_session,
    "level_up": _level_up,
    "change_kind": _change_kind,
    "extend": _extend,
    "confer": _confer,
    "visit": _visit,
}
