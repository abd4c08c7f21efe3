"""A citizen asks how far a matter is, by number and the end of the phone; nothing says which of the two was wrong."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followup import links, turnstile
from followup.models import Evaluation, Purpose, SignedLink
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.models import Requester, Ticket
from incidents.states import OPEN, State

NUMBER = re.compile(r"WG[0-9]{14}\Z")
TAIL = re.compile(r"[0-9]{4}\Z")
PROOF_TIME = timedelta(minutes=30)
SALT = "followup.query"


@dataclass(frozen=True)
class Found:
    """The ticket, and the reporter whose phone it was."""

    ticket: Ticket
    person: Requester


def look_up(number: str, tail: str, *, address: str, at: datetime) -> Found:
    """The ticket of that number if one of its reporters has a phone that ends so.

    Counts the try at the address and at the number first, whether there is such a ticket or not; a right answer gives
    the number's try back. Raises TooMany, NotFound (the same words for every reason).
    """
    policy = catalogue().policy
    turnstile.must_pass("address", address, int(policy("query.per_address")), at=at)
    number, tail = number.strip().upper(), tail.strip()
    turnstile.must_pass("number", number, int(policy("query.per_number")), at=at)
    found = _find(number, tail)
    if found is None:
        raise NotFound(_("Nothing was found. Check the number and the last four digits of the phone."))
    turnstile.give_back("number", number)
    return found


def _find(number: str, tail: str) -> Found | None:
    if not NUMBER.match(number) or not TAIL.match(tail):
        return None
    rows = Requester.objects.filter(
        ticket__number=number, ticket__is_confidential=False, phone__endswith=tail, carried_from=None
    ).exclude(ticket__state=State.VOIDED)
    rows = rows.select_related("ticket__category", "ticket__merged_into").defer("ticket__search")
    person = rows.order_by("pk").first()
    return Found(person.ticket, person) if person is not None else None


def proof_of(found: Found) -> str:
    """A word that says for half an hour that this reporter has proved the number and the phone."""
    return signing.TimestampSigner(salt=SALT).sign(f"{found.ticket.pk}-{found.person.pk}")


def found_again(proof: str) -> Found:
    """What the word stands for. Raises NotFound for a forged or old one."""
    if len(proof) > links.LONGEST_TOKEN:
        raise NotFound()
    try:
        text = signing.TimestampSigner(salt=SALT).unsign(proof, max_age=PROOF_TIME)
        ticket_id, _dash, person_id = text.partition("-")
        rows = Requester.objects.select_related("ticket").filter(pk=int(person_id), ticket_id=int(ticket_id))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound() from error
    person = rows.first()
    if person is None or person.ticket.is_confidential:
        raise NotFound()
    return Found(person.ticket, person)


def offers(found: Found) -> list[str]:
    """What is offered to a reporter who has proved who he or she is: a result is evaluated once."""
    return [
        purpose
        for purpose in possible(found.ticket)
        if purpose != Purpose.EVALUATE or not has_evaluated(found)
    ]


def has_evaluated(found: Found) -> bool:
    """Whether this reporter has evaluated the present result."""
    ticket = found.ticket
    rows = Evaluation.objects.filter(ticket=ticket, link__requester=found.person)
    return rows.filter(link__round_at=ticket.feedback_at).exists()


def possible(ticket: Ticket) -> list[str]:
    """What a reporter may do in the present state of the matter."""
    found = []
    if ticket.state in OPEN:
        found.append(Purpose.SUPPLEMENT.value)
    if ticket.state in links.EVALUATED and ticket.feedback_at is not None:
        found.append(Purpose.EVALUATE.value)
    return found


def link_for(found: Found, purpose: str, *, by: Actor, at: datetime) -> SignedLink:
    """The reporter's own link for a purpose: the one that is still good, else a new one.

    Raises Unprocessable when that is not possible now, TooMany when links are made all the time.
    """
    if purpose not in possible(found.ticket):
        raise Unprocessable(_("This is not possible in the present state of the matter"), code="not_now")
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).defer("search").get(pk=found.ticket.pk)
        rows = SignedLink.objects.filter(ticket=ticket, requester=found.person, purpose=purpose)
        rows = rows.filter(revoked_at=None, expires_at__gt=at).select_related("ticket").order_by("-pk")
        if purpose == Purpose.EVALUATE:
            return rows.filter(round_at=ticket.feedback_at).first() or links.make(
                ticket, purpose, by=by, at=at, requester=found.person
            )
        usable = next((row for row in rows if row.uses < row.most_uses), None)
        if usable is not None:
            return usable
        most = int(catalogue().policy("query.per_number"))
        turnstile.must_pass("supplement", str(ticket.pk), most, at=at)
        return links.make(ticket, purpose, by=by, at=at, requester=found.person)
