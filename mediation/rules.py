"""Who may do what to a case: one function for the guard, the buttons and the API; and the guards of the verbs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Conflict, Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from grids.scope import Scope
from grids.territory import current as territory
from incidents.clientele import reaches
from mediation.models import MediationCase
from mediation.querysets.cases import COUNTERS, LINE_ROLES
from mediation.states import CASE_TABLE, CaseState
from mediation.states.who import CALLERS, REGISTRARS, SORTERS
from mediation.values import end_of, statute, statute_of

ADMINISTRATIVE: Final = frozenset({"complicate", "pass_on"})
HALTED: Final = frozenset(
    {"hold_session", "level_up", "change_kind", "extend", "agree_oral", "agree_written", "suspend"}
)
"""What waits while mediation is suspended; a party may end it all the same."""
LABOUR: Final = frozenset({"arbitrate", "prolong_arbitration", "award"})


def conducts(row: MediationCase, by: Actor, scope: Scope, role: str) -> bool:
    """Whether the person mediates this case in that role: named for it, or of the body while nobody is named."""
    if by.user_id is None or role not in scope.roles:
        return False
    if row.handled_by:
        return by.user_id in row.handled_by
    units = {reach.unit_id for reach in scope.reaches if reach.role == role and reach.unit_id}
    return role == Role.MEDIATOR and row.unit_id in units


def role_over(verb: Verb, by: Actor, path: str) -> str:
    """The role under which `by` may begin a case at the place. Raises Forbidden."""
    if by.is_api_client:
        if Role.API_CLIENT in verb.who and reaches(by, path):
            return Role.API_CLIENT
    else:
        scope, areas = scopes.of(by.user), territory().areas
        over = scope.roles_over(path)
        near = any(path.startswith(area) for unit in scope.unit_ids for area in areas.get(unit, ()))
        for role, reach in verb.who.items():
            if role in (over if reach is Reach.SCOPE else scope.roles if near else ()):
                return role
    raise _forbidden(verb)


def role_for(verb: Verb, row: MediationCase, by: Actor) -> str:
    """The role under which `by` may do `verb` to this case. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    over = scope.roles_over(row.region_path)
    for role, reach in verb.who.items():
        if reach is Reach.OWN and conducts(row, by, scope, role):
            return _checked(verb, row, by, role)
        if reach is Reach.SCOPE and role in over:
            return _checked(verb, row, by, role)
    raise _forbidden(verb)


def _checked(verb: Verb, row: MediationCase, by: Actor, role: str) -> str:
    if verb.name == "call_back" and by.user_id in row.handled_by:
        raise Forbidden(
            pgettext_lazy("mediation", "Whoever mediated a case does not make its callbacks"), code="own_work"
        )
    return role


def _forbidden(verb: Verb) -> Forbidden:
    return Forbidden(
        pgettext_lazy("mediation", "This step belongs to the case's mediators or to another role"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def permitted(row: MediationCase, by: Actor, at: datetime) -> list[Verb]:
    """The verbs this actor may do to this case now, in table order: exactly the buttons."""
    found = []
    for verb in CASE_TABLE.leaving(row.state):
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        if is_timely(verb, row, at):
            found.append(verb)
    return found


def is_timely(verb: Verb, row: MediationCase, at: datetime) -> bool:
    """Whether the verb makes sense now, beside its state: nothing is handed up beyond the top, some verbs are about
    administrative bodies or labour disputes alone.
    """
    if verb.name == "resume" or (verb.name in HALTED and row.paused_at is not None):
        return verb.name == "resume" and row.paused_at is not None
    if verb.name == "level_up":
        return row.level != "upper"
    if verb.name == "drop_reader":
        return bool(named_readers(row))
    if verb.name == "apply_confirmation":
        return is_unconfirmed(row, at)
    if verb.name in ADMINISTRATIVE:
        return row.kind == "administrative"
    return verb.name not in LABOUR or statute_of(row.category_code) == "labour"


def is_unconfirmed(row: MediationCase, at: datetime | None = None) -> bool:
    """Whether a written agreement holds of which no court was asked yet; at `at`, within its 30 days where it is
    performed already (before that, the refusal says that they are over).
    """
    found = row.agreements.filter(replaced_at=None, form="written", confirmation=None)
    since = found.values_list("effective_at", flat=True).first()
    if since is None:
        return False
    return at is None or row.state != CaseState.PERFORMING or at < end_of(statute("confirmation"), since)


def named_readers(row: MediationCase) -> list[int]:
    """Who reads it by name alone: not as its mediator or leader, nor because of having registered it."""
    by_office = {*row.handled_by, row.leader_id, row.registered_by_id}
    return [key for key in row.readers if key not in by_office]


def must_not_wait(verb: Verb, row: MediationCase) -> None:
    """Raises Conflict where mediation is suspended and has to be resumed first."""
    if row.paused_at is not None and verb.name in HALTED:
        raise Conflict(
            pgettext_lazy("mediation", "Mediation is suspended: resume it first"),
            code="suspended",
            verb=verb.name,
        )


def holds(by: Actor, roles: Iterable[str]) -> bool:
    """Whether the person holds one of the roles anywhere."""
    return bool(scopes.of(by.user).roles & set(roles))


def may_read(by: Actor) -> bool:
    """Whether the person finds these pages at all."""
    return holds(by, {*LINE_ROLES, *REGISTRARS, *CALLERS, Role.MEDIATOR})


def must_read(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_read(by):
        raise Forbidden(
            pgettext_lazy("mediation", "Cases are read by mediators, the responsible line and named readers"),
            roles=sorted({*LINE_ROLES, Role.MEDIATOR}),
        )


def may_count(by: Actor) -> bool:
    """Whether the person reads the figures, the limits and the registers of who mediates."""
    return may_read(by) or holds(by, COUNTERS)


def must_count(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_count(by):
        raise Forbidden(
            pgettext_lazy("mediation", "Figures of mediation are read by the line, oversight and leaders"),
            roles=sorted({*LINE_ROLES, *COUNTERS, Role.MEDIATOR}),
        )


def may_register(by: Actor) -> bool:
    """Whether the person registers cases anywhere."""
    return holds(by, REGISTRARS)


def may_sort(by: Actor) -> bool:
    """Whether the person works at a one-window desk."""
    return holds(by, SORTERS)
