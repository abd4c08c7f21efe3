"""Lists, powers and applications follow a revision of regions. An edition that has been in force is never edited: a new
one of the same content speaks for the region that came after.
"""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from grids.models import Region, RegionRevision
from mandates.frame import changed
from mandates.models import AccessApplication, DelegatedPower, DutyItem, DutyList
from mandates.states import ACCESS_OPEN, PowerState

DAY = timedelta(days=1)


class Effect(Protocol):
    """What is asked of the effect of a revision of regions (`grids.regions`)."""

    @property
    def revision(self) -> RegionRevision: ...

    @property
    def ended(self) -> tuple[Region, ...]: ...

    def heir(self, old_id: int) -> Region: ...

    def successors(self, old_id: int) -> list[Region]: ...


def follow(effect: Effect, *, at: datetime) -> dict[str, int]:
    """Let what speaks of ended regions speak of their heirs; how many of each. In the caller's transaction."""
    day = effect.revision.effective_on
    assert day is not None, "a revision in effect has its day"
    done = {"lists": 0, "applications": 0, "powers": 0}
    for old in effect.ended:
        new = effect.heir(old.pk)
        done["lists"] += _lists(old, new, effect.revision, day, at=at)
        done["applications"] += AccessApplication.objects.filter(
            region=old, state__in=ACCESS_OPEN, ends_on__gte=day
        ).update(region=new, region_path=new.path)
        done["powers"] += _powers(old, effect.successors(old.pk), day)
    if any(done.values()):
        journal.record("mandates.follow_regions", by=SYSTEM_ACTOR, obj=effect.revision, at=at, details=done)
        changed()
    return done


def _lists(old: Region, new: Region, revision: RegionRevision, day: date, *, at: datetime) -> int:
    """The edition in force gives way to one for the heir; what is to come is moved behind it."""
    rows = DutyList.objects.select_for_update(of=("self",)).filter(region=old)
    current = list(rows.filter(pk__in=DutyList.objects.in_force(day).filter(region=old).values("pk")))
    later = list(rows.filter(valid_from__gt=day).order_by("code", "valid_from", "edition"))
    for row in current:
        if row.valid_from >= day:
            row.region, row.region_path = new, new.path
            row.save(update_fields=["region", "region_path"])
        else:
            _continue(row, new, revision, day, at=at)
    for row in later:
        row.edition, row.region, row.region_path = _next_edition(row.code), new, new.path
        row.save(update_fields=["edition", "region", "region_path"])
    return len(current) + len(later)


def _next_edition(code: str) -> int:
    return int(DutyList.objects.filter(code=code).aggregate(last=Max("edition"))["last"] or 0) + 1


def _continue(row: DutyList, new: Region, revision: RegionRevision, day: date, *, at: datetime) -> None:
    items = list(row.items.order_by("number"))
    until = row.valid_to
    row.valid_to = day - DAY
    row.save(update_fields=["valid_to"])
    made = DutyList.objects.create(
        code=row.code,
        edition=_next_edition(row.code),
        title=row.title,
        kind=row.kind,
        level=row.level,
        region=new,
        region_path=new.path,
        valid_from=day,
        valid_to=until,
        note=_("Goes on for %(region)s after revision %(number)s")
        % {"region": new.name, "number": revision.number},
        created_at=at,
        created_by_name=SYSTEM_ACTOR.name,
    )
    for item in items:
        item.pk, item.duty_list = None, made
        item._state.adding = True
    DutyItem.objects.bulk_create(items)


def _powers(old: Region, successors: list[Region], day: date) -> int:
    """A power given to a town goes with its ground: to every town that has a part of it."""
    live: Any = Q(state=PowerState.PROPOSED) | Q(state=PowerState.APPROVED)
    rows = DelegatedPower.objects.filter(live, Q(ends_on=None) | Q(ends_on__gte=day), towns=old)
    for row in rows.order_by("pk"):
        row.towns.remove(old)
        row.towns.add(*successors)
    return len(rows)
