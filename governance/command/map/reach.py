"""How far a reader's numbers and people on the map reach: the places covered, else the areas of the own units."""

from django.db.models import Q
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, NotFound
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory


def must_be_appointed(actor: Actor) -> None:
    """The map is for people with an appointment. Raises Forbidden."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(_("You have no appointment, so no map is shown"))


def paths_of(actor: Actor) -> tuple[str, ...]:
    """The outermost places whose numbers and people this person sees."""
    scope = scopes.of(actor.user)
    if not scope.reaches:
        return ()
    areas = (area for unit in scope.unit_ids for area in territory().areas.get(unit, ()))
    return scope.paths or scopes.outermost(areas)


def inside(paths: tuple[str, ...], field: str = "path") -> Q:
    """The condition "lies inside one of the paths"; nothing for none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def covers(actor: Actor, path: str) -> bool:
    """Whether the place lies in the reader's area."""
    return path.startswith(paths_of(actor))


def grid_of(actor: Actor, code: str) -> Place:
    """The grid in force with that code. Raises Forbidden (no appointment) and NotFound."""
    must_be_appointed(actor)
    place = territory().by_code.get(code)
    if place is None or place.level != "grid":
        raise NotFound()
    return place
