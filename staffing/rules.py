"""Who may read and who may keep what concerns people of the grids: one answer for pages, verbs and the API.

Grid and post maintenance: oversight and town staff over what they cover, community staff in their own community;
grid supervisors and leaders read. The roster is also read by those who sit in the centre.
"""

from collections.abc import Collection, Iterable
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden, Text, Unprocessable
from grids import scope as scopes
from grids.scope import outermost
from grids.territory import current as territory

KEEPERS: Final = (Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF, Role.COMMUNITY_STAFF)
READERS: Final = frozenset({*KEEPERS, Role.GRID_SUPERVISOR, Role.LEADER})
ROSTER_READERS: Final = READERS | {Role.DUTY_OFFICER, Role.DISPATCHER}


def paths_of(by: Actor, roles: Collection[str] = READERS) -> tuple[str, ...]:
    """The places that the actor covers in one of `roles`."""
    reaches = scopes.of(by.user).reaches
    return outermost(reach.path for reach in reaches if reach.path and reach.role in roles)


def reading_paths(by: Actor, roles: Collection[str] = READERS) -> tuple[str, ...]:
    """The same, for a page that the actor opens. Raises Forbidden where there is none."""
    found = paths_of(by, roles)
    if not found:
        raise Forbidden(_("These pages belong to those who keep posts and people"), roles=sorted(roles))
    return found


def may_keep(by: Actor) -> bool:
    """Whether the actor keeps posts and people anywhere."""
    return bool(paths_of(by, KEEPERS))


def keeping_role(by: Actor, *paths: str) -> str:
    """The role under which `by` may change posts and people at every one of `paths`. Raises Forbidden."""
    if by.is_system:
        return SYSTEM
    scope = scopes.of(by.user)
    for role in KEEPERS:
        if paths and all(scope.covers(path, {role}) for path in paths):
            return role
    raise Forbidden(
        _("Posts and people of this place are kept by others"), roles=[str(role) for role in KEEPERS]
    )


def keeps(by: Actor, *paths: str) -> bool:
    """Whether `keeping_role` would find a role."""
    try:
        keeping_role(by, *paths)
    except Forbidden:
        return False
    return True


def inside(field: str, paths: Iterable[str]) -> Q:
    """The condition "the path in `field` lies inside one of `paths`"; matches nothing for none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def unit_path(unit_id: int | None) -> str:
    """The place that a unit works for: a team's grid, else the largest of its areas, else that of its parent."""
    land = territory()
    seen = 0
    while unit_id is not None and seen < 8:
        for place in land.grids.values() if _is_team(unit_id) else ():
            if place.team_id == unit_id:
                return place.path
        if areas := land.areas.get(unit_id):
            return min(areas, key=len)
        unit = land.units.get(unit_id)
        unit_id, seen = (unit.parent_id if unit else None), seen + 1
    return ""


def _is_team(unit_id: int) -> bool:
    unit = territory().units.get(unit_id)
    return unit is not None and unit.kind == "grid_team"


def units_inside(paths: Iterable[str]) -> list[int]:
    """The units that work for places inside `paths`: command units, teams and departments with an area there."""
    land, wanted = territory(), tuple(paths)
    found = {
        unit_id
        for unit_id, areas in land.areas.items()
        if unit_id in land.units and any(area.startswith(wanted) for area in areas)
    }
    found |= {
        place.team_id
        for place in land.grids.values()
        if place.team_id is not None and place.path.startswith(wanted)
    }
    return sorted(found)


def home_path(user: User) -> str:
    """The place of a person's home unit; empty where there is none."""
    return unit_path(user.unit_id)


def refuse(field: str, text: Text) -> Unprocessable:
    """A refusal beside a field, in words."""
    return Unprocessable(fields={field: [text]})
