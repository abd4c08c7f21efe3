"""Who may do what to a revision: one function for the guard, the buttons and the endpoints."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import StateTable, Verb
from grids import scope as scopes
from grids.models import GridRevision, RegionRevision
from grids.states import PREPARERS, REGION_PREPARERS, REGION_TABLE, REVISION_TABLE

AnyRevision = GridRevision | RegionRevision

AUTHORS = ("prepare", "edit", "submit")
"""Whoever did one of these has had a hand in the plan and does not approve it."""


def table_of(revision: AnyRevision) -> StateTable:
    """The state table that a revision goes by."""
    return REGION_TABLE if isinstance(revision, RegionRevision) else REVISION_TABLE


def role_over(verb: Verb, path: str, by: Actor) -> str:
    """The role under which `by` may do `verb` to what lies inside the region `path`. Raises Forbidden.

    A role counts only where its appointment covers the whole of it: a community prepares what lies inside it.
    """
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    held = scopes.of(by.user).roles_over(path) if by.user is not None else frozenset()
    for role in verb.who:
        if role in held:
            return role
    raise Forbidden(
        _("This step belongs to another role, or reaches beyond your area"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def role_for(verb: Verb, revision: AnyRevision, by: Actor) -> str:
    """The role under which `by` may do `verb` to this revision. Raises Forbidden."""
    role = role_over(verb, revision.region_path, by)
    if verb.name == "approve" and by.user_id in authors_of(revision):
        raise Forbidden(_("Whoever prepared or submitted it cannot approve it"), code="own_work")
    return role


def authors_of(revision: AnyRevision) -> set[int | None]:
    """The people who had a hand in the plan."""
    hands = revision.steps.filter(verb__in=AUTHORS).values_list("actor_id", flat=True)
    return {revision.prepared_by_id, *hands}


def permitted(revision: AnyRevision, by: Actor) -> list[Verb]:
    """The verbs this person may do to this revision now, in table order: exactly the buttons shown."""
    found = []
    for verb in table_of(revision).leaving(revision.state):
        try:
            role_for(verb, revision, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def may(name: str, revision: AnyRevision, by: Actor) -> bool:
    """Whether this verb is open to the person now."""
    return any(verb.name == name for verb in permitted(revision, by))


def may_prepare(by: Actor, path: str = "") -> bool:
    """Whether the person may prepare revisions: inside the place, or somewhere when none is named."""
    scope = scopes.of(by.user)
    return bool(set(PREPARERS) & (scope.roles_over(path) if path else scope.roles))


def may_prepare_regions(by: Actor, path: str = "") -> bool:
    """Whether the person may prepare revisions of regions: inside the place, or somewhere when none is named."""
    scope = scopes.of(by.user)
    return bool(set(REGION_PREPARERS) & (scope.roles_over(path) if path else scope.roles))


def may_see_grids(by: Actor) -> bool:
    """Pages about grids are for everybody whose appointment covers a place."""
    return bool(scopes.of(by.user).paths)
