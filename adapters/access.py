"""Who keeps mappings and channels (administrators), and who reads them besides (auditors)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden

READERS: Final = (Role.ADMINISTRATOR.value, Role.AUDITOR.value)


def must_read(actor: Actor) -> bool:
    """Whether the reader may also write. Raises Forbidden for everybody else."""
    groups = actor.user.groups.filter(name__in=READERS) if actor.user else None
    roles = set(groups.values_list("name", flat=True)) if groups is not None else set()
    if not roles:
        raise Forbidden(_("This page is for other roles"), roles=list(READERS))
    return Role.ADMINISTRATOR.value in roles


def must_keep(actor: Actor) -> None:
    """Raises Forbidden for whoever is no administrator."""
    if not must_read(actor):
        raise Forbidden(_("This page is for other roles"), roles=[Role.ADMINISTRATOR.value])
