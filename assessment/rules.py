"""Who reads which figures: the places that one covers, or the units that one leads or works in. Nobody else's.

Sensitive items count where the reader may see sensitive items, so a number never says more than its list.
"""

from typing import Final

from django.utils.translation import pgettext_lazy

from assessment.subjects import DIGITS, Subject, of_place, of_unit
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden, NotFound
from grids import scope as scopes
from grids.territory import current as territory
from incidents.clientele import paths_of as client_paths

BY_PLACE: Final = frozenset(
    {
        Role.LEADER,
        Role.OVERSIGHT_OFFICER,
        Role.DISPATCHER,
        Role.DUTY_OFFICER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
    }
)
BY_UNIT: Final = frozenset({Role.DEPT_LEAD})
READERS: Final = BY_PLACE | BY_UNIT


def paths_of(by: Actor) -> tuple[str, ...]:
    """The places whose figures the reader may read: of a system its regions, or the city where none were chosen."""
    if by.is_api_client:
        cities = (place.path for place in territory().by_path.values() if place.level == "city")
        return tuple(client_paths(by) if by.region_codes else cities)
    reaches = scopes.of(by.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in BY_PLACE)


def units_of(by: Actor) -> list[int]:
    """The units whose figures the reader may read because of a post in them."""
    reaches = scopes.of(by.user).reaches
    return sorted({reach.unit_id for reach in reaches if reach.unit_id is not None and reach.role in BY_UNIT})


def covers_city(by: Actor) -> bool:
    """Whether the reader covers the whole city, and with it every unit."""
    return any(path.count("/") == 1 for path in paths_of(by))


def sees_sensitive(by: Actor) -> bool:
    """Whether sensitive items count for this reader."""
    return scopes.of(by.user).sees_sensitive


def may_read(by: Actor) -> bool:
    """Whether there is anything for this reader."""
    return bool(paths_of(by) or units_of(by))


def must_read(by: Actor) -> None:
    """Raises Forbidden for everybody else."""
    if not may_read(by):
        raise Forbidden(
            pgettext_lazy(
                "indicator", "Indicators are for command centres, towns, communities and leads of units"
            ),
            roles=sorted(READERS),
        )


def subject_of(by: Actor, place: str = "", unit: str = "") -> Subject:
    """The place or unit that is asked for by its code, else the reader's own. Raises Forbidden, NotFound."""
    must_read(by)
    land, paths, units = territory(), paths_of(by), units_of(by)
    if unit:
        known = land.unit_by_code.get(unit)
        if known is None or not (known.id in units or covers_city(by)):
            raise NotFound()
        return of_unit(known.id)
    if not place and not paths:
        return of_unit(units[0])
    found = land.by_code.get(place) if place else land.by_path.get(paths[0])
    if found is None or found.level not in DIGITS or not found.path.startswith(paths or ("-",)):
        raise NotFound()
    return of_place(found.code, found.level, found.label)
