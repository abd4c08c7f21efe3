"""Who reads the analysis and who may do what to a warning or a project: one function for the guard and the buttons."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils.translation import pgettext_lazy

from analysis.models import EarlyWarning, SpecialProject
from analysis.querysets import leading_units, reading_paths
from analysis.states import PLANNERS, PROJECT_TABLE, READERS, WARNING_TABLE, WORKING
from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, StateTable, Verb
from grids import scope as scopes

Row = TypeVar("Row", EarlyWarning, SpecialProject)


def may_read(by: Actor) -> bool:
    """Whether there is anything for this reader."""
    return bool(reading_paths(by) or leading_units(by))


def must_read(by: Actor) -> None:
    """Raises Forbidden for everybody else."""
    if not may_read(by):
        raise Forbidden(
            pgettext_lazy(
                "analysis", "The analysis is for command centres, towns, communities and departments"
            ),
            roles=sorted({*READERS, *WORKING}),
        )


def must_cover(by: Actor) -> None:
    """Findings and warnings belong to places. Raises Forbidden for those who cover none."""
    if not reading_paths(by):
        raise Forbidden(
            pgettext_lazy(
                "analysis", "Findings are for those who answer for places; projects of your unit stand apart"
            ),
            roles=sorted(READERS),
        )


def role_over(verb: Verb, by: Actor, *, path: str, unit_id: int | None = None) -> str:
    """The role under which `by` may do the verb at that place, or inside the unit. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    for role, reach in verb.who.items():
        if reach is Reach.SCOPE and path and role in scope.roles_over(path):
            return role
        if reach is Reach.OWN and unit_id is not None and role in _roles_in(scope, unit_id):
            return role
    raise Forbidden(
        pgettext_lazy("analysis", "This step belongs to another role, or reaches beyond your area"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def _roles_in(scope: scopes.Scope, unit_id: int) -> frozenset[str]:
    return frozenset(reach.role for reach in scope.reaches if reach.unit_id == unit_id)


def role_for_warning(verb: Verb, row: EarlyWarning, by: Actor) -> str:
    """The role under which `by` may do `verb` to this warning. Raises Forbidden."""
    return role_over(verb, by, path=row.region_path)


def role_for_project(verb: Verb, row: SpecialProject, by: Actor) -> str:
    """The role under which `by` may do `verb` to this project. Raises Forbidden.

    Whoever has submitted it for the closing review does not close it.
    """
    role = role_over(verb, by, path=row.region_path, unit_id=row.lead_unit_id)
    if verb.name == "close":
        hands: Iterable[int | None] = row.steps.filter(verb="submit").values_list("actor_id", flat=True)
        if by.user_id in set(hands):
            raise Forbidden(
                pgettext_lazy("analysis", "Whoever submitted it for review cannot close it"), code="own_work"
            )
    return role


def permitted_warning(row: EarlyWarning, by: Actor) -> list[Verb]:
    """The verbs this person may do to this warning now, in table order."""
    return _permitted(WARNING_TABLE, role_for_warning, row, by)


def permitted_project(row: SpecialProject, by: Actor) -> list[Verb]:
    """The verbs this person may do to this project now, in table order."""
    return _permitted(PROJECT_TABLE, role_for_project, row, by)


def _permitted(table: StateTable, rule: Callable[[Verb, Row, Actor], str], row: Row, by: Actor) -> list[Verb]:
    found = []
    for verb in table.leaving(row.state):
        try:
            rule(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def may_plan(by: Actor) -> bool:
    """Whether the person prepares projects somewhere."""
    return bool(scopes.of(by.user).roles & set(PLANNERS))
