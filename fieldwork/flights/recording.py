"""The deeds on flights: record one, name a ticket that it has brought, take a wrong record back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork.flights.models import Flight, FlightFinding
from fieldwork.flights.querysets import RECORDERS
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Conflict, FieldErrors, Forbidden, NotFound, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids import scope as scopes
from incidents import sides
from incidents.clientele import reaches
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.places import Spot, locate

SOURCE: Final = "uav"
SIDE: Final = "flights"
TOLERANCE, LONGEST_FLIGHT = timedelta(minutes=10), timedelta(hours=12)
HIGHEST_M: Final = 1000
LENGTHS: Final = {
    "purpose": 120, "aircraft": 40, "pilot": 40, "permit": 60, "result": 1000, "external_no": 80
}  # fmt: skip
NEEDED: Final = frozenset({"purpose", "aircraft", "pilot"})


@dataclass(frozen=True, kw_only=True)
class FlightDraft:
    """What somebody writes down. `key` (a form) or `external_no` (a system) makes a second try the same record."""

    purpose: str
    aircraft: str
    pilot: str
    took_off_at: datetime
    landed_at: datetime
    spot: Spot = field(default_factory=Spot)
    permit: str = ""
    height_m: int | None = None
    result: str = ""
    external_no: str = ""
    key: UUID | None = None

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        for name, longest in LENGTHS.items():
            text = getattr(self, name).strip()
            if name in NEEDED and not text:
                found[name] = [pgettext_lazy("flight", "Please fill this in")]
            elif len(text) > longest:
                found[name] = [too_long(longest)]
        if self.height_m is not None and not 0 < self.height_m <= HIGHEST_M:
            found["height_m"] = [pgettext_lazy("flight", "Between 1 and 1,000 metres")]
        if len(self.spot.text) > 200:
            found["place"] = [too_long(200)]
        if wrong := self._wrong_times(at):
            found["landed_at"] = [wrong]
        return found

    def _wrong_times(self, at: datetime) -> Text:
        if self.landed_at > at + TOLERANCE:
            return pgettext_lazy(
                "flight", "A flight is recorded once it is over: this time lies in the future"
            )
        if self.landed_at <= self.took_off_at:
            return pgettext_lazy("flight", "The landing comes after the take-off")
        if self.landed_at - self.took_off_at > LONGEST_FLIGHT:
            return pgettext_lazy("flight", "Longer than twelve hours: record each flight by itself")
        return ""


def too_long(most: int) -> str:
    """The sentence of a text that is too long."""
    return pgettext("flight", "At most %(count)s characters") % {"count": most}


@dataclass(frozen=True)
class Recorded:
    """The flight, and whether it is new."""

    flight: Flight
    created: bool


def record(draft: FlightDraft, *, by: Actor, at: datetime) -> Recorded:
    """Write a flight down, once. Raises Forbidden, Unprocessable, Conflict."""
    if (known := _known(draft, by)) is not None:
        return Recorded(known, created=False)
    if faults := draft.faults(at):
        raise Unprocessable(fields=faults)
    path = locate(draft.spot).place.path
    actor = by.acting_as(recording_role(by, path))
    try:
        with transaction.atomic():
            row = Flight.objects.create(
                number=next_numbers("FX", at)[0],
                region_path=path,
                area=draft.spot.text.strip(),
                took_off_at=draft.took_off_at,
                landed_at=draft.landed_at,
                height_m=draft.height_m,
                key=draft.key,
                client_id=by.client_id,
                recorded_by=by.user,
                recorded_at=at,
                **{name: getattr(draft, name).strip() for name in LENGTHS},
            )
            details = {"aircraft": row.aircraft, "minutes": row.minutes}
            journal.record("flights.record", by=actor, obj=row, at=at, details=details)
    except IntegrityError as error:
        if (known := _known(draft, by)) is None:
            words = pgettext_lazy(
                "flight", "This record cannot be told apart from another one; begin it anew"
            )
            raise Conflict(words, code="key_taken") from error
        return Recorded(known, created=False)
    return Recorded(row, created=True)


def _known(draft: FlightDraft, by: Actor) -> Flight | None:
    """The caller's own record of that key or number."""
    if by.client_id is not None:
        return Flight.objects.filter(client=by.client_id, external_no=draft.external_no.strip()).first()
    if draft.key is None:
        return None
    return Flight.objects.filter(key=draft.key, recorded_by=by.user_id).first()


