"""Who may do what to an application, a power or a list: one function each for the guard and the buttons."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from mandates.models import AccessApplication, DelegatedPower
from mandates.states import ACCESS_TABLE, APPLICANTS, CENTRE, KEEPERS, LEADING, POWER_TABLE

ASKING = ("prepare", "edit", "submit", "propose")
JUDGING = {"review": ASKING, "approve": (*ASKING, "review"), "refuse": (*ASKING, "review")}
"""Whoever did one of these has had a hand in it and does not judge it."""


def role_over(verb: Verb, by: Actor, *, paths: Sequence[str] = (), unit_id: int | None = None) -> str:
    """The role under which `by` may do the verb: over all of `paths`, or inside the unit. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    for role, reach in verb.who.items():
        if reach is Reach.OWN and role in _roles_in(scope, unit_id):
            return role
        if reach is Reach.SCOPE and paths and all(role in scope.roles_over(path) for path in paths):
            return role
    raise Forbidden(
        _("This step belongs to another role, or reaches beyond your area"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def _roles_in(scope: scopes.Scope, unit_id: int | None) -> frozenset[str]:
    """The roles held inside a unit."""
    return frozenset(
        reach.role for reach in scope.reaches if reach.unit_id is not None and reach.unit_id == unit_id
    )


def role_for_access(verb: Verb, row: AccessApplication, by: Actor) -> str:
    """The role under which `by` may do `verb` to this application. Raises Forbidden."""
    role = role_over(verb, by, paths=(row.region_path,), unit_id=row.unit_id)
    if hands := JUDGING.get(verb.name):
        _must_be_clean(by, row.steps.filter(verb__in=hands).values_list("actor_id", flat=True))
    return role


def role_for_power(verb: Verb, row: DelegatedPower, by: Actor) -> str:
    """The role under which `by` may do `verb` to this power. Raises Forbidden.

    A department withdraws what its own people have proposed.
    """
    paths = [town.path for town in row.towns.all()]
    role = role_over(verb, by, paths=paths, unit_id=row.proposed_by.unit_id)
    if hands := JUDGING.get(verb.name):
        _must_be_clean(by, row.steps.filter(verb__in=hands).values_list("actor_id", flat=True))
    return role


def _must_be_clean(by: Actor, hands: Iterable[int | None]) -> None:
    if by.user_id is not None and by.user_id in set(hands):
        raise Forbidden(_("Whoever had a hand in it cannot judge it"), code="own_work")


def permitted_access(row: AccessApplication, by: Actor) -> list[Verb]:
    """The verbs this person may do to this application now, in table order."""
    return [verb for verb in ACCESS_TABLE.leaving(row.state) if _may(role_for_access, verb, row, by)]


def permitted_power(row: DelegatedPower, by: Actor) -> list[Verb]:
    """The verbs this person may do to this power now, in table order."""
    return [verb for verb in POWER_TABLE.leaving(row.state) if _may(role_for_power, verb, row, by)]


def _may(rule: object, verb: Verb, row: object, by: Actor) -> bool:
    try:
        rule(verb, row, by)  # type: ignore[operator]  # one of the two rules above
    except Forbidden:
        return False
    return True


def may_apply(by: Actor) -> bool:
    """Departments ask."""
    return bool(applying_units(by))


def applying_units(by: Actor) -> list[int]:
    """The units for which this person may prepare an application."""
    reaches = scopes.of(by.user).reaches
    return sorted(
        {reach.unit_id for reach in reaches if reach.unit_id is not None and reach.role in APPLICANTS}
    )


def may_propose(by: Actor) -> bool:
    """Departments, the centre and sub-centres propose powers."""
    roles = scopes.of(by.user).roles
    return bool(roles & (set(CENTRE) | {"dept_lead"}))


def may_keep(by: Actor, path: str = "") -> bool:
    """Whether the person may put lists into force for this place, or somewhere."""
    scope = scopes.of(by.user)
    return bool(set(KEEPERS) & (scope.roles_over(path) if path else scope.roles))


def may_read(by: Actor) -> bool:
    """Everybody who is appointed: these rules bind all."""
    return bool(scopes.of(by.user).reaches)


READERS = frozenset({*KEEPERS, *APPLICANTS, *LEADING, "community_staff", "dispatcher"})
"""Who finds the pages in the navigation."""
