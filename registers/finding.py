"""Finding a person by the exact identity number or phone, through the keyed hash, inside one's own place only."""

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Forbidden, Unprocessable
from registers.disclosure import count
from registers.identity import normalise_identity, normalise_phone
from registers.models import Resident
from registers.querysets import inside, paths_for
from registers.roles import KEEPERS

By = Literal["identity_number", "phone"]
MOST = 50


def find_people(field: By, text: str, *, by: Actor, at: datetime) -> list[Resident]:
    """Present residents with exactly that number, in what the person keeps. Each search is on record.

    The number itself is kept nowhere. Raises Forbidden, Unprocessable.
    """
    paths = paths_for(by, KEEPERS)
    if by.user is None or not paths:
        raise Forbidden(
            _("Searching by number belongs to those who keep the registers"), roles=sorted(KEEPERS)
        )
    rows = Resident.objects.present()
    if field == "identity_number":
        if len(normalise_identity(text)) != 18:
            raise Unprocessable(fields={"text": [_("Please type all 18 digits of the identity number")]})
        rows = rows.with_identity(text)
    else:
        if len(normalise_phone(text)) < 7:
            raise Unprocessable(fields={"text": [_("Please type the whole phone number")]})
        rows = rows.with_phone(text)
    found = list(rows.filter(inside(paths)).select_related("household__building").order_by("-id")[:MOST])
    with transaction.atomic():
        journal.record(
            "register.search", by=by, obj=by.user, at=at, details={"field": field, "found": len(found)}
        )
        count(by, at=at, searches=1)
    return found
