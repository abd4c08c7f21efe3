"""Which deed carries out which verb, and how it takes what was said: once for the forms and for the API."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from consultation import conferences, meetings, whistles
from consultation.conferences import Decision
from consultation.models import CallLine, Consultation, Meeting, WhistleCall
from consultation.rules import TABLES
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound, Unprocessable
from governance.foundation.state_machine import NeedKind, Verb
from grids.coordinates import InvalidPoint, to_wgs84

Deed = Callable[..., Any]


def _answer(name: str) -> Deed:
    def do(pk: int, *, photos: Any = (), position: Any = None, **data: Any) -> Any:
        place = _wgs84(position) if position else None
        return whistles.answer(name, pk, photo_ids=photos, position=place, **data)

    return do


def _wgs84(position: Mapping[str, Any]) -> dict[str, Any]:
    """`lon`, `lat` and optionally the datum that they were measured in. Raises Unprocessable."""
    try:
        lon, lat = to_wgs84(position["lon"], position["lat"], position.get("coord_system") or "wgs84")
    except InvalidPoint as error:
        raise Unprocessable(fields={"position": [_("This is not a possible position")]}) from error
    return {"lon": lon, "lat": lat, "accuracy": position.get("accuracy")}


def _refuse(name: str) -> Deed:
    def do(pk: int, **data: Any) -> Any:
        return whistles.refuse(name, pk, **data)

    return do


def _decide(pk: int, *, by: Actor, at: datetime, version: int | None, opinion: str, **data: Any) -> Any:
    return conferences.decide(pk, Decision(minutes=opinion, **data), by=by, at=at, version=version)


DEEDS: Final[Mapping[type, Mapping[str, Deed]]] = {
    WhistleCall: {
        "confirm": whistles.confirm,
        "reject": _refuse("reject"),
        "withdraw": _refuse("withdraw"),
        "call_more": whistles.call_more,
        "end": whistles.end,
    },
    CallLine: {
        "accept": _answer("accept"),
        "decline": _answer("decline"),
        "arrive": _answer("arrive"),
        "report": _answer("report"),
        "overrule": whistles.overrule,
        "release": whistles.release,
        "score": whistles.score,
    },
    Consultation: {
        "invite": conferences.invite,
        "opine": conferences.opine,
        "recuse": conferences.recuse,
        "decide": _decide,
        "cancel": conferences.cancel,
        "close": conferences.close,
    },
    Meeting: {"cancel": meetings.cancel, "publish": meetings.publish},
}
"""The verbs that people do to a row; the others have forms of their own, or belong to the platform."""


def verb_of(kind: type, name: str) -> Verb:
    """The verb of that name. Raises NotFound where people have none."""
    if name not in DEEDS[kind]:
        raise NotFound()
    return TABLES[kind][name]


def perform(
    row: Any, name: str, *, by: Actor, at: datetime, data: Mapping[str, Any], version: int | None = None
) -> Any:
    """Carry a verb out. What is empty was not said; of required words the deed itself says that they are missing."""
    verb = verb_of(type(row), name)
    said = {
        need.name: data[need.name] for need in verb.needs if data.get(need.name) not in (None, "", [], {})
    }
    for need in verb.needs:
        if need.kind == NeedKind.TEXT and (need.required or need.name == "opinion"):
            said.setdefault(need.name, "")
    return DEEDS[type(row)][name](row.pk, by=by, at=at, version=version, **said)
