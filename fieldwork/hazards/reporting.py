"""The first verb: a hazard is found and told, by whoever and wherever; a report sent again is the same hazard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext_lazy

from fieldwork.hazards import telling
from fieldwork.hazards.frame import LONGEST, Move, leave_step
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.rules import reporting_role
from fieldwork.hazards.states import HAZARD_TABLE, Origin
from fieldwork.hazards.timing import next_alarm
from fieldwork.limits import value
from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, FieldErrors, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from incidents import sides
from incidents.catalogue import current as catalogue
from incidents.drafts import opening_of
from incidents.models import Ticket
from incidents.places import Spot, locate

SIDE: Final = "hazards"
TOLERANCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class HazardDraft:
    """What somebody found. `key` makes a second press, or a second try of a phone, the same report."""

    category: str
    content: str
    spot: Spot = field(default_factory=Spot)
    party: str = ""
    origin: str = Origin.REPORT.value
    occurred_at: datetime | None = None
    key: UUID | None = None
    photos: Sequence[UUID] = ()

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if self.category not in value("hazard.categories") or self.category not in catalogue().by_code:
            found["category"] = [pgettext_lazy("hazard", "Choose what kind of hazard it is")]
        if not 0 < len(self.content.strip()) <= LONGEST:
            found["content"] = [pgettext_lazy("hazard", "Say what you saw, in at most 2,000 characters")]
        if len(self.party) > 80:
            found["party"] = [pgettext_lazy("hazard", "At most 80 characters")]
        if len(self.spot.text) > 200:
            found["place"] = [pgettext_lazy("hazard", "At most 200 characters")]
        if self.origin not in Origin.values:
            found["origin"] = [pgettext_lazy("hazard", "Choose from the list")]
        return found


@dataclass(frozen=True)
class Found:
    """The hazard, and whether it is new."""

    hazard: Hazard
    created: bool


def report(draft: HazardDraft, *, by: Actor, at: datetime, ticket: Ticket | None = None) -> Found:
    """Store what was found, once for each key. Raises Forbidden, Unprocessable.

    `ticket` is one that the person may see: the hazard stands on its page.
    """
    actor = by.acting_as(reporting_role(by))
    if (known := known_of(draft, by)) is not None:
        return Found(known, created=False)
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    try:
        with transaction.atomic():
            return Found(_store(draft, actor, at, ticket), created=True)
    except IntegrityError as error:
        known = known_of(draft, by)
        if known is None:
            words = pgettext_lazy(
                "hazard", "This report cannot be told apart from another one; begin it anew"
            )
            raise Conflict(words, code="key_taken") from error
        return Found(known, created=False)


def known_of(draft: HazardDraft, by: Actor) -> Hazard | None:
    """The person's own hazard of that key."""
    if draft.key is None:
        return None
    return Hazard.objects.filter(key=draft.key, reporter=by.user_id).first()


def _store(draft: HazardDraft, by: Actor, at: datetime, ticket: Ticket | None) -> Hazard:
    located = locate(draft.spot)
    occurred = draft.occurred_at or at
    if occurred > at + TOLERANCE:
        raise Unprocessable(fields={"occurred_at": [pgettext_lazy("hazard", "This time lies in the future")]})
    category, content = catalogue().by_code[draft.category], draft.content.strip()
    row = Hazard(
        number=next_numbers("YH", at)[0],
        origin=Origin.TICKET if ticket is not None else draft.origin,
        category_code=category.code,
        urgency=category.urgency,
        line=category.lead_line,
        title=opening_of(content)[:120],
        content=content,
        place=draft.spot.text.strip(),
        lon=located.lon,
        lat=located.lat,
        region_path=located.place.path,
        party=draft.party.strip(),
        ticket=ticket,
        key=draft.key,
        reporter=by.user,
        occurred_at=occurred,
        reported_at=at,
    )
    row.alarm_at = next_alarm(row)
    row.save(force_insert=True)
    if ticket is not None:
        sides.mark(ticket.pk, SIDE)
    verb = HAZARD_TABLE["report"]
    leave_step(Move(row, verb, by, at, draft.occurred_at, draft.key, photos=draft.photos), "", None)
    telling.tell_judges(row, "reported", at=at, by=by)
    return row
