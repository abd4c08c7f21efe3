"""Who may do what to an entry or a question: one function each for the guard, the buttons and the forms."""

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from grids.territory import current as territory
from knowledge.models import KnowledgeEntry, Question
from knowledge.querysets import asked_paths, writing_paths, writing_units
from knowledge.states import ANSWERERS, ENTRY_TABLE, QUESTION_TABLE


def role_over(verb: Verb, by: Actor, *, path: str, unit_id: int | None) -> str:
    """The role under which `by` may do it over the place, or for the unit inside its own area. Raises Forbidden."""
    scope = scopes.of(by.user)
    over = scope.roles_over(path)
    inside = frozenset(
        reach.role for reach in scope.reaches if reach.unit_id is not None and reach.unit_id == unit_id
    )
    for role, reach in verb.who.items():
        if reach is Reach.SCOPE and role in over:
            return role
        if reach is Reach.OWN and role in inside and answers_for(unit_id, path):
            return role
    raise Forbidden(
        pgettext_lazy("knowledge", "This step belongs to another role, or reaches beyond your area"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def answers_for(unit_id: int | None, path: str) -> bool:
    """Whether the place lies inside what the unit answers for."""
    return path.startswith(territory().areas.get(unit_id or 0, ()) or ("-",))


def role_for(verb: Verb, row: KnowledgeEntry, by: Actor) -> str:
    """The role under which `by` may do `verb` to this entry. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path, unit_id=row.unit_id)
    if verb.name == "publish" and by.user_id == row.written_by_id:
        raise Forbidden(
            pgettext_lazy("knowledge", "Whoever wrote an entry does not publish it"), code="own_work"
        )
    return role


def permitted(row: KnowledgeEntry, by: Actor) -> list[Verb]:
    """The verbs this person may do to this entry now, in table order: exactly the buttons."""
    found = []
    for verb in ENTRY_TABLE.leaving(row.state):
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def role_on(verb: Verb, row: Question, by: Actor) -> str:
    """The role under which `by` may do `verb` to this question. Raises Forbidden."""
    return role_over(verb, by, path=row.region_path, unit_id=None)


def permitted_on(row: Question, by: Actor) -> list[Verb]:
    """The verbs this person may do to this question now, in table order."""
    if not scopes.of(by.user).roles_over(row.region_path) & set(ANSWERERS):
        return []
    return QUESTION_TABLE.leaving(row.state)


def may_write(by: Actor) -> bool:
    """Whether the person writes entries at all."""
    return bool(writing_paths(by) or writing_units(by))


def may_see_questions(by: Actor) -> bool:
    """Whether the person finds the questions of residents."""
    return bool(asked_paths(by))


def must_read(by: Actor) -> None:
    """Raises Forbidden for somebody without an appointment."""
    if not scopes.of(by.user).reaches:
        raise Forbidden(pgettext_lazy("knowledge", "These pages are for people who are appointed"))


def home_unit(by: Actor) -> int | None:
    """The unit in whose name the person writes: the department appointed to, else the home unit."""
    units = writing_units(by)
    return by.unit_id if by.unit_id in units or not units else units[0]


def writable_areas(by: Actor) -> tuple[str, ...]:
    """The places for which the person may write."""
    land = territory()
    own = [area for unit_id in writing_units(by) for area in land.areas.get(unit_id, ())]
    return scopes.outermost([*writing_paths(by), *own])
