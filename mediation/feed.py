"""The feed for systems that refer cases: what has happened to theirs, in one order, without gaps and without repeats.

An event is a step of a case below the horizon (see `governance.foundation.horizon`). It tells state and result, never
names, facts or what was said. Each is announced besides, so that webhooks tell of it as well: to the system that
referred the case, or whose ticket became one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, Text
from governance.foundation.horizon import reach
from incidents.announcing import announce
from incidents.catalogue import current as catalogue
from incidents.models import TicketSource
from mediation.models import CaseStep, MediationCase
from mediation.querysets.cases import SENDING

WINDOW: Final = 100_000
EVENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "register": "case.registered",
        "supplement": "case.supplemented",
        "triage": "case.sorted",
        "decline": "case.not_mediable",
        "accept": "case.accepted",
        "refuse": "case.refused",
        "plan_session": "case.session_planned",
        "hold_session": "case.session_held",
        "level_up": "case.handed_up",
        "extend": "case.extended",
        "suspend": "case.suspended",
        "resume": "case.resumed",
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
LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "case.registered": pgettext_lazy("case event", "Mediation: registered"),
        "case.supplemented": pgettext_lazy("case event", "Mediation: supplemented"),
        "case.sorted": pgettext_lazy("case event", "Mediation: sorted"),
        "case.not_mediable": pgettext_lazy("case event", "Mediation: not fit for it"),
        "case.accepted": pgettext_lazy("case event", "Mediation: accepted"),
        "case.refused": pgettext_lazy("case event", "Mediation: refused by a party"),
        "case.session_planned": pgettext_lazy("case event", "Mediation: session set"),
        "case.session_held": pgettext_lazy("case event", "Mediation: session held"),
        "case.handed_up": pgettext_lazy("case event", "Mediation: handed up"),
        "case.extended": pgettext_lazy("case event", "Mediation: extended"),
        "case.suspended": pgettext_lazy("case event", "Mediation: suspended"),
        "case.resumed": pgettext_lazy("case event", "Mediation: resumed"),
        "case.agreed": pgettext_lazy("case event", "Mediation: agreed"),
        "case.failed": pgettext_lazy("case event", "Mediation: ended without agreement"),
        "case.confirmation_applied": pgettext_lazy(
            "case event", "Mediation: judicial confirmation applied for"
        ),
        "case.confirmed": pgettext_lazy("case event", "Mediation: confirmed by the court"),
        "case.not_confirmed": pgettext_lazy("case event", "Mediation: not confirmed by the court"),
        "case.performing": pgettext_lazy("case event", "Mediation: performance watched"),
        "case.performed": pgettext_lazy("case event", "Mediation: performed"),
        "case.breached": pgettext_lazy("case event", "Mediation: not performed"),
        "case.called_back": pgettext_lazy("case event", "Mediation: callback made"),
        "case.archived": pgettext_lazy("case event", "Mediation: archived"),
    }
)
FACTS: Final = (
    "level",
    "reason_code",
    "ground",
    "until",
    "way",
    "number",
    "days",
    "outcome",
    "decided_on",
    "effective_at",
    "starts_at",
)


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
            facts=facts_of(step),
        )
        for step in rows.select_related("case")
        .defer("words", "case__facts", "case__claims")
        .order_by("pk")[:limit]
    ]
    reached = found[-1].id if len(found) == limit else max(after, end)
    return CaseEventPage(events=found, after=reached, has_more=reached < horizon)


def facts_of(step: CaseStep) -> dict[str, Any]:
    """What of a step's data goes with the event."""
    return {name: step.data[name] for name in FACTS if name in step.data}


def addressee(row: MediationCase) -> tuple[TicketSource, str | None] | None:
    """Whose system is told, and by which number it knows the matter: its ticket's, else its own of the referral."""
    if row.ticket is not None:
        source = row.ticket.source
        return (source, row.ticket.external_no) if source.kind in SENDING else None
    if row.client_id is None:
        return None
    found = catalogue().sources.get(row.origin)
    return (found, row.external_no) if found is not None else None


def announce_step(row: MediationCase, step: CaseStep) -> None:
    """Tell the sender's system of a deed by webhook as well. With the deed."""
    if step.verb not in EVENT_TYPES or (told := addressee(row)) is None:
        return
    source, external_no = told
    ticket = {"ticket": row.ticket.number} if row.ticket is not None else {}
    announce(
        EVENT_TYPES[step.verb],
        subject=row.number,
        source=source,
        external_no=external_no,
        region_path=row.region_path,
        at=step.at,
        from_state=step.from_state,
        state=step.to_state,
        facts=ticket | facts_of(step),
    )
