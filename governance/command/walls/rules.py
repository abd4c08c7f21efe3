"""Who keeps the walls: administrators, and the leaders and oversight officers of the whole city."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from grids.territory import current as territory

KEEPERS: Final = frozenset({Role.LEADER, Role.OVERSIGHT_OFFICER})
PUBLIC_SETTERS: Final = frozenset({Role.OVERSIGHT_OFFICER})
"""Who, beside administrators, says what the public board shows."""


def may_keep(by: Actor, roles: frozenset[Role] = KEEPERS) -> bool:
    """Administrators, and these roles of the whole city, for which scenes and links hold."""
    user = by.user
    if user is None:
        return False
    root = next((place.path for place in territory().by_path.values() if place.level == Tier.CITY), "")
    if root and scopes.of(user).roles_over(root) & roles:
        return True
    return user.is_active and user.groups.filter(name=Role.ADMINISTRATOR).exists()


def must_keep(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_keep(by):
        raise Forbidden(
            pgettext_lazy("wall", "The walls are kept by administrators and by the leaders of the city"),
            roles=[Role.ADMINISTRATOR, *sorted(KEEPERS)],
        )
