"""Who may do what to a bulletin: one function for the guard and the buttons."""

from django.utils.translation import pgettext_lazy

from bulletins.models import Bulletin
from bulletins.states import BULLETIN_TABLE, WRITERS
from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Verb
from grids import scope as scopes

HANDS = ("prepare", "edit", "redraw", "submit")
"""Whoever did one of these has written it and does not approve it."""


def role_over(verb: Verb, by: Actor, path: str) -> str:
    """The role under which `by` may do the verb at that place. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    roles = scopes.of(by.user).roles_over(path)
    for role in verb.who:
        if role in roles:
            return role
    raise Forbidden(
        pgettext_lazy("period bulletin", "This step belongs to another role, or reaches beyond your area"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def role_for(verb: Verb, row: Bulletin, by: Actor) -> str:
    """The role under which `by` may do `verb` to this bulletin. Raises Forbidden."""
    role = role_over(verb, by, row.region_path)
    if verb.name == "publish" and row.steps.filter(verb__in=HANDS, actor=by.user_id or 0).exists():
        raise Forbidden(
            pgettext_lazy("period bulletin", "Whoever wrote or submitted it does not approve it"),
            code="own_work",
        )
    return role


def permitted(row: Bulletin, by: Actor) -> list[Verb]:
    """The verbs this person may do to this bulletin now, in table order."""
    found = []
    for verb in BULLETIN_TABLE.leaving(row.state):
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def may_write(by: Actor) -> bool:
    """Whether the person writes bulletins somewhere."""
    return bool(scopes.of(by.user).roles & set(WRITERS))
