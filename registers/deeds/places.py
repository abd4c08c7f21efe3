"""Writing key places: registering, changing, moving, confirming, closing. The grid is found from the point."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from registers.deeds.placing import placed, worker_of
from registers.deeds.recording import changing, create
from registers.following import Change, Major, tell
from registers.models import KeyPlace
from registers.roles import KEEPERS


@dataclass(frozen=True, kw_only=True)
class PlaceFacts:
    """What a form says of a key place; the point is WGS-84. `responsible_id` None: the worker of the grid."""

    name: str
    kind: str
    lon: float
    lat: float
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    risk: str = KeyPlace.Risk.LOW
    responsible_id: int | None = None
    is_active: bool = True


@transaction.atomic
def register_place(facts: PlaceFacts, *, key: UUID, by: Actor, at: datetime) -> tuple[KeyPlace, bool]:
    """A new key place where `by` keeps the registers: (place, whether new). Raises Forbidden, Unprocessable."""
    row = KeyPlace(key=key, created_at=at, updated_at=at, confirmed_on=local(at).date(), confirmed_by=by.user)
    _fill(row, facts)
    found, is_new = create(row, by=by, at=at, verb="key_place.register", roles=KEEPERS, path=row.path)
    if is_new and found.risk == KeyPlace.Risk.HIGH:
        tell(Change(what=Major.RISK, place=found), by=by, at=at)
    return found, is_new


@transaction.atomic
def change_place(pk: int, facts: PlaceFacts, *, version: int, by: Actor, at: datetime) -> KeyPlace:
    """Change or move a key place; this confirms it, too. Raises NotFound, Forbidden, StaleVersion, Unprocessable."""
    rows = KeyPlace.objects.visible_to(by)
    with changing(rows, pk, by=by, at=at, verb="key_place.change", roles=KEEPERS, version=version) as row:
        was_high = row.risk == KeyPlace.Risk.HIGH and row.is_active
        _fill(row, facts)
        row.confirmed_on, row.confirmed_by = local(at).date(), by.user
    if row.is_active and row.risk == KeyPlace.Risk.HIGH and not was_high:
        tell(Change(what=Major.RISK, place=row), by=by, at=at)
    return row


def confirm_place(pk: int, *, version: int, by: Actor, at: datetime) -> KeyPlace:
    """Somebody was there and nothing has changed. Raises NotFound, Forbidden, StaleVersion."""
    rows = KeyPlace.objects.visible_to(by)
    with changing(rows, pk, by=by, at=at, verb="key_place.confirm", roles=KEEPERS, version=version) as row:
        row.confirmed_on, row.confirmed_by = local(at).date(), by.user
    return row


def _fill(row: KeyPlace, facts: PlaceFacts) -> None:
    if (row.lon, row.lat) != (facts.lon, facts.lat) or not row.path:
        place = placed(facts.lon, facts.lat)
        row.lon, row.lat = facts.lon, facts.lat
        row.grid_id, row.community_id, row.path = place.grid_id, place.community_id, place.path
    row.name, row.kind, row.address = facts.name.strip(), facts.kind, facts.address.strip()
    row.contact_name, row.contact_phone = facts.contact_name.strip(), facts.contact_phone.strip()
    row.risk, row.is_active = facts.risk, facts.is_active
    row.responsible_id = facts.responsible_id or worker_of(row.grid_id)
