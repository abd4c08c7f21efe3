"""Who gets it: recipients with their receipts, calls to those who are silent, relay to the next level."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from grids.territory import current as territory
from key_reports import clocks
from key_reports.frame import Move, refuse
from key_reports.models import ReportRecipient
from key_reports.rules import waiting_for
from key_reports.states import ReportState, Stage
from key_reports.telling import centre_of, tell_recipient, tell_reporters
from mediation.alarms import leaders_over

MOST: Final = 30


def send_to(
    move: Move, units: Iterable[Any], people: Iterable[int], *, is_relayed: bool, what: str
) -> list[ReportRecipient]:
    """New recipients, each with the limit of its receipt; who has it already is left alone. Raises Unprocessable."""
    row, at = move.row, move.at
    known = set(row.recipients.values_list("unit", "user"))
    wanted = [(pk, None) for pk in dict.fromkeys(_known_units(units))]
    keys: list[tuple[int | None, int | None]] = [*wanted, *((None, pk) for pk in dict.fromkeys(people))]
    fresh = [key for key in keys if key not in known]
    if len(known) + len(fresh) > MOST:
        refuse("units", pgettext_lazy("key report", "At most 30 recipients"))
    centre = centre_of(row.region_path)
    made = []
    for unit_id, user_id in fresh:
        item = ReportRecipient.objects.create(
            report=row,
            unit_id=unit_id,
            user_id=user_id,
            is_relayed=is_relayed,
            is_centre=unit_id is not None and unit_id == centre,
            sent_at=at,
        )
        clocks.begin(row, Stage.RECEIPT, at, at=at, recipient=item)
        tell_recipient(item, what, at=at, by=move.by, key=f"{what}-{row.version}")
        made.append(item)
    move.data |= {"units": [key[0] for key in fresh if key[0]], "people": [key[1] for key in fresh if key[1]]}
    return made


def _known_units(units: Iterable[Any]) -> list[int]:
    """Units in service. Raises Unprocessable."""
    land, found = territory(), []
    for given in units:
        if given is None:
            continue
        unit = land.units.get(int(given))
        if unit is None:
            refuse("units", pgettext_lazy("key report", "Only units in service can be chosen"))
        found.append(int(given))
    return found


def _receive(move: Move, data: Mapping[str, Any]) -> None:
    row, at = move.row, move.at
    move.say(data)
    mine = waiting_for(row, move.by)
    for item in mine:
        item.received_at, item.received_by = at, move.by.user
        item.opened_at, item.opened_by = item.opened_at or at, item.opened_by or move.by.user
        item.save(update_fields=["received_at", "received_by", "opened_at", "opened_by"])
        clocks.end_receipt(item, at=at)
    move.data["recipients"] = [item.pk for item in mine]
    if not any(item.is_centre for item in mine):
        if row.state == ReportState.FIRST_REPORTED:
            move.to_state = ReportState.FIRST_REPORTED
        return
    if not clocks.has_run(row, Stage.RELAY):
        clocks.begin(row, Stage.RELAY, at, at=at)
    tell_reporters(row, "received", at=at)


def _call(move: Move, data: Mapping[str, Any]) -> None:
    move.say(data)
    item = move.row.recipients.filter(pk=data.get("recipient") or 0, received_at=None).first()
    if item is None:
        refuse("recipient", pgettext_lazy("key report", "Choose a recipient who has not confirmed yet"))
        return
    item.phoned_at = move.at
    item.save(update_fields=["phoned_at"])
    move.data["recipient"] = item.pk


def _relay(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    move.say(data)
    people = [person.pk for person in leaders_over(row.region_path, move.at)] if data.get("leaders") else []
    units = data.get("units") or ()
    if not units and not people:
        refuse("units", pgettext_lazy("key report", "Choose at least one unit, or the leaders"))
    send_to(move, units, people, is_relayed=True, what="relay")
    clocks.end(row, Stage.RELAY, at=move.at)


DEEDS: Final[Mapping[str, Callable[[Move, Mapping[str, Any]], None]]] = {
    "receive": _receive,
    "acknowledge": _receive,
    "call": _call,
    "relay": _relay,
    "relay_more": _relay,
}
