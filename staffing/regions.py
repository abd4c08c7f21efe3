"""A revision of regions takes effect: who is appointed over a region or its command unit goes on over what came after;
so do teams, party organisations, stationed people and recruitment. Who was there before stays in the books.
"""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Q

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.models import Appointment, OrgUnit
from governance.audit import journal
from grids.models import Region, RegionRevision
from staffing.handover import go_on
from staffing.models import Coordinator, PartyOrganization, RecruitmentPlan, ServiceTeam, Stationing
from staffing.posting import over

DAY = timedelta(days=1)


class Effect(Protocol):
    """What a revision of regions did, as `grids.regions` hands it over."""

    @property
    def revision(self) -> RegionRevision: ...

    @property
    def ended(self) -> tuple[Region, ...]: ...

    @property
    def units(self) -> Any: ...

    def heir(self, old_id: int) -> Region: ...


@transaction.atomic
def follow(effect: Effect, *, at: datetime) -> dict[str, int]:
    """Let everything of the ended regions go on in their heirs from the day on; how many of each."""
    starts_on = effect.revision.effective_on
    assert starts_on is not None, "a revision in effect has its day"
    done = {"appointments": 0, "teams": 0, "party": 0, "stationed": 0, "recruitment": 0}
    done["coordinators"] = 0
    for old in effect.ended:
        new = effect.heir(old.pk)
        done["appointments"] += _appointments(old, new, starts_on, at=at)
        done["teams"] += ServiceTeam.objects.filter(region=old, ended_on=None).update(region=new)
        done["party"] += PartyOrganization.objects.filter(region=old, ended_on=None).update(region=new)
        done["stationed"] += _stationed(old, new, starts_on)
        done["coordinators"] += _coordinator(old, new, starts_on)
        plans = RecruitmentPlan.objects.filter(region=old).exclude(stage=RecruitmentPlan.Stage.ON_POST)
        done["recruitment"] += plans.update(region=new)
    units = OrgUnit.objects.in_bulk([*effect.units, *effect.units.values()])
    for before, after in effect.units.items():
        done["appointments"] += _appointments(units[before], units[after], starts_on, at=at)
    if any(done.values()):
        journal.record("staffing.follow_regions", by=SYSTEM_ACTOR, obj=effect.revision, at=at, details=done)
    return done


def _appointments(old: Region | OrgUnit, new: Region | OrgUnit, starts_on: date, *, at: datetime) -> int:
    """Roles over the old one go on over the new one, acting ones of substitutes as well."""
    rows = Appointment.objects.select_for_update(of=("self",)).select_related(
        "user", "acting_for", "leave_cover__leave"
    )
    rows = rows.filter(over(old)).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).order_by("id")
    told = {"from": old.code, "to": new.code}
    return sum(go_on(row, new, starts_on, at=at, told=told) is not None for row in list(rows))


def _coordinator(old: Region, new: Region, starts_on: date) -> int:
    """Whoever coordinates the old community ends with the day before, and goes on where nobody is named then."""
    moved = 0
    for row in Coordinator.objects.select_for_update(of=("self",)).filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on), region=old
    ):
        until, begins = row.ends_on, max(row.starts_on, starts_on)
        if row.starts_on >= starts_on:
            row.delete()
        else:
            row.ends_on = starts_on - DAY
            row.save(update_fields=["ends_on"])
        others = Coordinator.objects.filter(Q(ends_on=None) | Q(ends_on__gte=begins), region=new)
        if others.exists():
            continue
        row.pk, row.region, row.starts_on, row.ends_on = None, new, begins, until
        row._state.adding = True
        row.save(force_insert=True)
        moved += 1
    return moved


def _stationed(old: Region, new: Region, starts_on: date) -> int:
    """Whoever is stationed there ends with the day before and goes on in the heir; a plan to come is moved."""
    rows = Stationing.objects.select_for_update(of=("self",)).filter(region=old)
    moved = 0
    for row in rows.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).order_by("pk"):
        until = row.ends_on
        if row.starts_on >= starts_on:
            row.region = new
            row.save(update_fields=["region"])
        else:
            row.ends_on = starts_on - DAY
            row.save(update_fields=["ends_on"])
            row.pk, row.region, row.starts_on, row.ends_on = None, new, starts_on, until
            row._state.adding = True
            row.save(force_insert=True)
        moved += 1
    return moved
