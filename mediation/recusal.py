"""Whether a mediator is tied to a party: by what was declared, or by being that person. Compared by keyed hashes."""

from collections.abc import Iterable
from typing import Any

from mediation.models import MediationCase, Mediator, MediatorTie, Party
from registers.identity import normalise_identity, normalise_phone


def tied(row: MediationCase, mediators: Iterable[Mediator]) -> list[tuple[Mediator, Party]]:
    """Each mediator who may not have the case, with the party to whom the tie is."""
    parties, found = list(row.parties.order_by("number")), []
    wanted = list(mediators)
    ties: dict[int, list[MediatorTie]] = {}
    for tie in MediatorTie.objects.filter(mediator__in=wanted):
        ties.setdefault(tie.mediator_id, []).append(tie)
    digests = [(party, _digests(party)) for party in parties]
    for mediator in wanted:
        for party, digest in digests:
            if _is_party(mediator, party) or any(_fits(tie, digest) for tie in ties.get(mediator.pk, ())):
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


def _is_party(mediator: Mediator, party: Party) -> bool:
    """The mediator is that person."""
    number, phone = normalise_identity(party.identity_number), normalise_phone(party.phone)
    if number and mediator.identity_number:
        return normalise_identity(mediator.identity_number) == number
    return bool(phone) and normalise_phone(mediator.phone) == phone
