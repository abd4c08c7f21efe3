"""Who may do what to a notice: one function for the guard, the buttons and the forms."""

from collections.abc import Sequence

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from grids.territory import current as territory
from publicity.models import PolicyNotice
from publicity.querysets import writing_paths, writing_units
from publicity.states import NOTICE_TABLE, WRITERS


def role_over(verb: Verb, by: Actor, *, paths: Sequence[str], unit_id: int | None) -> str:
    """The role under which `by` may do the verb: over all of `paths`, or for the unit inside its own area.

    Raises Forbidden.
    """
    scope = scopes.of(by.user)
    for role, reach in verb.who.items():
        if reach is Reach.SCOPE and paths and all(scope.covers(path, {role}) for path in paths):
            return role
        if reach is Reach.OWN and role in _roles_in(scope, unit_id) and is_inside(unit_id, paths):
            return role
    raise Forbidden(
        pgettext_lazy("publicity", "This step belongs to another role, or reaches beyond your area"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def is_inside(unit_id: int | None, paths: Sequence[str]) -> bool:
    """Whether the unit answers for every one of the places."""
    areas = territory().areas.get(unit_id or 0, ())
    return bool(areas) and all(path.startswith(areas) for path in paths)


def _roles_in(scope: scopes.Scope, unit_id: int | None) -> frozenset[str]:
    return frozenset(
        reach.role for reach in scope.reaches if reach.unit_id is not None and reach.unit_id == unit_id
    )


def paths_of(row: PolicyNotice) -> list[str]:
    """Where the notice goes."""
    return sorted(target.region_path for target in row.targets.all())


def role_for(verb: Verb, row: PolicyNotice, by: Actor, paths: Sequence[str] | None = None) -> str:
    """The role under which `by` may do `verb` to this notice. Raises Forbidden."""
    return role_over(verb, by, paths=paths_of(row) if paths is None else paths, unit_id=row.unit_id)


def permitted(row: PolicyNotice, by: Actor) -> list[Verb]:
    """The verbs this person may do to this notice now, in table order: exactly the buttons."""
    paths, found = paths_of(row), []
    for verb in NOTICE_TABLE.leaving(row.state):
        try:
            role_for(verb, row, by, paths)
        except Forbidden:
            continue
        found.append(verb)
    return found


def may_write(by: Actor) -> bool:
    """Whether the person writes notices at all."""
    return bool(scopes.of(by.user).roles & set(WRITERS)) and bool(writing_units(by) or writing_paths(by))


def home_unit(by: Actor) -> int | None:
    """The unit in whose name the person writes: the department appointed to, else the home unit."""
    units = writing_units(by)
    if by.unit_id in units or not units:
        return by.unit_id
    return units[0]


def writable_areas(by: Actor) -> tuple[str, ...]:
    """The places inside which the person may choose targets."""
    land = territory()
    own = [area for unit_id in writing_units(by) for area in land.areas.get(unit_id, ())]
    return scopes.outermost([*writing_paths(by), *own])
