"""The feed of events: what has happened to a client's tickets, in one order, without gaps and without repeats.

An event is a step; its cursor is the step's number. Only steps below the horizon are shown, so whoever goes on from the
last cursor never misses one that was committed late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden
from governance.foundation.horizon import reach
from incidents.clientele import place_keys
from incidents.models import Step, TicketSource

WINDOW = 100_000
"""Steps that one page looks at, at most: a client with few tickets gets short pages, never a slow one."""

EVENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "register": "ticket.registered",
        "self_handle": "ticket.self_handled",
        "send_verification": "ticket.verification_started",
        "verify": "ticket.verified",
        "reject": "ticket.rejected",
        "merge": "ticket.merged",
        "unmerge": "ticket.unmerged",
        "accept": "ticket.accepted",
        "reclassify": "ticket.reclassified",
        "take_back": "ticket.taken_back",
        "dispatch": "ticket.dispatched",
        "withdraw": "ticket.withdrawn",
        "sign": "ticket.signed",
        "return": "ticket.returned",
        "grant_return": "ticket.return_granted",
        "refuse_return": "ticket.return_refused",
        "escalate": "ticket.escalated",
        "extend": "ticket.extended",
        "suspend": "ticket.suspended",
        "resume": "ticket.resumed",
        "urge": "ticket.urged",
        "supplement": "ticket.supplemented",
        "overdue": "ticket.overdue",
        "feedback": "ticket.feedback",
        "check": "ticket.checked",
        "rework": "ticket.reworked",
        "follow_up": "ticket.followed_up",
        "close": "ticket.closed",
        "redo": "ticket.redone",
        "reopen": "ticket.reopened",
        "archive": "ticket.archived",
        "void": "ticket.voided",
        "split_off": "ticket.split_off",
    }
)
"""What leaves the house, by verb; the unit's own questions, parts of co-handlers and reveals do not."""

FACTS = (
    "reason_code",
    "result_kind",
    "outcome",
    "satisfaction",
    "due",
    "due_at",
    "to",
    "from",
    "main",
    "count",
    "category",
    "urgency",
    "auto_signed",
)
"""What of a step's data goes with the event: codes, times and counts."""

WORDS = frozenset({"reject", "feedback", "extend", "suspend", "close", "merge"})
"""Verbs whose words are meant for the one who reported."""

COLUMNS = (
    "pk",
    "verb",
    "at",
    "from_state",
    "to_state",
    "unit_id",
    "holder_id",
    "opinion",
    "data",
    "ticket__number",
    "ticket__external_no",
    "ticket__source__code",
)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened."""

    id: int
    type: str
    at: datetime
    ticket: str
    source: str
    external_no: str | None
    from_state: str
    state: str
    unit_id: int | None
    holder_id: int | None
    words: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """Events in order; `after` is the cursor to go on from, whether or not there were any."""

    events: Sequence[Event]
    after: int
    has_more: bool


def page(by: Actor, *, after: int, limit: int, horizon: int | None = None) -> FeedPage:
    """The events after a cursor that concern the client. Raises Forbidden for people, who have the pages.

    Whoever reads for many clients at once gives the `horizon` that it has found for all of them.
    """
    rows, horizon = _visible(by), reach(Step) if horizon is None else horizon
    end = min(horizon, after + WINDOW)
    found = list(rows.filter(pk__gt=after, pk__lte=end).order_by("pk").values_list(*COLUMNS)[:limit])
    events = [_event(row) for row in found]
    is_full = len(found) == limit
    reached = events[-1].id if is_full else max(after, end)
    return FeedPage(events=events, after=reached, has_more=reached < horizon)


def latest(by: Actor) -> FeedPage:
    """An empty page that ends now: for who wants to know only what comes."""
    _visible(by)
    return FeedPage(events=(), after=reach(Step), has_more=False)


def chosen(by: Actor, ids: Sequence[int]) -> dict[int, Event]:
    """These events, by id; without those that do not concern the client, or no longer."""
    rows = _visible(by).filter(pk__in=ids).values_list(*COLUMNS)
    return {event.id: event for event in map(_event, rows)}


def _visible(by: Actor) -> QuerySet[Step]:
    if not by.is_api_client:
        raise Forbidden(_("The feed of events is for systems"))
    sources = list(TicketSource.objects.filter(code__in=by.source_codes).values_list("pk", flat=True))
    rows = Step.objects.filter(verb__in=list(EVENT_TYPES), ticket__source__in=sources)
    return rows.filter(ticket__seen_from__overlap=place_keys(by)) if by.region_codes else rows


def _event(row: Sequence[Any]) -> Event:
    pk, verb, at, from_state, state, unit_id, holder_id, opinion, data, number, external_no, source = row
    return Event(
        id=pk,
        type=EVENT_TYPES[verb],
        at=at,
        ticket=number,
        source=source,
        external_no=external_no,
        from_state=from_state,
        state=state,
        unit_id=unit_id,
        holder_id=holder_id,
        words=opinion if verb in WORDS else "",
        facts={name: data[name] for name in FACTS if name in data},
    )
