"""Events of apps above the ticket for other systems: one feed for all of them, below the webhooks.

An app names its kinds when it is ready, and announces in the transaction of the deed: there are both or neither. The
order of one subject (the number of a matter) is the order of its deeds, since each locks the matter first. Like the
feed of tickets it is read up to a horizon, so whoever goes on from the last cursor never misses an event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, Text
from governance.foundation.horizon import reach
from incidents.models import Announcement, TicketSource
from incidents.querysets import AnnouncementQuerySet

WINDOW: Final = 100_000
"""Numbers that one page looks at, at most."""
_KINDS: dict[str, Text] = {}


@dataclass(frozen=True, kw_only=True)
class Announced:
    """One thing that happened to a matter, as other systems read it."""

    id: int
    type: str
    at: datetime
    subject: str
    source: str
    external_no: str | None
    from_state: str
    state: str
    words: str
    facts: Mapping[str, Any]

    @property
    def ticket(self) -> str:
        """What is told in order: here the matter."""
        return self.subject


@dataclass(frozen=True, kw_only=True)
class AnnouncedPage:
    """Events in order; `after` is the cursor to go on from, whether or not there were any."""

    events: Sequence[Announced]
    after: int
    has_more: bool


def register(kinds: Mapping[str, Text]) -> None:
    """Name the events of an app with their words; called when it is ready."""
    _KINDS.update(kinds)


def kinds() -> Mapping[str, Text]:
    """Every event that can be announced, with its words."""
    return _KINDS


def announce(
    kind: str,
    *,
    subject: str,
    source: TicketSource,
    region_path: str,
    at: datetime,
    state: str,
    from_state: str = "",
    external_no: str | None = None,
    words: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Announcement:
    """Tell the systems of that source. Called once for a deed, in its transaction, with the matter locked.

    Words and facts go to the other system as they are: no personal data that it has not sent itself.
    """
    if kind not in _KINDS:
        raise LookupError(f"no app has registered the event {kind!r}")
    row: Announcement = Announcement.objects.create(
        kind=kind,
        subject=subject,
        at=at,
        source=source,
        external_no=external_no,
        region_path=region_path,
        from_state=from_state,
        state=state,
        words=words,
        facts=dict(facts or {}),
    )
    return row


def page(by: Actor, *, after: int, limit: int, horizon: int | None = None) -> AnnouncedPage:
    """The events after a cursor that concern the client. Raises Forbidden for people, who have the pages.

    Whoever reads for many clients at once gives the `horizon` that it has found for all of them.
    """
    rows, horizon = _visible(by), reach(Announcement) if horizon is None else horizon
    end = min(horizon, after + WINDOW)
    found = [_event(row) for row in rows.filter(pk__gt=after, pk__lte=end).order_by("pk")[:limit]]
    reached = found[-1].id if len(found) == limit else max(after, end)
    return AnnouncedPage(events=found, after=reached, has_more=reached < horizon)


def latest(by: Actor) -> AnnouncedPage:
    """An empty page that ends now: for who wants to know only what comes."""
    _visible(by)
    return AnnouncedPage(events=(), after=reach(Announcement), has_more=False)


def chosen(by: Actor, ids: Sequence[int]) -> dict[int, Announced]:
    """These events, by id; without those that do not concern the client, or no longer."""
    return {row.pk: _event(row) for row in _visible(by).filter(pk__in=ids)}


def _visible(by: Actor) -> AnnouncementQuerySet:
    if not by.is_api_client:
        raise Forbidden(_("The feed of events is for systems"))
    return Announcement.objects.visible_to(by).select_related("source")


def _event(row: Announcement) -> Announced:
    return Announced(
        id=row.pk,
        type=row.kind,
        at=row.at,
        subject=row.subject,
        source=row.source.code,
        external_no=row.external_no,
        from_state=row.from_state,
        state=row.state,
        words=row.words,
        facts=row.facts,
    )
