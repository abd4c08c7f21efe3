"""Sorted and staffed: body, level and colour, mediators, the responsible leader, readers, the police."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from mediation import alarms, calendar, clocks
from mediation.frame import Move, refuse
from mediation.models import BodyKind, CaseMediator, ClockKind, MediationBody, Mediator, UrgentReport
from mediation.recusal import tied
from mediation.rules import named_readers
from mediation.telling import tell_mediators, tell_people
from mediation.transitions import picking
from mediation.values import session_rule


def _triage(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    level = move.choice("level", data.get("level"))
    body = picking.body(row, data.get("body"), local(move.at).date())
    if picking.rank(body.level) < picking.rank(level):
        refuse("body", pgettext_lazy("mediation", "This body stands below the level that was chosen"))
    move.say(data)
    _color(move, move.choice("risk_color", data.get("risk_color")))
    give(move, body, level)
    row.entry_level, row.triaged_at = level, move.at
    clocks.end(row, ClockKind.SORT, at=move.at)
    receive(move)
    tell_mediators(row, "triaged", at=move.at, by=move.by)


def receive(move: Move) -> None:
    """The body has the case: an administrative one decides on it, or passes on what is not its own, in its time."""
    row, at = move.row, move.at
    clocks.end(row, ClockKind.STATUTE, ClockKind.PASS_ON, at=at)
    if row.kind == BodyKind.ADMINISTRATIVE:
        clocks.begin(row, ClockKind.STATUTE, "administrative_accept", at)
        clocks.begin(row, ClockKind.PASS_ON, "administrative_pass", at)
    clocks.begin(row, ClockKind.SESSION, session_rule(row.level), at)


def give(move: Move, body: MediationBody, level: str) -> None:
    """The case goes to a body; what body and level were is kept in the step."""
    row = move.row
    move.data |= {"level": level, "body": body.pk, "body_name": body.name}
    row.body, row.level, row.kind, row.unit_id = body, level, body.kind, body.unit_id


def _color(move: Move, color: str) -> None:
    """A person confirms the colour or changes it; red is told at once."""
    row = move.row
    if color != row.risk_color:
        move.data["risk_before"] = row.risk_color
        if not move.words:
            refuse("opinion", pgettext_lazy("mediation", "Say why the colour differs from the proposed one"))
    move.data["risk"] = color
    row.risk_color, row.risk_confirmed_at = color, move.at
    alarms.raise_for(move)


def _recolor(move: Move, data: dict[str, Any]) -> None:
    move.say(data)
    color = move.choice("risk_color", data.get("risk_color"))
    if color == move.row.risk_color and move.row.risk_confirmed_at is not None:
        refuse("risk_color", pgettext_lazy("mediation", "This is its colour already"))
    _color(move, color)


def _assign(move: Move, data: dict[str, Any]) -> None:
    row, today = move.row, local(move.at).date()
    wanted = picking.mediators(move, data.get("mediators") or (), today)
    chosen_by = move.choice("chosen_by", data.get("chosen_by"))
    move.say(data)
    lead = _lead(wanted, data.get("lead"))
    check_ties(move, wanted)
    running = {item.mediator_id: item for item in row.mediators.filter(until=None)}
    kept = {item.pk for item in wanted}
    for key, item in running.items():
        if key not in kept:
            item.until, item.reason = move.at, move.words[:200]
            item.save(update_fields=["until", "reason"])
    for mediator in wanted:
        CaseMediator.objects.update_or_create(
            case=row,
            mediator=mediator,
            until=None,
            defaults={"is_lead": mediator == lead, "chosen_by": chosen_by},
            create_defaults={"is_lead": mediator == lead, "chosen_by": chosen_by, "since": move.at},
        )
    people = [item.user_id for item in wanted if item.user_id is not None]
    gone = set(row.handled_by) - set(people)
    calendar.hold_again(row)
    row.handled_by = people
    row.readers = sorted({*(set(row.readers) - gone), *people} | _standing_readers(move))
    move.data |= {"mediators": [item.pk for item in wanted], "lead": lead.pk, "chosen_by": chosen_by}
    move.data["mediator_names"] = "、".join(item.name for item in wanted)
    tell_people(row, "assigned", people, at=move.at, by=move.by)


def _lead(wanted: list[Mediator], given: Any) -> Mediator:
    """Who of those named leads; of several one has to be chosen. Raises Unprocessable."""
    if len(wanted) == 1 and not given:
        return wanted[0]
    found = next((item for item in wanted if item.pk == picking.key_of(given)), None)
    if found is None:
        refuse(
            "lead", pgettext_lazy("mediation", "Choose one of the mediators named above to lead"), "no_lead"
        )
    return found


def _standing_readers(move: Move) -> set[int]:
    """Who reads it whatever mediators it has: the leader and whoever registered it."""
    row = move.row
    return {key for key in (row.leader_id, row.registered_by_id) if key is not None}


def check_ties(move: Move, mediators: list[Any]) -> None:
    """Nobody mediates who is tied to a party. Raises Unprocessable, naming the mediator."""
    found = tied(move.row, mediators)
    if found:
        mediator, party = found[0]
        refuse(
            "mediators",
            pgettext_lazy("mediation", "%(mediator)s is tied to party %(number)d and has to be recused")
            % {"mediator": mediator.name, "number": party.number},
            "recusal",
        )


def _own(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    leader = picking.person(data.get("leader"), "leader")
    if not alarms.is_leader_of(leader.pk, row, move.at):
        refuse("leader", pgettext_lazy("mediation", "This person is no leader of the place"))
    move.say(data)
    row.leader_id = leader.pk
    row.readers = sorted({*row.readers, leader.pk})
    move.data |= {"leader": leader.pk, "leader_name": str(leader)}
    tell_people(row, "owned", [leader.pk], at=move.at, by=move.by)


def _acknowledge(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    open_reports = UrgentReport.objects.filter(case=row, read_at=None)
    if not open_reports.update(read_at=move.at, read_by=move.by.user):
        refuse("opinion", pgettext_lazy("mediation", "Every urgent report has been read already"))
    move.say(data)
    clocks.end(row, ClockKind.REPORT, at=move.at)


def _call_police(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    move.say(data)
    row.is_criminal = True
    alarms.raise_for(move)
    alarms.tell_police_again(move)


def _name_reader(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    reader = picking.person(data.get("reader"), "reader")
    move.say(data)
    row.readers = sorted({*row.readers, reader.pk})
    move.data |= {"reader": reader.pk, "reader_name": str(reader)}
    tell_people(row, "reader", [reader.pk], at=move.at, by=move.by)


def _drop_reader(move: Move, data: dict[str, Any]) -> None:
    """Whoever mediates it, owns it or has registered it is no named reader and stays."""
    row, key = move.row, picking.key_of(data.get("named"))
    if key not in named_readers(row):
        refuse("named", picking.UNKNOWN)
    move.say(data)
    row.readers = [item for item in row.readers if item != key]
    move.data |= {"reader": key, "reader_name": str(picking.person(key, "named"))}


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "triage": _triage,
    "recolor": _recolor,
    "assign": _assign,
    "own": _own,
    "acknowledge": _acknowledge,
    "call_police": _call_police,
    "name_reader": _name_reader,
    "drop_reader": _drop_reader,
}
