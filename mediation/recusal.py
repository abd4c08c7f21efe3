"""Whether a mediator is tied to a party: by what was declared, by being that person, by living in one household.

Numbers are compared by keyed hashes.
"""

from collections.abc import Iterable
from typing import Any

from mediation.models import MediationCase, Mediator, MediatorTie, Party
from registers.identity import normalise_identity, normalise_phone
from registers.models import Resident


def tied(row: MediationCase, mediators: Iterable[Mediator]) -> list[tuple[Mediator, Party]]:
    """Each mediator who may not have the case, with the party to whom the tie is."""
    parties, found = list(row.parties.order_by("number")), []
    wanted = list(mediators)
    ties: dict[int, list[MediatorTie]] = {}
    for tie in MediatorTie.objects.filter(mediator__in=wanted):
        ties.setdefault(tie.mediator_id, []).append(tie)
    digests = [(party, _digests(party)) for party in parties]
    homes = _homes(
        [*(item.identity_number for item in wanted), *(party.identity_number for party in parties)]
    )
    for mediator in wanted:
        for party, digest in digests:
            is_tied = any(_fits(tie, digest) for tie in ties.get(mediator.pk, ()))
            if is_tied or _is_party(mediator, party) or _live_together(mediator, party, homes):
                found.append((mediator, party))
                break
    return found


def _digests(party: Party) -> dict[str, str]:
    """The party's data as the hashes of declared ties hold it."""

    def digest(name: str, plain: str) -> str:
        field: Any = MediatorTie._meta.get_field(f"{name}_index")
        return str(field.digest(plain))

    return {
        "name": digest("name", party.name),
        "identity": digest("identity", party.identity_number),
        "phone": digest("phone", party.phone),
    }


def _fits(tie: MediatorTie, digest: dict[str, str]) -> bool:
    """The same number or telephone; the same name where one of the two has no number."""
    if tie.identity_index and digest["identity"]:
        return tie.identity_index == digest["identity"]
    if tie.phone_index and tie.phone_index == digest["phone"]:
        return True
    return bool(tie.name_index) and tie.name_index == digest["name"]


def _homes(numbers: list[str]) -> dict[str, set[int]]:
    """The households in which holders of these numbers live, by number, as the register of residents has them."""
    field: Any = Resident._meta.get_field("identity_index")
    by_digest = {str(field.digest(number)): normalise_identity(number) for number in numbers if number}
    found: dict[str, set[int]] = {}
    if len(by_digest) > 1:
        rows = Resident.objects.filter(identity_index__in=by_digest, left_on=None)
        for digest, household in rows.values_list("identity_index", "household_id"):
            found.setdefault(by_digest[digest], set()).add(household)
    return found


def _live_together(mediator: Mediator, party: Party, homes: dict[str, set[int]]) -> bool:
    mine = homes.get(normalise_identity(mediator.identity_number), set())
    return bool(mine & homes.get(normalise_identity(party.identity_number), set()))


def _is_party(mediator: Mediator, party: Party) -> bool:
    """The mediator is that person."""
    number, phone = normalise_identity(party.identity_number), normalise_phone(party.phone)
    if number and mediator.identity_number:
        return normalise_identity(mediator.identity_number) == number
    return bool(phone) and normalise_phone(mediator.phone) == phone
