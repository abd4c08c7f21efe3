"""A resident moves to another household: the record goes along, the move is kept, and every file goes with the person.

What is known of the two doors does not become fresher by it: each household keeps the day on which it was confirmed.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Unprocessable
from registers.deeds.recording import changing
from registers.following import Change, Major, tell
from registers.models import Household, Resident, ResidentMove
from registers.roles import KEEPERS

LONGEST_REASON = 200


@transaction.atomic
def move(
    pk: int,
    to_household_id: int,
    *,
    on: date,
    relation: str,
    reason: str,
    key: UUID,
    version: int,
    by: Actor,
    at: datetime,
) -> tuple[Resident, bool]:
    """The resident lives in the other household from that day on: (resident, whether it was written now).

    The person who writes it keeps both places. This confirms the resident's own record. Raises NotFound, Forbidden,
    StaleVersion, Unprocessable.
    """
    known = ResidentMove.objects.filter(key=key, resident__in=Resident.objects.visible_to(by)).first()
    if known is not None:
        return known.resident, False
    rows, today = Resident.objects.visible_to(by).present(), local(at).date()
    if not isinstance(by.user, User):
        raise NotFound()
    with changing(rows, pk, by=by, at=at, verb="resident.move", roles=KEEPERS, version=version) as row:
        target = _target(to_household_id, by)
        _must_fit(row, target, on=on, today=today)
        _must_be_relation(relation)
        former = row.household_id
        row.household, row.path, row.relation = target, target.path, relation
        row.confirmed_on, row.confirmed_by = today, by.user
        ResidentMove.objects.create(
            resident_id=row.pk,
            from_household_id=former,
            to_household=target,
            on=on,
            reason=reason.strip()[:LONGEST_REASON],
            noted_by=by.user,
            noted_at=at,
            key=key,
        )
        row.files.update(path=target.path)
    for file in row.files.open():
        tell(Change(what=Major.MOVED, person=file), by=by, at=at)
    return row, True


def _target(pk: int, by: Actor) -> Household:
    """The other household, locked so that nobody closes it at the same moment."""
    rows = Household.objects.visible_to(by).active()
    seen = rows.filter(pk=pk).order_by().values_list("pk", flat=True).first()
    found = Household.objects.select_for_update().filter(pk=seen, is_active=True).first() if seen else None
    if found is None:
        raise Unprocessable(
            fields={"household": [_("Choose a household of your area to which the person moves")]}
        )
    return found


def _must_fit(row: Resident, target: Household, *, on: date, today: date) -> None:
    if target.pk == row.household_id:
        raise Unprocessable(fields={"household": [_("The person lives in this household already")]})
    if on > today:
        raise Unprocessable(fields={"on": [_("This day has not come yet: please check the date")]})
    if row.arrived_on and on < row.arrived_on:
        raise Unprocessable(fields={"on": [_("Nobody moves before arriving: please check both dates")]})
    last = row.moves.order_by("-on", "-pk").values_list("on", flat=True).first()
    if last is not None and on < last:
        raise Unprocessable(
            fields={"on": [_("The person moved on %(day)s before: choose a later day") % {"day": last}]}
        )


def _must_be_relation(relation: str) -> None:
    if relation and relation not in Resident.Relation.values:
        raise Unprocessable(fields={"relation": [_("Choose one of the relations")]})
