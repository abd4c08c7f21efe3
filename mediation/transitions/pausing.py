"""Mediation waits for an appraisal, for evidence, for a party, and goes on: its limits stand still in between."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from mediation import clocks, pausing
from mediation.frame import Move, refuse
from mediation.models import ClockKind
from mediation.telling import tell_mediators, tell_town
from mediation.transitions import picking
from mediation.values import pause_rules


def _suspend(move: Move, data: dict[str, Any]) -> None:
    row, rules = move.row, pause_rules()
    ground = move.choice("ground", data.get("ground"))
    until = _day(move, data.get("until"), rules.days)
    told = picking.parties(move, data.get("parties") or ())
    if len(told) != row.parties.count():
        refuse(
            "parties",
            pgettext_lazy("mediation", "Every party has to be told; one is missing here"),
            "not_told",
        )
    move.say(data)
    if pausing.so_often(row) >= rules.most:
        raise Conflict(
            pgettext_lazy("mediation", "The case was suspended as often as it may be"), code="suspended_often"
        )
    clock = clocks.running(row, ClockKind.CASE)
    if clock is None or clock.due_at <= move.at:
        raise Conflict(
            pgettext_lazy("mediation", "The limit is over: nothing can be added to it"), code="limit_over"
        )
    pausing.begin(row, ground, rules.grounds[ground], until, move.at)
    move.data |= {"ground": ground, "until": f"{until:%Y-%m-%d}", "told": [party.number for party in told]}
    tell_mediators(row, "suspended", at=move.at, by=move.by)
    tell_town(row, "suspended", at=move.at, by=move.by, key=f"{row.version}-town")


def _day(move: Move, given: Any, days: int) -> date:
    today = local(move.at).date()
    last = today + timedelta(days=days)
    if not isinstance(given, date) or not today < given <= last:
        refuse(
            "until",
            pgettext_lazy("mediation", "A day after today, at the latest %(last)s")
            % {"last": last.isoformat()},
        )
    return given


def _resume(move: Move, data: dict[str, Any]) -> None:
    """By a person, or by the platform on the day that was set."""
    row = move.row
    move.say(data)
    move.keeps_version = move.by.is_system
    pause = pausing.end(row, move.at)
    if pause is None:
        raise Conflict(pgettext_lazy("mediation", "It is not suspended"), code="not_suspended")
    clock = clocks.running(row, ClockKind.CASE)
    move.data["stood"] = round(pause.length(move.at).total_seconds() / 60)
    if clock is not None:
        move.data["due_at"] = clock.due_at.isoformat()
    tell_mediators(row, "resumed", at=move.at, by=move.by, key=f"pause-{pause.pk}")


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {"suspend": _suspend, "resume": _resume}
