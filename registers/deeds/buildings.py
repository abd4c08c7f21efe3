"""Writing buildings (address points of the territory): creating, changing, moving. Households move with them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Unprocessable
from grids.models import Building
from registers.deeds.placing import placed
from registers.deeds.recording import facts_of, locked, once, stale
from registers.models import Household
from registers.querysets import visible_buildings
from registers.roles import BUILDERS
from registers.rules import role_over

TOKEN = 16


@dataclass(frozen=True, kw_only=True)
class BuildingFacts:
    """What a form says of a building; the point is WGS-84. An empty code gets one."""

    name: str
    kind: str
    lon: float
    lat: float
    code: str = ""
    address: str = ""
    floors: int = 1
    household_count: int = 0
    is_active: bool = True


def token_of(building: Building) -> str:
    """What the row says now, in short: an edit that began from another token is stale."""
    return journal.digest(facts_of(building))[:TOKEN]


@transaction.atomic
def create_building(facts: BuildingFacts, *, key: UUID, by: Actor, at: datetime) -> tuple[Building, bool]:
    """A new building: (building, whether new); one form sent twice makes one. Raises Forbidden, Unprocessable."""
    building = Building()
    path = _fill(building, facts)
    actor = by.acting_as(role_over(by, path, BUILDERS))
    building.code = facts.code.strip() or f"{building.community.code}-{key.hex[:8]}"
    known = Building.objects.filter(code=building.code).first()
    if known is not None and (known.name, known.lon, known.lat) == (building.name, facts.lon, facts.lat):
        return known, False
    if known is not None:
        raise Unprocessable(fields={"code": [_("This code belongs to another building already")]})
    with once():
        building.save(force_insert=True)
    journal.record("building.create", by=actor, obj=building, at=at, after=facts_of(building))
    return building, True


@transaction.atomic
def change_building(pk: int, facts: BuildingFacts, *, token: str, by: Actor, at: datetime) -> Building:
    """Change or move a building; what lives in it goes along.

    Raises NotFound, Forbidden, StaleVersion, Unprocessable.
    """
    building = locked(visible_buildings(by), pk)
    before_path = building.path or building.community.path
    actor = by.acting_as(role_over(by, before_path, BUILDERS))
    if token != token_of(building):
        raise stale(building)
    before = facts_of(building)
    path = _fill(building, facts)
    role_over(by, path, BUILDERS)
    if not facts.is_active and Household.objects.active().filter(building=building).exists():
        raise Unprocessable(fields={"is_active": [_("Households are still registered in this building")]})
    if facts_of(building) == before:
        return building
    building.save(force_update=True)
    if path != before_path:
        _take_along(building, path)
    journal.record("building.change", by=actor, obj=building, at=at, before=before, after=facts_of(building))
    return building


def _fill(building: Building, facts: BuildingFacts) -> str:
    """Set everything but the code; returns the path that decides who may."""
    if (building.lon, building.lat) != (facts.lon, facts.lat) or not building.community_id:
        place = placed(facts.lon, facts.lat)
        building.lon, building.lat = facts.lon, facts.lat
        building.grid_id, building.community_id, building.path = (
            place.grid_id,
            place.community_id,
            place.grid_path,
        )
    building.name, building.kind, building.address = facts.name.strip(), facts.kind, facts.address.strip()
    building.floors, building.household_count = facts.floors, facts.household_count
    building.is_active = facts.is_active
    return building.path or building.community.path


def _take_along(building: Building, path: str) -> None:
    """Households, residents and files get the building's grid: three statements."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSEHOLDS, [building.grid_id, path, building.pk])
        cursor.execute(_RESIDENTS, [path, building.pk])
        cursor.execute(_KEY_PEOPLE, [path, building.pk])


_HOUSEHOLDS = "UPDATE registers_household SET grid_id = %s, path = %s WHERE building_id = %s"
_RESIDENTS = """
UPDATE registers_resident r SET path = %s FROM registers_household h
 WHERE h.id = r.household_id AND h.building_id = %s
"""
_KEY_PEOPLE = """
UPDATE registers_keyperson k SET path = %s FROM registers_resident r
  JOIN registers_household h ON h.id = r.household_id
 WHERE r.id = k.resident_id AND h.building_id = %s
"""
