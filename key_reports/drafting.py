"""The first verb: a report is drafted by hand, or made of a ticket, a finding or a case without being typed again.

Once for each cause: the same form, ticket, finding or case gives the same report, also at the same moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork.models import FieldFinding
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import Tier
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.territory import current as territory
from incidents import sides
from incidents.catalogue import current as catalogue
from incidents.drafts import opening_of
from incidents.models import MatterCategory, Ticket
from incidents.places import Spot, locate
from key_reports import clocks, values
from key_reports.frame import Move, leave_step, locked
from key_reports.masks import masked
from key_reports.models import KeyReport
from key_reports.rules import role_to_prepare
from key_reports.states import ITEMS, REPORT_TABLE, Origin, ReportState, Stage
from key_reports.telling import centre_of, tell_reporters, tell_units
from mediation.models import MediationCase

SIDE: Final = "key_report"
SPACE: Final = UUID("7d3c5a10-58b3-4c0e-9d3f-0c8f5a1f3e22")
"""Keys of causes: the same cause, the same key."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody knows; shapes are checked by the door."""

    key: UUID
    category: str
    known_at: datetime
    occurred_at: datetime | None = None
    title: str = ""
    spot: Spot = field(default_factory=Spot)
    items: Mapping[str, str] = field(default_factory=dict)
    is_confidential: bool = False


@dataclass(frozen=True)
class Drafted:
    """The report, and whether it is new."""

    row: KeyReport
    created: bool


def kinds() -> list[MatterCategory]:
    """The matters that are key reports, by code."""
    return [row for row in catalogue().by_code.values() if row.is_key_report and row.is_selectable]


def prepare(draft: Draft, *, by: Actor, at: datetime) -> Drafted:
    """Begin a report by hand. Raises Forbidden, Unprocessable."""
    actor = by.acting_as(role_to_prepare(by))
    known = KeyReport.objects.filter(key=draft.key).first()
    if known is not None:
        if known.writer_id != by.user_id:
            raise Conflict(pgettext_lazy("key report", "This form belongs to somebody else"), code="not_own")
        return Drafted(known, created=False)
    category = _sound(draft, at)
    place = locate(draft.spot)
    nature = draft.items.get("nature", "").strip()
    unit = by.unit_id or _town(place.place.path)
    row = KeyReport(
        key=draft.key,
        origin=Origin.HAND,
        category=category,
        title=masked(draft.title.strip() or opening_of(nature) or str(category.label))[:120],
        known_at=draft.known_at,
        occurred_at=draft.occurred_at,
        region_id=place.place.region_id,
        region_path=place.place.path,
        place=draft.spot.text.strip()[:200],
        lon=place.lon,
        lat=place.lat,
        unit_id=unit,
        writer=by.user,
        is_confidential=draft.is_confidential,
    )
    row.items = {name: draft.items.get(name, "").strip() for name in ITEMS}
    return _file(row, by=actor, at=at)


def _sound(draft: Draft, at: datetime) -> MatterCategory:
    """The kind. Raises Unprocessable with everything that is wrong."""
    found: dict[str, list[Text]] = {}
    category = catalogue().by_code.get(draft.category)
    if category is None or not category.is_key_report or not category.is_selectable:
        found["category"] = [pgettext_lazy("key report", "Choose a kind of important urgent information")]
    if draft.known_at > at:
        found["known_at"] = [pgettext_lazy("key report", "This time lies in the future")]
    if draft.occurred_at is not None and draft.occurred_at > draft.known_at:
        found["occurred_at"] = [
            pgettext_lazy("key report", "It occurred before it became known: please check both times")
        ]
    if not draft.items.get("nature", "").strip():
        found["nature"] = [pgettext_lazy("key report", "Say what has happened, as far as you know")]
    if found or category is None:
        raise Unprocessable(fields=found)
    return category


def of_ticket(ticket: Ticket, *, at: datetime) -> Drafted | None:
    """The draft that a ticket of such a category calls for, filled in from it. None where it is tried out only."""
    known = KeyReport.objects.filter(ticket=ticket).first()
    if known is not None:
        return Drafted(known, created=False)
    finding = FieldFinding.objects.filter(ticket=ticket).order_by("pk").first()
    by_staff = ticket.source.kind == "worker" and ticket.reporter_id is not None
    writer = finding.author_id if finding is not None else ticket.reporter_id if by_staff else None
    row = KeyReport(
        key=uuid5(SPACE, f"ticket:{ticket.pk}"),
        origin=Origin.FINDING if finding is not None else Origin.TICKET,
        category=ticket.category,
        title=masked(ticket.title)[:120],
        known_at=ticket.registered_at,
        occurred_at=_before(ticket.occurred_at, ticket.registered_at),
        region_id=ticket.region_id,
        region_path=ticket.region_path,
        place=ticket.place[:200],
        lon=ticket.lon,
        lat=ticket.lat,
        unit_id=_town(ticket.region_path),
        writer_id=writer,
        is_confidential=ticket.is_confidential and by_staff,
        ticket=ticket,
        finding=finding,
    )
    row.items = _items(
        when=ticket.occurred_at or ticket.registered_at,
        place=ticket.place or _place_words(ticket.region_path),
        source=str(ticket.source.label),
        nature=ticket.content,
    )
    return _file(row, by=SYSTEM_ACTOR, at=at)


