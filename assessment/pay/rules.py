"""Who reads contributions for pay, and who enters the numbers beside them. A score pays nobody: people sign for pay."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden
from grids import scope as scopes

READERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF})
ENTERERS: Final = frozenset({Role.OVERSIGHT_OFFICER})


def paths_of(by: Actor) -> tuple[str, ...]:
    """The places whose workers the reader may list."""
    reaches = scopes.of(by.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in READERS)


def may_read(by: Actor) -> bool:
    return bool(paths_of(by))


def must_read(by: Actor) -> tuple[str, ...]:
    """The places; raises Forbidden where there is none."""
    found = paths_of(by)
    if not found:
        raise Forbidden(
            pgettext_lazy("pay", "Contributions are for oversight and the towns"), roles=sorted(READERS)
        )
    return found


def may_enter(by: Actor) -> bool:
    """Whether the person oversees the whole city."""
    reaches = scopes.of(by.user).reaches
    return any(reach.role in ENTERERS and reach.path.count("/") == 1 for reach in reaches if reach.path)


def must_enter(by: Actor) -> None:
    """Raises Forbidden."""
    if not may_enter(by):
        raise Forbidden(
            pgettext_lazy("pay", "These numbers are entered by the oversight of the city"),
            roles=sorted(ENTERERS),
        )
