"""Who may do what to a task: small answers, read by the guards, the buttons and the pages."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import pgettext_lazy

from fieldwork.models import FieldTask
from fieldwork.states import (
    OWN,
    PLANNERS,
    READERS,
    RECORDERS,
    REVIEWERS,
    SCOPE,
    STARTABLE,
    TASK_TABLE,
    TaskState,
)
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.foundation.errors import Conflict, Forbidden, NotFound
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from registers.querysets import paths_for
from registers.roles import KEEPERS

OTHERS = pgettext_lazy("field task", "This belongs to another role or place")


def role_for(verb: Verb, task: FieldTask, by: Actor) -> str:
    """The role under which `by` does the verb. Raises Forbidden, which names the roles that could."""
    if by.is_system:
        if by.role in verb.who:
            return by.role
        raise Forbidden(OTHERS, roles=sorted(verb.who))
    held = scopes.of(by.user).roles_over(task.region_path)
    is_own = may_set_out(task, by) if verb.name == "start" else carries(task, by)
    if verb.name in {"review", "send_back"} and (is_own or is_of_crew(task, by)):
        raise Forbidden(pgettext_lazy("field task", "Nobody reviews the own work"), code="own_work")
    for role in Role.values:
        reach = verb.who.get(role)
        if role in held and (reach is SCOPE or (reach is OWN and is_own)):
            return role
    if all(reach is OWN for reach in verb.who.values()) and not is_own:
        raise Forbidden(
            pgettext_lazy("field task", "Only the worker to whom the task is assigned does this"),
            roles=sorted(verb.who),
        )
    raise Forbidden(OTHERS, roles=sorted(verb.who))


def carries(task: FieldTask, by: Actor) -> bool:
    """Whether it is this person's to do."""
    return task.assignee_id is not None and task.assignee_id == by.user_id


def is_of_crew(task: FieldTask, by: Actor) -> bool:
    """Whether the person is of the team that has the patrol."""
    return by.user_id is not None and by.user_id in (task.crew or ())


def may_set_out(task: FieldTask, by: Actor) -> bool:
    """The worker; of a team anybody, as long as nobody has set out."""
    return carries(task, by) or (is_of_crew(task, by) and task.state in STARTABLE)


def must_carry(task: FieldTask, by: Actor) -> None:
    """Raises Conflict for somebody of the team when another one has set out."""
    if is_of_crew(task, by) and not may_set_out(task, by):
        words = pgettext_lazy(
            "joint patrol", "%(name)s of your team carries this patrol; nothing was changed"
        )
        raise Conflict(str(words) % {"name": task.assignee.name if task.assignee else ""}, code="carried")


def permitted(task: FieldTask, by: Actor, *, at: datetime) -> list[Verb]:
    """The verbs that this person may do now: exactly the buttons shown."""
    found = []
    for verb in TASK_TABLE.leaving(task.state):
        if verb.name == "make_up" and not can_be_made_up(task, at):
            continue
        try:
            role_for(verb, task, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def can_be_made_up(task: FieldTask, at: datetime) -> bool:
    """Whether a missed task may still be done late."""
    return task.state == TaskState.MISSED and task.make_up_until is not None and at < task.make_up_until


def visible_task(by: Actor, pk: int) -> FieldTask:
    """The task, if the person sees it. Raises NotFound."""
    row = FieldTask.objects.visible_to(by).for_rows().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def role_over(by: Actor, path: str, who: Mapping[str, object]) -> str:
    """The role of `who` that the person holds over a place. Raises Forbidden."""
    held = scopes.of(by.user).roles_over(path)
    for role in Role.values:
        if role in held and role in who:
            return role
    raise Forbidden(OTHERS, roles=sorted(who))


def may_anywhere(by: Actor, roles: Collection[str]) -> bool:
    """Whether the person holds one of the roles over any place."""
    return bool(paths_for(by, roles))


def may_work(by: Actor) -> bool:
    """Whether the person goes out at all; decides about the phone's pages."""
    return may_anywhere(by, RECORDERS)


def may_plan(by: Actor) -> bool:
    return may_anywhere(by, PLANNERS)


def may_read(by: Actor) -> bool:
    """Whether the desk has anything for this person; decides about the entry in the navigation."""
    return may_anywhere(by, READERS)


def may_review(by: Actor) -> bool:
    return may_anywhere(by, REVIEWERS)


def is_fit(user: User, path: str, *, writes_registers: bool) -> bool:
    """Whether a task of this place can be given to the person; visits also need the duty of keeping the registers."""
    if not user.is_active:
        return False
    held = scopes.of(user).roles_over(path)
    return bool(held & (set(KEEPERS) & set(RECORDERS) if writes_registers else set(RECORDERS)))


def may_see_track(task: FieldTask, by: Actor) -> bool:
    """Only the worker and the supervisor of the grid (tracks are sensitive: PIPL art. 28)."""
    if by.user_id is not None and by.user_id == task.assignee_id:
        return True
    return Role.GRID_SUPERVISOR in scopes.of(by.user).roles_over(task.region_path)


def may_see_people(task: FieldTask, by: Actor) -> bool:
    """Whether names of people and what was found at them are for this person: the worker, and whoever keeps the place.

    A part-time worker, supervisor or overseer sees how many were visited, not who they are.
    """
    return bool(scopes.of(by.user).roles_over(task.region_path) & KEEPERS)
