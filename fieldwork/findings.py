"""What a worker finds on the way becomes what it has to become, without being written twice.

A ticket, a dispute to mediate and important urgent information go through the ticket's one door; a hazard goes to the
hazards' own. The finding keeps where it came from and what has become of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from fieldwork.frame import happened, locked
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.reporting import HazardDraft
from fieldwork.hazards.reporting import report as report_hazard
from fieldwork.hazards.states import Origin
from fieldwork.limits import value as limit_value
from fieldwork.models import FieldFinding, FieldTask, TaskObject
from fieldwork.recording import Position, point_of, target_of
from fieldwork.rules import role_for
from fieldwork.states import TASK_TABLE
from fieldwork.terms import FindingKind, Work
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.drafts import TicketDraft
from incidents.intake import register
from incidents.models import MatterCategory
from incidents.places import Spot

SOURCE: Final = "worker"
ROUTES: Final = {FindingKind.DISPUTE: "mediation", FindingKind.KEY_REPORT: "key_report"}
"""The route of the catalogue that these kinds go; a ticket is whatever goes neither."""
SHORTEST: Final = 4


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found, in the worker's words."""

    kind: str
    text: str
    category: str
    photos: Sequence[UUID] = ()
    position: Position | None = None
    is_confidential: bool = False


@transaction.atomic
def report(
    task_id: int,
    found: Found,
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    target_id: int | None = None,
    occurred_at: datetime | None = None,
) -> FieldFinding:
    """Keep the finding and make of it what it is. The same key again is the same finding.

    Raises NotFound, Forbidden, Unprocessable, and what the door behind it raises.
    """
    task = locked(task_id)
    if not FieldTask.objects.visible_to(by).filter(pk=task_id).exists() or by.user is None:
        raise NotFound()
    known = FieldFinding.objects.filter(key=key).first()
    if known is not None:
        return known
    actor = by.acting_as(role_for(TASK_TABLE["start"], task, by))
    category = _category(found)
    if len(found.text.strip()) < SHORTEST:
        raise Unprocessable(fields={"text": [pgettext_lazy("finding", "Say in a few words what was found")]})
    target = target_of(task, target_id) if target_id is not None else None
    spot = _spot(found, task, target)
    row = FieldFinding(
        task=task,
        target=target,
        kind=found.kind,
        text=found.text.strip(),
        photos=list(found.photos),
        lon=spot.lon,
        lat=spot.lat,
        author=by.user,
        occurred_at=happened(occurred_at, at),
        received_at=at,
        key=key,
    )
    MAKERS[FindingKind(found.kind)](row, found, category, spot, by, at)
    row.save(force_insert=True)
    journal.record(
        "fieldwork.finding",
        by=actor,
        obj=task,
        at=at,
        details={"finding": row.pk, "kind": row.kind, "ticket": row.ticket_id, "hazard": row.hazard_id},
    )
    return row


def made_of(row: FieldFinding) -> tuple[str, str]:
    """The number of what it has become, and where that stands on the worker's phone."""
    if row.ticket is not None:
        return row.ticket.number, reverse("phone:ticket", args=[row.ticket.number])
    number = Hazard.objects.values_list("number", flat=True).get(pk=row.hazard_id or 0)
    return number, reverse("phone-hazards:hazard", args=[number])


def _category(found: Found) -> MatterCategory:
    """The matter, which has to be of the route that the kind goes."""
    if found.kind not in FindingKind.values:
        raise Unprocessable(fields={"kind": [pgettext_lazy("finding", "Choose what it is")]})
    category = catalogue().by_code.get(found.category)
    if category is None or not category.is_selectable:
        raise Unprocessable(fields={"category": [pgettext_lazy("finding", "Choose what it is about")]})
    wanted = ROUTES.get(FindingKind(found.kind))
    if wanted is not None and category.route != wanted:
        raise Unprocessable(
            fields={
                "category": [pgettext_lazy("finding", "This matter does not go that way: choose another one")]
            }
        )
    return category


def categories_for(kind: str) -> list[MatterCategory]:
    """The matters that a finding of this kind may be about."""
    if kind == FindingKind.HAZARD:
        book = catalogue().by_code
        return [book[code] for code in limit_value("hazard.categories") if code in book]
    wanted = ROUTES.get(FindingKind(kind))
    rows = [row for row in catalogue().by_code.values() if row.is_selectable]
    if wanted is None:
        return [row for row in rows if row.route not in ROUTES.values()]
    return [row for row in rows if row.route == wanted]


def _spot(found: Found, task: FieldTask, target: TaskObject | None) -> Spot:
    """Where the telephone was, else where the object is, else the grid."""
    if found.position is not None:
        place = found.position
        return Spot(lon=place.lon, lat=place.lat, accuracy=place.accuracy, text=_words(target))
    point = point_of(target) if target is not None else None
    if point is not None:
        return Spot(lon=point[0], lat=point[1], text=_words(target))
    if task.grid is not None:
        return Spot(lon=task.grid.lon, lat=task.grid.lat, region_code=task.grid.code)
    raise Unprocessable(
        fields={"position": [pgettext_lazy("finding", "Use your position: this task has no place")]}
    )


def _words(target: TaskObject | None) -> str:
    """The place in words; of people never more than their building."""
    if target is None:
        return ""
    if target.key_place is not None:
        return f"{target.key_place.name} {target.key_place.address}".strip()
    home = target.household or (target.key_person.resident.household if target.key_person else None)
    return home.building.name if home is not None else target.label


def _as_ticket(
    row: FieldFinding, found: Found, category: MatterCategory, spot: Spot, by: Actor, at: datetime
) -> None:
    is_key = row.kind == FindingKind.KEY_REPORT
    draft = TicketDraft(
        source=SOURCE,
        category=category.code,
        content=row.text,
        spot=spot,
        demand_type="report_violation" if is_key else "help",
        urgency="critical" if is_key else "",
        external_no=f"field:{row.key}",
        occurred_at=row.occurred_at,
        is_confidential=found.is_confidential,
        attachments=tuple(found.photos),
    )
    row.ticket = register(draft, by=by, at=at).ticket


def _as_hazard(
    row: FieldFinding, found: Found, category: MatterCategory, spot: Spot, by: Actor, at: datetime
) -> None:
    draft = HazardDraft(
        category=category.code,
        content=row.text,
        spot=spot,
        party=row.target.key_place.name[:80] if row.target and row.target.key_place else "",
        origin=Origin.PATROL if row.task.work == Work.PATROL else Origin.VISIT,
        occurred_at=row.occurred_at,
        key=row.key,
        photos=tuple(found.photos),
    )
    row.hazard_id = report_hazard(draft, by=by, at=at).hazard.pk


Maker = Callable[[FieldFinding, Found, MatterCategory, Spot, Actor, datetime], None]
MAKERS: Final[dict[FindingKind, Maker]] = {
    FindingKind.TICKET: _as_ticket,
    FindingKind.DISPUTE: _as_ticket,
    FindingKind.KEY_REPORT: _as_ticket,
    FindingKind.HAZARD: _as_hazard,
}
