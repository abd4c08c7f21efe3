"""Who may do what in supervision: one function each for the guard and for the buttons."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, OrgUnit, Tier
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, StateTable, Verb
from grids import scope as scopes
from grids.territory import current as territory
from supervision.models import (
    Appeal,
    Inspection,
    LeaderInstruction,
    RecurrenceWarning,
    SupervisionBulletin,
    SupervisionTask,
)
from supervision.names import GRAVE, ObjectKind
from supervision.querysets import READERS
from supervision.states import INSPECTORS, ORDERING, SPEAKERS

CHECKING = frozenset({"accept", "reject", "recheck"})
ANSWERING = ("sign", "plan", "submit")
MILD_ONLY = frozenset({Role.TOWN_STAFF, Role.GRID_SUPERVISOR})
"""They urge and supervise; listing and interviews are for oversight."""


def role_over(verb: Verb, by: Actor, *, path: str = "", unit_id: int | None = None) -> str:
    """The role under which `by` may do the verb: over the place `path`, or inside the unit. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    over = scope.roles_over(path) if path else frozenset()
    inside = scope.roles if unit_id is not None and unit_id in scope.unit_ids else frozenset()
    for role, reach in verb.who.items():
        if reach is Reach.SCOPE and role in over:
            return role
        if reach is Reach.OWN and role in inside and _speaks(role, unit_id, verb):
            return role
    raise Forbidden(
        pgettext_lazy("supervision", "This step belongs to another role or unit"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def _speaks(role: str, unit_id: int | None, verb: Verb) -> bool:
    """A handler answers for a unit only where it has no lead."""
    return role != Role.DEPT_HANDLER or role not in SPEAKERS or not has_lead(unit_id)


def has_lead(unit_id: int | None) -> bool:
    """Whether somebody leads the unit now, who then speaks for it."""
    if unit_id is None:
        return False
    rows = Appointment.objects.filter(
        role=Role.DEPT_LEAD,
        is_applied=True,
        user__is_active=True,
        target_id=unit_id,
        target_type__app_label=OrgUnit._meta.app_label,
        target_type__model=OrgUnit._meta.model_name,
    )
    return rows.exists()


def role_for_task(verb: Verb, row: SupervisionTask, by: Actor) -> str:
    """The role under which `by` may do `verb` to this task. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path, unit_id=row.unit_id)
    if verb.name == "notify" and role in MILD_ONLY and row.created_by_id != by.user_id:
        raise _others(verb)
    if verb.name in CHECKING:
        if role == Role.GRID_SUPERVISOR and row.object_kind != ObjectKind.GRID:
            raise _others(verb)
        _must_not_answer(row, by)
    return role


def _must_not_answer(row: SupervisionTask, by: Actor) -> None:
    """Raises Forbidden for somebody of the unit that answers, and for whoever signed or reported."""
    hands = row.steps.filter(verb__in=ANSWERING).values_list("actor_id", flat=True)
    if row.unit_id in scopes.of(by.user).unit_ids or (by.user_id is not None and by.user_id in set(hands)):
        raise Forbidden(
            pgettext_lazy("supervision", "Whoever answers for a matter does not check it"), code="own_work"
        )


def role_to_order(verb: Verb, by: Actor, *, path: str, kind: str, object_kind: str) -> str:
    """The role under which `by` may begin a supervision of that kind at `path`. Raises Forbidden."""
    role = role_over(verb, by, path=path)
    if role in MILD_ONLY and kind in GRAVE:
        raise Forbidden(
            pgettext_lazy("supervision", "Listing and interviews are begun by oversight"),
            roles=sorted(ORDERING),
        )
    if role == Role.GRID_SUPERVISOR and object_kind != ObjectKind.GRID:
        raise _others(verb)
    return role


def role_for_appeal(verb: Verb, row: Appeal, by: Actor) -> str:
    """The role under which `by` may do `verb` to this appeal. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path, unit_id=row.unit_id)
    if verb.name in {"review", "grant", "refuse"}:
        hands = {row.lodged_by_id}
        if verb.name != "review":
            hands |= set(row.steps.filter(verb="review").values_list("actor_id", flat=True))
        if by.user_id in hands or row.unit_id in scopes.of(by.user).unit_ids:
            raise Forbidden(
                pgettext_lazy("supervision", "Whoever had a hand in it cannot judge it"), code="own_work"
            )
    return role


def role_for_instruction(verb: Verb, row: LeaderInstruction, by: Actor) -> str:
    """The role under which `by` may do `verb` to this instruction. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path)
    if verb.name in {"press", "conclude", "withdraw"} and row.leader_id != by.user_id:
        raise Forbidden(
            pgettext_lazy("supervision", "Only whoever gave the instruction may do this"), code="not_own"
        )
    return role


def role_for_inspection(verb: Verb, row: Inspection, by: Actor) -> str:
    """The role under which `by` may do `verb` to this inspection. Raises Forbidden."""
    role = role_over(verb, by, path=row.region_path, unit_id=row.unit_id)
    if verb.name == "approve" and row.prepared_by_id == by.user_id:
        raise Forbidden(
            pgettext_lazy("supervision", "Whoever proposed it cannot approve it"), code="own_work"
        )
    return role


def role_for_bulletin(verb: Verb, row: SupervisionBulletin, by: Actor) -> str:
    """The role under which `by` may do `verb` to this bulletin. Raises Forbidden."""
    return role_over(verb, by, path=row.region_path)


def role_for_recurrence(verb: Verb, row: RecurrenceWarning, by: Actor) -> str:
    """The role under which `by` may do `verb` to this warning. Raises Forbidden."""
    return role_over(verb, by, path=row.region_path)


def _others(verb: Verb) -> Forbidden:
    return Forbidden(
        pgettext_lazy("supervision", "This step belongs to another role or unit"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def permitted(
    table: StateTable,
    rule: Callable[[Verb, Any, Actor], str],
    row: Any,
    by: Actor,
    at: datetime | None = None,
) -> list[Verb]:
    """The verbs this person may do to this row now, in table order: exactly the buttons.

    With `at`, nothing is graver as long as there is time to rectify.
    """
    found = []
    for verb in table.leaving(row.state):
        if _is_idle(verb, row) or (verb.name == "escalate" and at is not None and not row.is_overdue(at)):
            continue
        try:
            rule(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def _is_idle(verb: Verb, row: Any) -> bool:
    """Verbs that the table permits and the row gives no reason for."""
    if verb.name == "interview":
        return bool(row.kind != "interview")
    if verb.name == "recheck":
        return bool(row.recheck)
    return False


def covers_as(by: Actor, roles: Collection[str]) -> bool:
    """True when the person holds one of the roles over some place."""
    reaches = scopes.of(by.user).reaches
    return any(reach.path and reach.role in roles for reach in reaches)


def may_order(by: Actor) -> bool:
    """Whether the button to begin a supervision is shown."""
    return covers_as(by, ORDERING)


def may_instruct(by: Actor) -> bool:
    """Leaders write instructions."""
    return covers_as(by, {Role.LEADER})


def may_oversee(by: Actor) -> bool:
    """Oversight officers."""
    return covers_as(by, {Role.OVERSIGHT_OFFICER})


def may_set_values(by: Actor) -> bool:
    """Rule values hold for the whole city: its own oversight officers enter them."""
    land = territory()
    root = next((place.path for place in land.by_path.values() if place.level == Tier.CITY), "")
    return bool(root) and Role.OVERSIGHT_OFFICER in scopes.of(by.user).roles_over(root)


def must_set_values(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_set_values(by):
        raise Forbidden(
            pgettext_lazy(
                "supervision", "Rule values are entered by the oversight officers of the whole city"
            ),
            roles=[Role.OVERSIGHT_OFFICER],
        )


def may_propose(by: Actor) -> bool:
    """Who may put an inspection forward."""
    return covers_as(by, INSPECTORS) or Role.DEPT_LEAD in scopes.of(by.user).roles


PAGE_READERS = frozenset({*READERS, *SPEAKERS})
"""Who finds supervision in the navigation."""
BOARD_READERS = frozenset({Role.OVERSIGHT_OFFICER, Role.LEADER, Role.TOWN_STAFF, Role.DISPATCHER})


def may_read(by: Actor) -> bool:
    """These pages are for people who oversee or have to answer."""
    return bool(scopes.of(by.user).roles & PAGE_READERS)


def may_read_warnings(by: Actor) -> bool:
    """Whoever covers a place in a role that reads its warnings."""
    return covers_as(by, READERS)


def may_see_board(by: Actor) -> bool:
    """The board counts what lies in the places that one covers."""
    return covers_as(by, BOARD_READERS)
