"""The feed for systems that refer cases: what has happened to theirs, in one order, without gaps and without repeats.

An event is a step of a case below the horizon (see `governance.foundation.horizon`). It tells state and result, never
names, facts or what was said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden
from governance.foundation.horizon import reach
from mediation.models import CaseStep, MediationCase

WINDOW: Final = 100_000
EVENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "register": "case.registered",
        "supplement": "case.supplemented",
        "triage": "case.sorted",
        "decline": "case.not_mediable",
        "accept": "case.accepted",
        "refuse": "case.refused",
        "hold_session": "case.session_held",
        "level_up": "case.handed_up",
        "extend": "case.extended",
        "agree_oral": "case.agreed",
        "agree_written": "case.agreed",
        "stop": "case.failed",
        "fail": "case.failed",
        "give_up": "case.failed",
        "apply_confirmation": "case.confirmation_applied",
        "confirm": "case.confirmed",
        "refuse_confirmation": "case.not_confirmed",
        "watch": "case.performing",
        "complete": "case.performed",
        "breach": "case.breached",
        "call_back": "case.called_back",
        "archive": "case.archived",
    }
)
"""Verbs that a sender hears of; the others concern the case's own people."""
FACTS: Final = ("level", "reason_code", "way", "number", "days", "outcome", "decided_on", "effective_at")


@dataclass(frozen=True, kw_only=True)
class CaseEvent:
    """One thing that happened to a case."""

    id: int
    type: str
    at: datetime
    case: str
    external_no: str
    from_state: str
    state: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CaseEventPage:
    """Events in order; `after` is the cursor to go on from, whether or not there were any."""

    events: Sequence[CaseEvent]
    after: int
    has_more: bool


def page(by: Actor, *, after: int, limit: int) -> CaseEventPage:
    """The events after a cursor that concern the client. Raises Forbidden for people, who have the pages."""
    if not by.is_api_client:
        raise Forbidden(pgettext_lazy("mediation", "The feed of events is for systems that refer cases"))
    horizon = reach(CaseStep)
    end = min(horizon, after + WINDOW)
    mine = MediationCase.objects.visible_to(by)
    rows = CaseStep.objects.filter(pk__gt=after, pk__lte=end, case__in=mine, verb__in=list(EVENT_TYPES))
    found = [
        CaseEvent(
            id=step.pk,
            type=EVENT_TYPES[step.verb],
            at=step.at,
            case=step.case.number,
            external_no=step.case.external_no,
            from_state=step.from_state,
            state=step.to_state,
            facts={name: step.data[name] for name in FACTS if name in step.data},
        )
        for step in rows.select_related("case")
        .defer("words", "case__facts", "case__claims")
        .order_by("pk")[:limit]
    ]
    reached = found[-1].id if len(found) == limit else max(after, end)
    return CaseEventPage(events=found, after=reached, has_more=reached < horizon)
