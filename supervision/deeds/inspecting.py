"""Inspections and review campaigns: planned or proposed, begun with places and inspectors, closed with a summary.

One that comes again puts its next round on the plan. What is found at a place is written down by `recording`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import Tier, User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.models import Region
from grids.territory import Place
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell
from supervision.frame import INSPECTIONS, Move, begun, moving
from supervision.ground import place_unit
from supervision.models import Checklist, Inspection, InspectionPlan, InspectionTarget
from supervision.names import InspectionState, Period
from supervision.periods import nth
from supervision.rules import role_over
from supervision.states import INSPECTION_TABLE
from supervision.words import in_city_words

COUNTED: Final = frozenset({InspectionState.PLANNED, InspectionState.RUNNING, InspectionState.CLOSED})
BATCH: Final = 100
MOST_INSPECTORS: Final = 60


@dataclass(frozen=True, kw_only=True)
class InspectionDraft:
    """What is written down before an inspection begins."""

    kind: str
    title: str
    checklist: Checklist
    region: Region
    starts_on: date
    ends_on: date
    purpose: str = ""
    every: str = ""
    inspector_ids: Sequence[int] = ()

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if self.kind not in Inspection.Kind.values:
            found["kind"] = [pgettext_lazy("supervision", "Choose the kind")]
        if not self.title.strip():
            found["title"] = [pgettext_lazy("supervision", "Give it a title")]
        if self.every and self.every not in Period.values:
            found["every"] = [pgettext_lazy("supervision", "Choose how often")]
        if self.ends_on < self.starts_on:
            found["ends_on"] = [pgettext_lazy("supervision", "The last day cannot be before the first")]
        elif self.ends_on < local(at).date():
            found["ends_on"] = [pgettext_lazy("supervision", "The day is over already")]
        if not 1 <= len(set(self.inspector_ids)) <= MOST_INSPECTORS:
            found["inspectors"] = [pgettext_lazy("supervision", "Name between 1 and 60 inspectors")]
        elif len(_people(self.inspector_ids)) != len(set(self.inspector_ids)):
            found["inspectors"] = [pgettext_lazy("supervision", "An inspector is not in service any more")]
        return found


def _people(ids: Collection[int]) -> list[User]:
    return list(User.objects.filter(pk__in=set(ids), is_active=True).order_by("pk"))


@transaction.atomic
def set_quota(year: int, quota: int, *, note: str, by: Actor, at: datetime) -> InspectionPlan:
    """How many inspections the year allows. Raises Forbidden, Unprocessable below what is planned already."""
    role = role_over(INSPECTION_TABLE["plan"], by, path=city_path())
    used = Inspection.objects.filter(year=year, is_in_plan=True, state__in=sorted(COUNTED)).count()
    if quota < used:
        told = pgettext_lazy("supervision", "%(used)d inspections are planned already") % {"used": used}
        raise Unprocessable(fields={"quota": [told]})
    row, _is_new = InspectionPlan.objects.update_or_create(
        year=year, defaults={"quota": quota, "note": note.strip()[:200]}
    )
    journal.record(
        "supervision.plan.quota",
        by=by.acting_as(role),
        obj=row,
        at=at,
        details={"year": year, "quota": quota},
    )
    return row


def city_path() -> str:
    """The place of the whole city, whose plan binds everybody."""
    return next((place.path for place in territory().by_path.values() if place.level == Tier.CITY), "")


@transaction.atomic
def plan(draft: InspectionDraft, *, by: Actor, at: datetime) -> Inspection:
    """Put it on the yearly plan. Raises Forbidden, Unprocessable; Conflict when the quota is used up."""
    role = role_over(INSPECTION_TABLE["plan"], by, path=draft.region.path)
    _check(draft, at)
    if not room_left(draft.starts_on.year):
        raise Conflict(
            pgettext_lazy(
                "supervision",
                "The quota of %(year)d is used up: propose it outside the plan, a leader decides",
            )
            % {"year": draft.starts_on.year},
            code="quota",
        )
    return _stored("plan", draft, by=by, role=role, at=at)


@transaction.atomic
def propose(draft: InspectionDraft, *, by: Actor, at: datetime) -> Inspection:
    """Outside the plan: it waits for a leader. Raises Forbidden, Unprocessable."""
    role = role_over(INSPECTION_TABLE["propose"], by, path=draft.region.path, unit_id=by.unit_id)
    _check(draft, at)
    return _stored("propose", draft, by=by, role=role, at=at)


def _check(draft: InspectionDraft, at: datetime) -> None:
    if faults := draft.faults(at):
        raise Unprocessable(fields=faults)


def room_left(year: int) -> int:
    """What the quota of the year still allows; the plan stays locked until the transaction ends."""
    row = InspectionPlan.objects.select_for_update().filter(year=year).first()
    if row is None:
        return 0
    used = Inspection.objects.filter(year=year, is_in_plan=True, state__in=sorted(COUNTED)).count()
    return max(0, row.quota - used)


def _stored(
    name: str,
    draft: InspectionDraft,
    *,
    by: Actor,
    role: str,
    at: datetime,
    follows: Inspection | None = None,
) -> Inspection:
    unit_id = by.unit_id or (follows.unit_id if follows else None) or place_unit(draft.region.path, "city")
    assert unit_id is not None  # people belong to a unit, a city has a centre
    row = Inspection(
        number=next_numbers("JC", at)[0],
        kind=draft.kind,
        title=draft.title.strip()[:120],
        purpose=draft.purpose.strip(),
        checklist=draft.checklist,
        region=draft.region,
        region_path=draft.region.path,
        unit_id=unit_id,
        year=draft.starts_on.year,
        is_in_plan=name == "plan",
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        every=draft.every,
        inspector_ids=sorted(set(draft.inspector_ids)),
        prepared_by_id=by.user_id,
        prepared_at=at,
        follows=follows,
    )
    begun(INSPECTIONS, name, row, by=by, role=role, at=at)
    return row


def approve(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Inspection:
    """A leader allows it beside the plan."""
    return _judge("approve", pk, by=by, at=at, opinion=opinion, version=version)


def refuse(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Inspection:
    """A leader does not allow it."""
    return _judge("refuse", pk, by=by, at=at, opinion=opinion, version=version)


def _judge(name: str, pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None) -> Inspection:
    with moving(INSPECTIONS, name, pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    result: Inspection = move.row
    return result


def begin(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Inspection:
    """List the places, give each an inspector from elsewhere, and tell the inspectors."""
    with moving(INSPECTIONS, "begin", pk, by=by, at=at, version=version) as move:
        _spread(move)
        move.row.begun_at = at
    result: Inspection = move.row
    return result


def _spread(move: Move[Inspection]) -> None:
    row = move.row
    people = _people(row.inspector_ids)
    places = list(_places(row))
    if not places or not people:
        raise Unprocessable(
            pgettext_lazy("supervision", "There is no place to look at, or nobody to look"), code="empty"
        )
    loads = dict.fromkeys((person.pk for person in people), 0)
    share, targets = -(-len(places) // len(people)), []
    chosen: User | None = None
    for place in places:
        unit_id = _answering(place)
        able = [person for person in people if unit_id is not None and person.unit_id != unit_id]
        if chosen not in able or loads[chosen.pk] >= share:
            # Whoever has begun goes on along the way; then it is the turn of whoever has least.
            chosen = min(able, key=lambda person: (loads[person.pk], person.pk), default=None)
        if unit_id is None or chosen is None:
            told = pgettext_lazy("supervision", "%(place)s has no inspector from elsewhere") % {
                "place": place.name
            }
            raise Unprocessable(fields={"inspectors": [told]})
        loads[chosen.pk] += 1
        targets.append(_target(row, place, unit_id, chosen))
    InspectionTarget.objects.bulk_create(targets)
    move.data = {"places": len(targets)}
    tell(
        key=f"supervision:{row.number}:begin",
        kind="inspection",
        title=in_city_words(pgettext_lazy("supervision notice", "Inspection assigned to you"), row.title),
        url=_url(row),
        at=move.at,
        user_ids=[target.inspector_id for target in targets],
        audience=Notice.Audience.HANDLERS,
        by=move.by,
    )


def _url(row: Inspection) -> str:
    return reverse("supervision:inspection", args=[row.number])


def _places(row: Inspection) -> Iterator[Place]:
    land = territory()
    found = [place for place in land.by_path.values() if place.level == row.checklist.level]
    yield from sorted(
        (place for place in found if place.path.startswith(row.region_path)), key=lambda place: place.path
    )


def _answering(place: Place) -> int | None:
    """A grid is answered for by its community's workstation."""
    return place_unit(place.path, "community" if place.level == "grid" else place.level)


