"""Mediation ends without an agreement: a party stops it, or it fails."""

from collections.abc import Callable
from typing import Any, Final

from mediation.frame import Move
from mediation.models import Consent
from mediation.states.names import FailReason
from mediation.transitions import picking
from mediation.transitions.opening import finish, record


def _stop(move: Move, data: dict[str, Any]) -> None:
    party = picking.party(move, data.get("party"))
    move.say(data)
    move.guide(data)
    record(move, party, Consent.Decision.WITHDRAWN, Consent.Form.ORAL, note=move.words)
    move.data |= {"reason_code": FailReason.STOPPED.value, "party": party.number}
    finish(move)


def _fail(move: Move, data: dict[str, Any]) -> None:
    move.data["reason_code"] = move.choice("reason_code", data.get("reason_code"))
    move.say(data)
    move.guide(data)
    finish(move)


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {"stop": _stop, "fail": _fail}
