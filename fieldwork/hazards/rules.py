"""Who may do what to a hazard: one function for the guard, the buttons and the phone."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import pgettext_lazy

from fieldwork.hazards.models import Hazard
from fieldwork.hazards.querysets import line_areas
from fieldwork.hazards.states import HAZARD_TABLE, READERS, REPORTERS, Grade
from fieldwork.limits import value
from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Forbidden, Text
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes

BY_OTHERS: Mapping[str, tuple[str, ...]] = {
    "accept": ("submit",),
    "lift": ("submit",),
    "send_back": ("submit",),
    "lower": ("list",),
}
"""Whoever did one of these deeds does not do the one that judges it."""
OTHER_UNIT = frozenset({"lift", "extend", "look"})


def role_for(verb: Verb, row: Hazard, by: Actor, hands: Iterable[tuple[str, int | None]] = ()) -> str:
    """The role under which `by` may do `verb` to this hazard. `hands`: (verb, person) of its steps.

    Raises Forbidden.
    """
    for role in held_roles(verb, row, by):
        if by.user_id in {actor for name, actor in hands if name in BY_OTHERS.get(verb.name, ())}:
            raise Forbidden(
                pgettext_lazy("hazard", "Whoever had a hand in it does not judge it"), code="own_work"
            )
        if verb.name in OTHER_UNIT and by.unit_id is not None and by.unit_id == row.unit_id:
            raise Forbidden(
                pgettext_lazy("hazard", "The unit that rectifies does not supervise itself"), code="own_unit"
            )
        return role
    raise Forbidden(
        pgettext_lazy("hazard", "This step belongs to another role or unit"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def held_roles(verb: Verb, row: Hazard, by: Actor) -> Iterable[str]:
    """The roles of the table that this person holds over the hazard."""
    scope = scopes.of(by.user)
    leads = any(line == row.line and row.region_path.startswith(path) for line, path in line_areas(by))
    reached = {
        Reach.SCOPE: scope.roles_over(row.region_path),
        Reach.OWN: scope.roles if row.unit_id in scope.unit_ids else frozenset(),
        Reach.LEAD: scope.roles if leads else frozenset(),
    }
    return (role for role, reach in verb.who.items() if role in reached[reach])


def reporting_role(by: Actor) -> str:
    """The role under which somebody reports, anywhere. Raises Forbidden."""
    held = scopes.of(by.user).roles
    for role in REPORTERS:
        if role in held:
            return role
    raise Forbidden(
        pgettext_lazy("hazard", "Hazards are reported by grid workers, desks and departments"),
        roles=sorted(REPORTERS),
    )


def may_read(by: Actor) -> bool:
    """Whether the person finds the pages of hazards."""
    return bool(scopes.of(by.user).roles & READERS)


def must_read(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_read(by):
        raise Forbidden(
            pgettext_lazy("hazard", "These pages are for grid workers, desks, departments and leaders"),
            roles=sorted(READERS),
        )


def _is_general(row: Hazard) -> bool:
    return row.grade == Grade.GENERAL


def _is_major(row: Hazard) -> bool:
    return row.is_major


GUARDS: Mapping[str, tuple[Callable[[Hazard], bool], str, Text]] = {
    "list": (
        lambda row: not row.is_major,
        "listed",
        pgettext_lazy("hazard", "It is on the list already"),
    ),
    "accept": (
        _is_general,
        "major",
        pgettext_lazy("hazard", "A listed hazard is accepted by whoever supervises it"),
    ),
    "lift": (_is_major, "not_listed", pgettext_lazy("hazard", "It is not on the list")),
    "lower": (_is_major, "not_listed", pgettext_lazy("hazard", "It is not on the list")),
    "control": (_is_major, "not_listed", pgettext_lazy("hazard", "It is not on the list")),
    "look": (_is_major, "not_listed", pgettext_lazy("hazard", "It is not on the list")),
    "submit": (
        lambda row: not row.is_major or row.controlled_at is not None,
        "no_control",
        pgettext_lazy("hazard", "Report the control measures first"),
    ),
    "extend": (
        lambda row: row.extensions < int(value("hazard.most_extensions")),
        "no_more",
        pgettext_lazy("hazard", "More time has been granted as often as it may be"),
    ),
}
"""What a verb asks of the hazard beyond its state: the condition, the code and the words of the refusal."""


def must_fit(verb: Verb, row: Hazard) -> None:
    """Raises Conflict where the verb does not fit the hazard as it stands."""
    guard = GUARDS.get(verb.name)
    if guard is not None and not guard[0](row):
        raise Conflict(guard[2], code=guard[1])


def permitted(row: Hazard, by: Actor) -> list[Verb]:
    """The verbs this person may do to this hazard now, in table order: exactly the buttons. One statement."""
    verbs = [
        verb for verb in HAZARD_TABLE.leaving(row.state) if any(True for _role in held_roles(verb, row, by))
    ]
    hands = list(row.steps.values_list("verb", "actor_id")) if verbs else []
    found = []
    for verb in verbs:
        try:
            role_for(verb, row, by, hands)
            must_fit(verb, row)
        except (Forbidden, Conflict):
            continue
        found.append(verb)
    return found
