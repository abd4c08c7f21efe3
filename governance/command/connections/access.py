"""Who keeps clients, and who reads the exchange log. Neither shows a word of a matter or a person."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden

READERS = (Role.ADMINISTRATOR.value, Role.AUDITOR.value)


def roles_of(user: User | None) -> frozenset[str]:
    """Which of the two roles the person has."""
    if user is None:
        return frozenset()
    return frozenset(user.groups.filter(name__in=READERS).values_list("name", flat=True))


def must_read(user: User | None) -> bool:
    """Whether the reader may also write. Raises Forbidden for everybody else."""
    roles = roles_of(user)
    if not roles:
        raise Forbidden(_("This page is for other roles"), roles=list(READERS))
    return Role.ADMINISTRATOR in roles


def must_keep(user: User | None) -> None:
    """Raises Forbidden for whoever is no administrator."""
    if not must_read(user):
        raise Forbidden(_("This page is for other roles"), roles=[Role.ADMINISTRATOR.value])
