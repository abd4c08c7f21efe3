"""Who may do what to an opinion: one function for the guard and the buttons."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from opinions.models import OnlineOpinion
from opinions.querysets import READERS, answering_units, post_paths
from opinions.states import OPINION_TABLE, POST


def role_over(verb: Verb, by: Actor, *, path: str, unit_id: int | None, at: datetime) -> str:
    """The role (or the post) under which `by` may do the verb at the place or for the unit. Raises Forbidden."""
    scope = scopes.of(by.user)
    over = scope.roles_over(path) if path else frozenset()
    inside = scope.roles if unit_id is not None and unit_id in scope.unit_ids else frozenset()
    for role, reach in verb.who.items():
        if role == POST:
            if holds_post(by, path, at):
                return POST
        elif role in (over if reach is Reach.SCOPE else inside):
            return role
    raise Forbidden(
        pgettext_lazy("opinions", "This step belongs to another role or unit"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def holds_post(by: Actor, path: str, at: datetime) -> bool:
    """Whether the person holds the post of online opinion for the place."""
    if by.user is None or not path:
        return False
    return path.startswith(post_paths(by, local(at).date()) or ("-",))


def role_for(verb: Verb, row: OnlineOpinion, by: Actor, at: datetime) -> str:
    """The role under which `by` may do `verb` to this opinion. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path, unit_id=row.unit_id, at=at)
    if verb.name == "close" and by.user_id in set(_hands(row)):
        raise Forbidden(pgettext_lazy("opinions", "Whoever responded does not close it"), code="own_work")
    return role


def _hands(row: OnlineOpinion) -> Iterable[int | None]:
    return row.steps.filter(verb="respond").values_list("actor_id", flat=True)


def permitted(row: OnlineOpinion, by: Actor, at: datetime) -> list[Verb]:
    """The verbs this person may do to this opinion now, in table order: exactly the buttons."""
    found = []
    for verb in OPINION_TABLE.leaving(row.state):
        if verb.name == "raise_ticket" and any(item.origin == "raised" for item in row.tickets.all()):
            continue
        try:
            role_for(verb, row, by, at)
        except Forbidden:
            continue
        found.append(verb)
    return found


def may_read(by: Actor, at: datetime) -> bool:
    """Whether the person finds these pages at all: the centre, leaders, the post, and units that answer."""
    scope = scopes.of(by.user)
    if any(reach.path and reach.role in READERS for reach in scope.reaches):
        return True
    return bool(answering_units(by)) or bool(post_paths(by, local(at).date()))


def must_read(by: Actor, at: datetime) -> None:
    """Raises Forbidden for anybody else."""
    if not may_read(by, at):
        roles = [str(Role.OVERSIGHT_OFFICER), str(Role.DUTY_OFFICER), POST]
        raise Forbidden(
            pgettext_lazy(
                "opinions", "Online opinion is read by the centre, the post for it and units that answer"
            ),
            roles=roles,
        )


def may_register(by: Actor, at: datetime) -> bool:
    """Whether the person may register opinions anywhere."""
    who = OPINION_TABLE["register"].who
    scope = scopes.of(by.user)
    if any(reach.path and reach.role in who for reach in scope.reaches):
        return True
    return bool(post_paths(by, local(at).date()))
