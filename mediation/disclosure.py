"""Showing a party's data in the clear: to the case's mediators and the responsible line, with a reason, on record."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Forbidden, NotFound, Text, Unprocessable
from governance.foundation.masking import mask_address, mask_identity, mask_name, mask_phone
from grids import scope as scopes
from mediation.models import MediationCase, Party, PartyKind

MIN_REASON: Final = 5
MAX_REASON: Final = 200
FIELDS: Final[dict[str, Text]] = {
    "name": pgettext_lazy("party", "name"),
    "identity_number": pgettext_lazy("party", "identity number"),
    "phone": pgettext_lazy("party", "phone"),
    "address": pgettext_lazy("party", "address"),
    "birth_on": pgettext_lazy("party", "born"),
    "legal_person": pgettext_lazy("party", "legal representative"),
    "guardian": pgettext_lazy("party", "guardian"),
}
LINE: Final = (Role.TOWN_STAFF.value, Role.COMMUNITY_STAFF.value, Role.DISPATCHER.value)


def reveal(
    row: MediationCase, party_id: int, field: str, *, by: Actor, at: datetime, reason: str
) -> tuple[Party, str]:
    """The value in the clear; `row` must be one that `by` may see. The journal keeps the field, never the value.

    Raises NotFound, Forbidden, Unprocessable (a reason of at least `MIN_REASON` characters).
    """
    party = Party.objects.filter(case=row, pk=party_id).first()
    if party is None or field not in FIELDS:
        raise NotFound()
    actor = by.acting_as(revealing_role(row, by))
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise Unprocessable(
            fields={"reason": [pgettext_lazy("mediation", "Say in a few words what you need it for")]}
        )
    with transaction.atomic():
        journal.record(
            "mediation.reveal",
            by=actor,
            obj=party,
            at=at,
            details={"case": row.number, "field": field, "reason": reason[:MAX_REASON]},
        )
    return party, str(getattr(party, field))


def revealing_role(row: MediationCase, by: Actor) -> str:
    """The role under which `by` may reveal. Raises Forbidden: leaders, police, clients see masks only."""
    if by.user_id in row.handled_by or row.unit_id in _units(by):
        return Role.MEDIATOR
    over = scopes.of(by.user).roles_over(row.region_path)
    for role in LINE:
        if role in over:
            return role
    raise Forbidden(
        pgettext_lazy("mediation", "Personal data is shown masked to this role"), roles=[Role.MEDIATOR, *LINE]
    )


def _units(by: Actor) -> set[int | None]:
    return {
        reach.unit_id for reach in scopes.of(by.user).reaches if reach.role == Role.MEDIATOR and reach.unit_id
    }


def may_reveal(row: MediationCase, by: Actor) -> bool:
    """Whether the button is shown."""
    try:
        revealing_role(row, by)
    except Forbidden:
        return False
    return True


def masked(party: Party, field: str) -> str:
    """The value as anybody sees it who may read the case."""
    plain = str(getattr(party, field))
    if field == "name":
        return plain if party.kind == PartyKind.ORGANISATION else mask_name(plain)
    if field == "identity_number" and party.kind == PartyKind.ORGANISATION:
        return plain
    return MASKS[field](plain)


MASKS: Final = {
    "identity_number": mask_identity,
    "phone": mask_phone,
    "address": mask_address,
    "birth_on": lambda plain: f"{plain[:4]}-**-**" if plain else "",
    "legal_person": mask_name,
    "guardian": mask_name,
}
