"""What the writer does: notes the call, sends the first report, follow-up reports, the final one. Texts are kept."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import pgettext_lazy

from governance.audit import journal
from governance.foundation.errors import Conflict
from grids.territory import current as territory
from key_reports import clocks
from key_reports.deeds.passing import send_to
from key_reports.frame import Move, refuse
from key_reports.models import ReportText
from key_reports.states import ENDING, ITEMS, Stage, TextKind
from key_reports.telling import centre_of, tell_duty, tell_recipient
from mediation.alarms import leaders_over


def _phone(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    move.data["to"] = move.text("to", data.get("to"))
    move.say(data)
    moment = _moment(move, "called_at", data.get("called_at"), row.known_at)
    row.oral_at = moment
    _write_on(move)
    clocks.end(row, Stage.ORAL, at=moment)
    tell_duty(row, "phoned", at=move.at, by=move.by)


def _moment(move: Move, name: str, given: Any, since: datetime) -> datetime:
    """A moment between the two; now where none is given. Raises Unprocessable."""
    moment: datetime = given or move.at
    if not since <= moment <= move.at:
        refuse(name, pgettext_lazy("key report", "After it became known, and not in the future"))
    move.data[name] = moment.isoformat()
    return moment


def _write_on(move: Move) -> None:
    """Whoever goes on with a draft that the platform has made is its writer from then on."""
    if move.row.writer_id is None:
        move.row.writer = move.by.user


def _first(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    _write_on(move)
    _text(move, TextKind.FIRST, 0, _items(move, data))
    row.first_at = move.at
    if row.oral_at is None:  # the written report was there before anybody phoned
        clocks.end(row, Stage.ORAL, at=move.at)
    clocks.end(row, Stage.WRITTEN, at=move.at)
    centre = centre_of(row.region_path)
    lead = territory().line_units(row.category.lead_line, row.region_path)
    units = [centre, *([lead[0].id] if lead else []), *(data.get("units") or ())]
    people = [person.pk for person in leaders_over(row.region_path, move.at)]
    send_to(move, units, people, is_relayed=False, what="first")
    clocks.begin(row, Stage.FOLLOW, move.at, at=move.at)


def _follow(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    items = _items(move, data)
    last = row.texts.filter(kind__in=[TextKind.FIRST, TextKind.FOLLOW]).order_by("-at", "-pk").first()
    if last is not None and last.digest == journal.digest(items):
        raise Conflict(
            pgettext_lazy("key report", "This says the same as the last report: nothing was sent"),
            code="already_reported",
        )
    number = int(row.texts.aggregate(last=Max("number"))["last"] or 0) + 1
    _text(move, TextKind.FOLLOW, number, items)
    if row.ended_at is None:
        clocks.end(row, Stage.FOLLOW, at=move.at)
        clocks.begin(row, Stage.FOLLOW, move.at, at=move.at)
    _tell_all(move, "follow")


def _end(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    if row.ended_at is not None:
        raise Conflict(pgettext_lazy("key report", "The event is over already"), code="ended")
    move.say(data)
    _over(move, _moment(move, "ended_at", data.get("ended_at"), row.occurred_at or row.known_at))


def _over(move: Move, moment: datetime) -> None:
    move.row.ended_at = moment
    clocks.end(move.row, Stage.FOLLOW, at=move.at, is_dropped=True)
    clocks.begin(move.row, Stage.FINAL, moment, at=move.at)


def _final(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    items = _items(move, data) | {name: move.text(name, data.get(name)) for name in ENDING}
    if row.ended_at is None:
        _over(move, move.at)
    _text(move, TextKind.FINAL, 0, items)
    clocks.end(row, Stage.FINAL, at=move.at)
    _tell_all(move, "final")


def _items(move: Move, data: Mapping[str, Any]) -> dict[str, str]:
    """The eight items as they were written. Raises Unprocessable."""
    return {name: move.text(name, data.get(name)) for name in ITEMS}


def _text(move: Move, kind: TextKind, number: int, items: dict[str, str]) -> ReportText:
    row, by = move.row, move.by
    assert by.user is not None
    unit = territory().units.get(by.unit_id or 0)
    digest = journal.digest(items)
    move.data |= {"text": kind.value, "number": number, "digest": digest}
    row.items = {name: items[name] for name in ITEMS}
    return ReportText.objects.create(
        report=row,
        kind=kind,
        number=number,
        body=json.dumps(items, ensure_ascii=False),
        digest=digest,
        at=move.at,
        author=by.user,
        role=by.role,
        unit_name=unit.name[:80] if unit is not None else "",
    )


def _tell_all(move: Move, what: str) -> None:
    for item in move.row.recipients.order_by("pk"):
        tell_recipient(item, what, at=move.at, by=move.by, key=f"{what}-{move.row.version}")


DEEDS: Final[Mapping[str, Callable[[Move, Mapping[str, Any]], None]]] = {
    "phone": _phone,
    "first": _first,
    "follow": _follow,
    "end": _end,
    "final": _final,
}
