"""Writing households: registering, changing, confirming that nothing changed, closing; and who looks after them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Unprocessable
from grids.models import Building
from registers.deeds.placing import worker_of
from registers.deeds.recording import changing, create, facts_of, locked, once
from registers.models import Household, HouseholdLink, LinkContact
from registers.querysets import visible_buildings
from registers.roles import KEEPERS
from registers.rules import role_over


@dataclass(frozen=True, kw_only=True)
class HouseholdFacts:
    """What a form says of a household. `responsible_id` None: the worker of the grid."""

    building_id: int
    door: str
    tenure: str = ""
    responsible_id: int | None = None


def register_household(
    facts: HouseholdFacts, *, key: UUID, by: Actor, at: datetime
) -> tuple[Household, bool]:
    """A new household behind a door of a building that `by` sees: (household, whether it is new).

    Raises NotFound, Forbidden, Unprocessable.
    """
    building = _building(facts.building_id, by)
    row = Household(
        key=key, created_at=at, updated_at=at, confirmed_on=local(at).date(), confirmed_by=by.user
    )
    _fill(row, facts, building)
    return create(row, by=by, at=at, verb="household.register", roles=KEEPERS, path=row.path)


def change_household(pk: int, facts: HouseholdFacts, *, version: int, by: Actor, at: datetime) -> Household:
    """Change a household; its residents move with it when the building is another one.

    Raises NotFound, Forbidden, StaleVersion, Unprocessable.
    """
    rows = Household.objects.visible_to(by)
    with changing(rows, pk, by=by, at=at, verb="household.change", roles=KEEPERS, version=version) as row:
        path = row.path
        building = row.building if row.building_id == facts.building_id else _building(facts.building_id, by)
        _fill(row, facts, building)
        if row.path != path:
            row.residents.update(path=row.path)
            for resident in row.residents.filter(files__isnull=False):
                resident.files.update(path=row.path)
    return row


def confirm_household(pk: int, *, version: int, by: Actor, at: datetime) -> Household:
    """Somebody was there and nothing has changed: the household and everybody present count as confirmed today.

    Raises NotFound, Forbidden, StaleVersion.
    """
    rows, today = Household.objects.visible_to(by), local(at).date()
    with changing(rows, pk, by=by, at=at, verb="household.confirm", roles=KEEPERS, version=version) as row:
        row.confirmed_on, row.confirmed_by = today, by.user
        row.residents.filter(left_on=None).update(confirmed_on=today, confirmed_by=by.user, updated_at=at)
    return row


def close_household(pk: int, *, version: int, by: Actor, at: datetime) -> Household:
    """The door is no household any more. Raises Unprocessable while somebody lives there."""
    rows = Household.objects.visible_to(by)
    with changing(rows, pk, by=by, at=at, verb="household.close", roles=KEEPERS, version=version) as row:
        if row.residents.filter(left_on=None).exists():
            raise Unprocessable(_("People are still registered here: register that they left first"))
        row.is_active = False
    return row


def link_member(
    household_id: int, *, name: str, phone: str, key: UUID, by: Actor, at: datetime
) -> tuple[HouseholdLink, bool]:
    """A party member begins to look after the household today. Raises NotFound, Forbidden, Unprocessable."""
    household = _visible(household_id, by)
    row = HouseholdLink(
        household=household,
        member_name=name.strip(),
        member_phone=phone.strip(),
        starts_on=local(at).date(),
        key=key,
    )
    return create(row, by=by, at=at, verb="household.link", roles=KEEPERS, path=household.path)


@transaction.atomic
def end_link(pk: int, *, by: Actor, at: datetime) -> HouseholdLink:
    """The party member looks after the household no longer. Done twice, it changes nothing."""
    row = locked(HouseholdLink.objects.visible_to(by), pk)
    actor = by.acting_as(role_over(by, row.household.path, KEEPERS))
    if row.ends_on is None:
        before = facts_of(row)
        row.ends_on = max(local(at).date(), row.starts_on)
        row.save(update_fields=["ends_on"])
        journal.record("household.unlink", by=actor, obj=row, at=at, before=before, after=facts_of(row))
    return row


@transaction.atomic
def note_contact(pk: int, *, on: date, note: str, key: UUID, by: Actor, at: datetime) -> LinkContact:
    """One contact of the party member with the household. Raises NotFound, Forbidden, Unprocessable."""
    link = locked(HouseholdLink.objects.visible_to(by), pk)
    actor = by.acting_as(role_over(by, link.household.path, KEEPERS))
    known = LinkContact.objects.filter(key=key).first()
    if known is not None:
        return known
    if on > local(at).date():
        raise Unprocessable(fields={"on": [_("A contact lies in the past: please check the date")]})
    if not isinstance(by.user, User):
        raise NotFound()
    row = LinkContact(link=link, on=on, note=note.strip(), author=by.user, key=key)
    with once():
        row.save(force_insert=True)
    journal.record("household.contact", by=actor, obj=row, at=at, after=facts_of(row))
    return row


def _fill(row: Household, facts: HouseholdFacts, building: Building) -> None:
    row.building, row.door, row.tenure = building, facts.door.strip(), facts.tenure
    row.grid_id = building.grid_id
    row.path = building.path or building.community.path
    row.responsible_id = facts.responsible_id or worker_of(building.grid_id)


def _building(pk: int, by: Actor) -> Building:
    rows = visible_buildings(by, KEEPERS).filter(is_active=True)
    found = rows.select_related("community").defer("community__boundary").filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            fields={"building": [_("This building is not in your area: please choose another")]}
        )
    return found


def _visible(pk: int, by: Actor) -> Household:
    found = Household.objects.visible_to(by).select_related("building").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
