"""Who may do what to a record: small answers, read by the guards and by the buttons."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from registers.models import KeyPerson
from registers.querysets import paths_for
from registers.roles import EXPORTERS, FILE_READERS, KEEPERS, REPORT_READERS


def role_over(by: Actor, path: str, roles: Collection[str]) -> str:
    """The role under which `by` acts at `path`. Raises Forbidden, which names the roles that could."""
    if by.is_system:
        return by.role
    held = scopes.of(by.user).roles_over(path)
    for role in Role.values:
        if role in held and role in roles:
            return role
    raise Forbidden(_("This part of the registers belongs to another role or place"), roles=sorted(roles))


def may(by: Actor, path: str, roles: Collection[str]) -> bool:
    """Whether a button is shown; the same answer that the guard gives."""
    try:
        role_over(by, path, roles)
    except Forbidden:
        return False
    return True


def may_anywhere(by: Actor, roles: Collection[str]) -> bool:
    """Whether the person holds one of the roles over any place."""
    return bool(paths_for(by, roles))


def may_open(by: Actor) -> bool:
    """Whether the registers have anything for this person; decides about the entry in the navigation."""
    return may_anywhere(by, REPORT_READERS)


def may_export(by: Actor) -> bool:
    """Masked lists as files."""
    return may_anywhere(by, EXPORTERS)


def keeps(by: Actor, path: str) -> bool:
    """Whether the base data of the place is this person's duty: names and tags are then shown in the clear."""
    return may(by, path, KEEPERS)


def file_role(by: Actor, person: KeyPerson, *, on: date) -> str:
    """The role under which `by` reads a whole file: over the place, as responsible worker, or as named reader.

    Raises Forbidden.
    """
    try:
        return role_over(by, person.path, FILE_READERS)
    except Forbidden:
        if KeyPerson.objects.visible_to(by, on=on).filter(pk=person.pk).exists():
            return min(scopes.of(by.user).roles)
        raise
