"""Making one masked value readable: for those with the duty, with a reason, on record, and counted by day."""

from datetime import date, datetime

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from registers.models import Household, HouseholdLink, KeyPerson, KeyPlace, Resident
from registers.roles import KEEPERS
from registers.rules import role_over

MIN_REASON = 5
MAX_REASON = 200
FIELDS: dict[type[models.Model], dict[str, tuple[str, ...]]] = {
    Household: {"address": ("address",)},
    Resident: {"name": ("name",), "identity_number": ("identity_number",), "phone": ("phone",)},
    KeyPlace: {"contact": ("contact_name", "contact_phone")},
    HouseholdLink: {"member": ("member_name", "member_phone")},
}
"""What can be made readable, one field at a time."""


def reveal(obj: models.Model, field: str, *, by: Actor, at: datetime, reason: str) -> str:
    """The value in the clear; `obj` must be one that `by` may see. The journal keeps the field, never the value.

    Raises NotFound, Forbidden, Unprocessable (a reason of at least `MIN_REASON` characters).
    """
    names = FIELDS.get(type(obj), {}).get(field)
    if names is None:
        raise NotFound()
    actor = by.acting_as(revealing_role(obj, by, on=local(at).date()))
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise Unprocessable(fields={"reason": [_("Say in a few words what you need it for")]})
    with transaction.atomic():
        journal.record(
            "register.reveal",
            by=actor,
            obj=obj,
            at=at,
            details={"field": field, "reason": reason[:MAX_REASON]},
        )
        count(by, at=at, reveals=1)
    return " ".join(text for text in (str(getattr(obj, name)) for name in names) if text)


def revealing_role(obj: models.Model, by: Actor, *, on: date) -> str:
    """The role under which `by` may reveal: the duty over the place, or a file of this person read by name.

    Raises Forbidden.
    """
    path = obj.household.path if isinstance(obj, HouseholdLink) else str(getattr(obj, "path", ""))
    try:
        return role_over(by, path, KEEPERS)
    except Forbidden:
        if isinstance(obj, Resident):
            mine = KeyPerson.objects.visible_to(by, on=on).open().filter(resident=obj)
            if mine.exists():
                return "named_reader"
        raise


def may_reveal(obj: models.Model, by: Actor, *, on: date) -> bool:
    """Whether the button is shown."""
    try:
        revealing_role(obj, by, on=on)
    except Forbidden:
        return False
    return True


def count(by: Actor, *, at: datetime, reveals: int = 0, searches: int = 0, exports: int = 0) -> None:
    """Add to what the person has looked at on the local day of `at`; auditors see these numbers."""
    if by.user_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [by.user_id, local(at).date(), reveals, searches, exports])


_COUNT = """
INSERT INTO registers_lookcount AS c (user_id, "on", reveals, searches, exports) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (user_id, "on") DO UPDATE
   SET reveals = c.reveals + excluded.reveals, searches = c.searches + excluded.searches,
       exports = c.exports + excluded.exports
"""
