"""Who reads surveys and who enters what communities answered."""

from typing import Final

from django.utils.translation import pgettext_lazy

from assessment.rules import BY_PLACE, paths_of
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory

WRITERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF})


def may_read(by: Actor) -> bool:
    """Whether the person covers a place whose figures are read."""
    return bool(paths_of(by))


def must_read(by: Actor) -> tuple[str, ...]:
    """The places; raises Forbidden where there is none."""
    found = paths_of(by)
    if not found:
        raise Forbidden(
            pgettext_lazy("survey", "Surveys are for those who answer for places"), roles=sorted(BY_PLACE)
        )
    return found


def writing_paths(by: Actor) -> tuple[str, ...]:
    """The places inside which the person enters results."""
    reaches = scopes.of(by.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in WRITERS)


def may_write(by: Actor) -> bool:
    """Whether the person enters results at all."""
    return bool(writing_paths(by))


def must_write(by: Actor) -> tuple[str, ...]:
    """The places; raises Forbidden where there is none."""
    found = writing_paths(by)
    if not found:
        raise Forbidden(
            pgettext_lazy("survey", "Surveys are entered by oversight and the towns"), roles=sorted(WRITERS)
        )
    return found


def communities(by: Actor) -> list[Place]:
    """The communities whose results the person enters, by code."""
    inside = writing_paths(by) or ("-",)
    rows = territory().by_path.values()
    found = [place for place in rows if place.level == "community" and place.path.startswith(inside)]
    return sorted(found, key=lambda place: place.code)
