"""The feed for the police's system: what has happened to its matters, in one order, without gaps and without repeats.

An event is a step of a matter; only steps below the horizon are shown (see `governance.foundation.horizon`), so whoever
goes on from the last cursor never misses one. What happens to the ticket itself stands in the feed of tickets. Each
step is announced besides, so that webhooks tell of it as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, Text
from governance.foundation.horizon import reach
from incidents.announcing import announce
from police_link.models import PoliceIncident, PoliceStep

WINDOW = 100_000
EVENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "offer": "incident.offered",
        "supplement": "incident.supplemented",
        "accept": "incident.accepted",
        "joint": "incident.joint",
        "refuse": "incident.refused",
        "object": "incident.disputed",
        "uphold": "incident.upheld",
        "withdraw": "incident.withdrawn",
        "hand_back": "incident.handed_back",
        "hand_over": "incident.handed_over",
        "take": "incident.taken",
        "decline": "incident.declined",
        "report": "incident.reported",
        "lapse": "incident.lapsed",
    }
)
LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "incident.offered": pgettext_lazy("police event", "110: handed over to the centre"),
        "incident.supplemented": pgettext_lazy("police event", "110: supplemented"),
        "incident.accepted": pgettext_lazy("police event", "110: accepted by the centre"),
        "incident.joint": pgettext_lazy("police event", "110: handled jointly"),
        "incident.refused": pgettext_lazy("police event", "110: not accepted by the centre"),
        "incident.disputed": pgettext_lazy("police event", "110: objected to"),
        "incident.upheld": pgettext_lazy("police event", "110: decided after the objection"),
        "incident.withdrawn": pgettext_lazy("police event", "110: withdrawn"),
        "incident.handed_back": pgettext_lazy("police event", "110: handed back"),
        "incident.handed_over": pgettext_lazy("police event", "110: handed over by the centre"),
        "incident.taken": pgettext_lazy("police event", "110: taken over"),
        "incident.declined": pgettext_lazy("police event", "110: declined"),
        "incident.reported": pgettext_lazy("police event", "110: result reported"),
        "incident.lapsed": pgettext_lazy("police event", "110: kept by the first receiver"),
    }
)
FACTS = ("reason_code", "basis", "ticket", "kept_by", "police_no")


@dataclass(frozen=True, kw_only=True)
class PoliceEvent:
    """One thing that happened to a matter."""

    id: int
    type: str
    at: datetime
    incident: str
    external_no: str | None
    from_state: str
    state: str
    words: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PolicePage:
    """Events in order; `after` is the cursor to go on from, whether or not there were any."""

    events: Sequence[PoliceEvent]
    after: int
    has_more: bool


def page(by: Actor, *, after: int, limit: int) -> PolicePage:
    """The events after a cursor that concern the client. Raises Forbidden for people, who have the pages."""
    if not by.is_api_client:
        raise Forbidden(pgettext_lazy("police", "The feed of events is for systems of the police"))
    horizon = reach(PoliceStep)
    end = min(horizon, after + WINDOW)
    mine = PoliceIncident.objects.visible_to(by)
    rows = PoliceStep.objects.filter(pk__gt=after, pk__lte=end, incident__in=mine)
    found = [
        PoliceEvent(
            id=step.pk,
            type=EVENT_TYPES[step.verb],
            at=step.at,
            incident=step.incident.number,
            external_no=step.incident.external_no,
            from_state=step.from_state,
            state=step.to_state,
            words=step.words,
            facts=facts_of(step),
        )
        for step in rows.select_related("incident").order_by("pk")[:limit]
    ]
    reached = found[-1].id if len(found) == limit else max(after, end)
    return PolicePage(events=found, after=reached, has_more=reached < horizon)


def facts_of(step: PoliceStep) -> dict[str, Any]:
    """What of a step's data goes with the event."""
    return {name: step.data[name] for name in FACTS if name in step.data}


def announce_step(incident: PoliceIncident, step: PoliceStep) -> None:
    """Tell the police's system of a deed by webhook as well, also where the matter has no ticket. With the deed."""
    ticket = incident.ticket.number if incident.ticket is not None else ""
    announce(
        EVENT_TYPES[step.verb],
        subject=incident.number,
        source=incident.source,
        external_no=incident.external_no,
        region_path=incident.region_path,
        at=step.at,
        from_state=step.from_state,
        state=step.to_state,
        words=step.words,
        facts=({"ticket": ticket} if ticket else {}) | facts_of(step),
    )