def recording_role(by: Actor, path: str = "") -> str:
    """The role under which flights over `path` (empty: anywhere) are recorded. Raises Forbidden."""
    if by.is_api_client:
        if SOURCE in by.source_codes and (not path or reaches(by, path)):
            return str(Role.API_CLIENT)
        raise Forbidden(pgettext_lazy("flight", "This key does not tell of flights there"), source=SOURCE)
    scope = scopes.of(by.user)
    held = scope.roles_over(path) if path else {reach.role for reach in scope.reaches if reach.path}
    for role in RECORDERS:
        if role in held:
            return str(role)
    raise Forbidden(
        pgettext_lazy("flight", "Flights are recorded by the desks and grid leaders of the place"),
        roles=sorted(RECORDERS),
    )


def may_record(by: Actor, path: str = "") -> bool:
    """Whether the person records flights there."""
    try:
        recording_role(by, path)
    except Forbidden:
        return False
    return True


def visible_flight(by: Actor, number: str) -> Flight:
    """Raises NotFound."""
    rows = Flight.objects.visible_to(by).select_related("recorded_by", "withdrawn_by", "client")
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound()
    return row


def add_finding(number: str, ticket_number: str, *, by: Actor, at: datetime) -> FlightFinding:
    """A ticket came of this flight. Again for the same ticket it is the same finding.

    Raises NotFound, Forbidden, Unprocessable, Conflict.
    """
    flight = visible_flight(by, number)
    actor = by.acting_as(recording_role(by, flight.region_path))
    ticket = _found_ticket(by, ticket_number)
    with transaction.atomic():
        if _locked(flight).withdrawn_at is not None:
            raise Conflict(pgettext_lazy("flight", "This record was taken back"), code="withdrawn")
        row, created = FlightFinding.objects.get_or_create(
            ticket=ticket, defaults={"flight": flight, "added_by": by.user, "at": at}
        )
        if row.flight_id != flight.pk:
            words = pgettext_lazy("flight", "This ticket came of another flight: %(number)s")
            raise Conflict(str(words) % {"number": row.flight.number}, code="other_flight")
        if created:
            sides.mark(ticket.pk, SIDE)
            details: dict[str, Any] = {"ticket": ticket.number}
            journal.record("flights.finding", by=actor, obj=flight, at=at, details=details)
    return row


def _found_ticket(by: Actor, number: str) -> Ticket:
    """The ticket, if the caller sees it and a drone has brought it. Raises Unprocessable."""
    try:
        ticket = visible_ticket(by, number.strip()[:20])
    except NotFound:
        words = pgettext_lazy("flight", "There is no such ticket among those that you see")
        raise Unprocessable(fields={"ticket": [words]}, code="unknown_ticket") from None
    if ticket.source.code != SOURCE:
        words = pgettext_lazy("flight", "Only tickets of the source drone patrol come of flights")
        raise Unprocessable(fields={"ticket": [words]}, code="other_source")
    return ticket


def withdraw(number: str, *, why: str, by: Actor, at: datetime) -> Flight:
    """Take a wrong record back; its tickets stay and are free for another. Raises as `add_finding` does."""
    flight = visible_flight(by, number)
    actor = by.acting_as(recording_role(by, flight.region_path))
    words = why.strip()
    if not 0 < len(words) <= 200:
        raise Unprocessable(fields={"why": [pgettext_lazy("flight", "Say why, in at most 200 characters")]})
    with transaction.atomic():
        row = _locked(flight)
        if row.withdrawn_at is not None:
            raise Conflict(pgettext_lazy("flight", "This record was taken back"), code="withdrawn")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_for = at, by.user, words
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
        freed = list(row.findings.values_list("ticket_id", flat=True))
        row.findings.all().delete()
        for ticket_id in freed:
            sides.unmark(ticket_id, SIDE)
        details = {"tickets": len(freed), "why": words}
        journal.record("flights.withdraw", by=actor, obj=row, at=at, details=details)
    return row


def _locked(flight: Flight) -> Flight:
    return Flight.objects.select_for_update(of=("self",), no_key=True).get(pk=flight.pk)