def of_case(case: MediationCase, known_at: datetime, *, at: datetime) -> Drafted | None:
    """The draft that a red case, a crowd or violence calls for; a report of the case's own ticket is taken on.

    Of a restricted case it says no more than the kind.
    """
    if KeyReport.objects.filter(case=case).exists():
        return Drafted(KeyReport.objects.get(case=case), created=False)
    if case.ticket_id is not None:
        taken = KeyReport.objects.filter(ticket=case.ticket_id, case=None)
        if taken.update(case=case):
            return Drafted(KeyReport.objects.get(case=case), created=False)
    category = _category_of(case)
    if category is None:
        return None
    row = KeyReport(
        key=uuid5(SPACE, f"case:{case.pk}"),
        origin=Origin.CASE,
        category=category,
        title=str(category.label)[:120] if case.is_sensitive else masked(case.title)[:120],
        known_at=known_at,
        region_id=case.region_id,
        region_path=case.region_path,
        place=case.place[:200],
        unit_id=_town(case.region_path),
        ticket_id=_free_ticket(case),
        case=case,
    )
    row.items = _items(
        when=known_at,
        place=case.place or _place_words(case.region_path),
        source=str(case.get_origin_display()),
        nature=str(category.label) if case.is_sensitive else case.facts,
    )
    return _file(row, by=SYSTEM_ACTOR, at=at)


GATHERING: Final = "1702"
"""Sign of mass gathering: what a dispute is reported as that has no kind of its own."""


def _category_of(case: MediationCase) -> MatterCategory | None:
    book = catalogue().by_code
    own = book.get(case.category_code)
    return own if own is not None and own.is_key_report else book.get(GATHERING)


def _free_ticket(case: MediationCase) -> int | None:
    """The case's ticket, unless it has a report of its own already."""
    if case.ticket_id is None or KeyReport.objects.filter(ticket=case.ticket_id).exists():
        return None
    return case.ticket_id


def _items(*, when: datetime, place: str, source: str, nature: str) -> dict[str, str]:
    known = {"when": f"{local(when):%Y-%m-%d %H:%M}", "place": place, "source": source, "nature": nature}
    return {name: known.get(name, "")[:2000] for name in ITEMS}


def _place_words(path: str) -> str:
    return " ".join(place.name for place in territory().chain(path)[1:])


def _before(moment: datetime | None, known_at: datetime) -> datetime | None:
    return min(moment, known_at) if moment is not None else None


def _town(path: str) -> int:
    """The unit that has to report what the platform learns of: the town's, else the next one above."""
    unit = territory().command_unit(path, Tier.TOWN) or territory().command_unit(path, Tier.CITY)
    if unit is None:
        raise Unprocessable(pgettext_lazy("key report", "No unit answers for this place"), code="no_unit")
    return unit.id


def _file(row: KeyReport, *, by: Actor, at: datetime) -> Drafted:
    """Write the draft with its two limits; what somebody else has just written is theirs."""
    with transaction.atomic():
        row.number, row.state, row.drafted_at = next_numbers("JX", at)[0], ReportState.DRAFT, at
        row.oral_due_at = values.due_at(Stage.ORAL, row.known_at)
        row.written_due_at = values.due_at(Stage.WRITTEN, row.known_at)
        KeyReport.objects.bulk_create([row], ignore_conflicts=True)
        pk = KeyReport.objects.filter(number=row.number).values_list("pk", flat=True).first()
        if pk is None:
            return Drafted(KeyReport.objects.get(key=row.key), created=False)
        row = locked(pk)
        for stage in (Stage.ORAL, Stage.WRITTEN):
            clocks.begin(row, stage, row.known_at, at=at)
        clocks.refresh(row)
        row.save()
        move = Move(row, REPORT_TABLE["prepare"], by, at, row.state)
        leave_step(move, "", None)
        if row.ticket_id is not None:
            sides.mark(row.ticket_id, SIDE)
        if by.role == SYSTEM:
            tell_reporters(row, "draft", at=at)
            tell_units(row, "draft", [centre_of(row.region_path)], ("duty",), at=at)
        return Drafted(row, created=True)