def _target(row: Inspection, place: Place, unit_id: int, inspector: User) -> InspectionTarget:
    town = territory().at_level(place.path, "town")
    return InspectionTarget(
        inspection=row,
        grid_id=place.id if place.level == "grid" else None,
        region_id=place.region_id,
        region_path=place.path,
        name=place.name,
        town_name=town.name if town is not None else "",
        unit_id=unit_id,
        inspector=inspector,
    )


def close(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Inspection:
    """End it with a summary, once every place has been looked at."""
    with moving(INSPECTIONS, "close", pk, by=by, at=at, version=version) as move:
        row = move.row
        row.summary = move.say(opinion)
        left = row.targets.filter(done_at=None).count()
        if left:
            told = pgettext_lazy("supervision", "%(left)d places have not been looked at yet") % {
                "left": left
            }
            raise Unprocessable(told, code="not_done")
        row.closed_at = at
    result: Inspection = move.row
    return result


def cancel(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Inspection:
    """Give it up, with a reason; its place in the quota is free again."""
    with moving(INSPECTIONS, "cancel", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.closed_at = at
    result: Inspection = move.row
    return result


def follow_rounds(*, at: datetime) -> int:
    """Put the next round of what comes again on the plan, once; beyond the quota it is proposed. How many were made."""
    today, made = local(at).date(), 0
    rows = (
        Inspection.objects.exclude(every="")
        .exclude(state__in=NO_MORE)
        .filter(ends_on__lt=today, next__isnull=True)
    )
    for pk in list(rows.order_by("ends_on", "pk").values_list("pk", flat=True)[:BATCH]):
        made += _follow(pk, at=at)
    return made


NO_MORE: Final = sorted({InspectionState.CANCELLED, InspectionState.REFUSED})


@transaction.atomic
def _follow(pk: int, *, at: datetime) -> int:
    rows = Inspection.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("checklist", "region").filter(pk=pk).first()
    if row is None or Inspection.objects.filter(follows=row).exists():
        return 0
    today, times = local(at).date(), 1
    while nth(row.ends_on, row.every, times) < today:
        times += 1
    draft = InspectionDraft(
        kind=row.kind,
        title=row.title,
        checklist=row.checklist,
        region=row.region,
        starts_on=nth(row.starts_on, row.every, times),
        ends_on=nth(row.ends_on, row.every, times),
        purpose=row.purpose,
        every=row.every,
        inspector_ids=[person.pk for person in _people(row.inspector_ids)],
    )
    name = "plan" if room_left(draft.starts_on.year) else "propose"
    _stored(name, draft, by=SYSTEM_ACTOR, role=SYSTEM_ACTOR.role, at=at, follows=row)
    return 1
