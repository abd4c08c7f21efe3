"""Tickets by the end of a citizen's telephone: for those who may see it in the clear, and each look is on record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.errors import Forbidden, Unprocessable
from grids import scope as scopes
from incidents.disclosure import REVEALERS, revealing_role
from incidents.models import Requester, Ticket
from incidents.models.requester import PHONE_TAIL
from registers.identity import normalise_phone

SHORTEST, LONGEST = PHONE_TAIL, 15
MOST: Final = 50
LOOKED_AT: Final = 400
"""Of the newest reports with that ending; older ones are found by more digits."""


def may_look(actor: Actor) -> bool:
    """Whether the person may see telephones of citizens anywhere."""
    return bool(scopes.of(actor.user).roles & set(REVEALERS))


def must_look(actor: Actor) -> User:
    """Who looks. Raises Forbidden."""
    if actor.user is None or not may_look(actor):
        raise Forbidden(
            _("Personal data is shown masked to this role"), roles=[str(role) for role in REVEALERS]
        )
    return actor.user


def digits_of(text: str) -> str:
    """The digits of what was typed, if they may be the end of a telephone; else nothing."""
    plain = normalise_phone(text)
    is_number = len(plain) >= SHORTEST and not set(text.strip()) - set("0123456789 +-()（）")
    return plain if is_number and len(plain) <= LONGEST else ""


def look(actor: Actor, text: str, *, at: datetime) -> Sequence[Ticket]:
    """The newest visible tickets of citizens whose telephone ends so, of those that the person might reveal.

    The digits are kept nowhere. Raises Forbidden, Unprocessable.
    """
    person = must_look(actor)
    plain = digits_of(text)
    if not plain:
        raise Unprocessable(fields={"tail": [_("Type at least the last four digits of the telephone")]})
    keys = list(named_so(plain).values_list("ticket_id", flat=True)[:LOOKED_AT])
    rows = Ticket.objects.visible_to(actor, along="few").filter(pk__in=keys).order_by("-registered_at", "-id")
    seen = [pk for pk, path in rows.values_list("id", "region_path") if _may_reveal(path, actor)]
    found = list(rows.filter(pk__in=seen[:MOST]).for_rows())
    with transaction.atomic():
        details = {"digits": len(plain), "found": len(found)}
        journal.record("search.telephone", by=actor, obj=person, at=at, details=details)
    return found


def named_so(plain: str) -> QuerySet[Requester]:
    """The citizens whose telephone ends with these digits, those of the newest tickets first."""
    rows = Requester.objects.exclude(phone="").annotate(tail=Right("phone", SHORTEST))
    return rows.filter(tail=plain[-SHORTEST:], phone__endswith=plain).order_by(F("ticket_id").desc())


def _may_reveal(path: str, actor: Actor) -> bool:
    try:
        revealing_role(Ticket(region_path=path), actor)
    except Forbidden:
        return False
    return True
