"""How a matter comes in from 110: by its system or by hand, idempotent on the number that it has at 110."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import FieldErrors, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from incidents.catalogue import current as catalogue
from incidents.clientele import reaches
from incidents.drafts import opening_of
from incidents.intake import known_source
from incidents.models import TicketSource
from incidents.places import Spot, locate
from incidents.repeats import repeat_of
from incidents.states import Urgency
from police_link.crossing import draft_of
from police_link.feed import announce_step
from police_link.frame import Move, leave_step, locked, set_limit
from police_link.models import PoliceIncident, PoliceStep
from police_link.rules import role_over
from police_link.states import INCIDENT_TABLE, FirstReceiver, IncidentKind
from police_link.telling import tell_centre
from police_link.values import SOURCE

EARLY = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What 110 hands over; shapes are checked by the door, everything else here."""

    external_no: str
    content: str
    received_at: datetime
    sent_at: datetime | None = None
    source: str = SOURCE
    kind: str = IncidentKind.OTHER.value
    category: str = ""
    urgency: str = Urgency.NORMAL.value
    title: str = ""
    spot: Spot = field(default_factory=Spot)
    caller_name: str = ""
    caller_phone: str = ""
    officer: str = ""
    police_unit: str = ""
    dealt: str = ""
    police_note: str = ""
    first_receiver: str = FirstReceiver.POLICE.value
    external_due_at: datetime | None = None

    def digest(self) -> str:
        """Two posts with the same digest say the same; when they were sent does not count."""
        return journal.digest({**vars(self), "spot": vars(self.spot), "sent_at": ""})

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not self.external_no.strip():
            found["external_no"] = [pgettext_lazy("police", "Give the number that the matter has at 110")]
        if not self.content.strip():
            found["content"] = [pgettext_lazy("police", "Describe what was reported")]
        if self.kind not in IncidentKind.values:
            found["kind"] = [pgettext_lazy("police", "Choose a kind")]
        if self.category and self.category not in catalogue().by_code:
            found["category"] = [pgettext_lazy("police", "There is no such category")]
        if self.received_at > at + EARLY:
            found["received_at"] = [pgettext_lazy("police", "This time lies in the future")]
        if self.sent_at is not None and not self.received_at <= self.sent_at <= at + EARLY:
            found["sent_at"] = [
                pgettext_lazy("police", "Handed over after the call was received and not in the future")
            ]
        return found


@dataclass(frozen=True)
class Offered:
    """What became of it: the matter, whether it is new, and whether changed words were kept."""

    row: PoliceIncident
    created: bool
    is_supplemented: bool = False


def offer(given: Offer, *, by: Actor, at: datetime) -> Offered:
    """Take a matter in. The same number gives the same matter; changed words are kept beside it.

    Two posts at the same moment make one matter. Raises Forbidden, Unprocessable.
    """
    source = known_source(given.source, by)
    if source.kind != TicketSource.Kind.POLICE:
        raise Unprocessable(
            fields={"source": [pgettext_lazy("police", "This is not a source of the police")]},
            code="unknown_source",
        )
    with transaction.atomic():
        if (repeat := _repeat(given, source, by=by, at=at)) is not None:
            return repeat
        row, actor = _built(given, source, by=by, at=at)
        made = PoliceIncident.objects.bulk_create([row], ignore_conflicts=True)[0]
        stored = PoliceIncident.objects.filter(number=made.number).values_list("pk", flat=True).first()
        if stored is None:  # somebody else has just stored the same number
            repeat = _repeat(given, source, by=by, at=at)
            assert repeat is not None
            return repeat
        row = locked(stored)
        leave_step(Move(row, INCIDENT_TABLE["offer"], actor, at, row.state), "", None)
        tell_centre(row, "offered", at=at, by=by)
        return Offered(row, created=True)


def _built(given: Offer, source: TicketSource, *, by: Actor, at: datetime) -> tuple[PoliceIncident, Actor]:
    """The unsaved row, and the actor in the role that permits it."""
    if faults := given.faults(at):
        raise Unprocessable(fields=faults)
    place = locate(given.spot)
    if by.is_api_client and not reaches(by, place.place.path):
        raise Unprocessable(
            fields={"point": [pgettext_lazy("police", "This place lies outside the regions of this key")]},
            code="outside_regions",
        )
    verb = INCIDENT_TABLE["offer"]
    actor = by.acting_as(role_over(verb, by, path=place.place.path, source=source.code))
    sent = given.sent_at or at
    row = PoliceIncident(
        number=next_numbers("JQ", at)[0],
        first_receiver=given.first_receiver,
        source=source,
        external_no=given.external_no.strip(),
        digest=given.digest(),
        client_id=by.client_id,
        kind=given.kind,
        category_code=given.category,
        urgency=given.urgency,
        title=(given.title.strip() or opening_of(given.content))[:120],
        content=given.content.strip(),
        place=given.spot.text.strip(),
        lon=place.lon,
        lat=place.lat,
        region_id=place.place.region_id,
        region_path=place.place.path,
        caller_name=given.caller_name.strip(),
        caller_phone=given.caller_phone.strip(),
        officer=given.officer.strip(),
        police_unit=given.police_unit.strip(),
        dealt=given.dealt.strip(),
        police_note=given.police_note.strip(),
        received_at=given.received_at,
        sent_at=sent,
        day=local(sent).date(),
        external_due_at=given.external_due_at,
    )
    set_limit(row, "decide", max(sent, at - EARLY))
    return row, actor


def _repeat(given: Offer, source: TicketSource, *, by: Actor, at: datetime) -> Offered | None:
    """The matter that is there already, with changed words kept once."""
    rows = PoliceIncident.objects.filter(source=source, external_no=given.external_no.strip(), direction="in")
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        return None
    row = locked(pk)
    actor = by.acting_as(role_over(INCIDENT_TABLE["offer"], by, path=row.region_path, source=row.source.code))
    digest = given.digest()
    is_known = digest == row.digest or row.steps.filter(verb="supplement", data__digest=digest).exists()
    if not is_known:
        _supplement(row, given, digest, by=actor, at=at)
    return Offered(row, created=False, is_supplemented=not is_known)


def _supplement(row: PoliceIncident, given: Offer, digest: str, *, by: Actor, at: datetime) -> None:
    """Words that came later: a step here, and a supplement of the ticket where there is one."""
    words = given.content.strip()
    step = PoliceStep.objects.create(
        incident=row,
        verb="supplement",
        from_state=row.state,
        to_state=row.state,
        at=at,
        actor_id=by.user_id,
        actor_name=by.name[:80],
        role=by.role,
        words=words[:10_000],
        data={"digest": digest},
    )
    journal.record("police.supplement", by=by, obj=row, at=at, details={"step": step.pk})
    announce_step(row, step)
    if row.ticket_id is not None:
        repeat_of(draft_of(row, row.category_code, words), row.source, by=by, at=at)
    tell_centre(row, "supplement", at=at, by=by, key=digest[:12])
