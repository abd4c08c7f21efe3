"""What waits for a person: the queues, their counts, and the rows that are due next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.prepared import fetch_all, fetch_models
from governance.foundation.state_machine import Reach
from grids import scope as scopes
from incidents import sandbox
from incidents.models import Ticket
from incidents.querysets import ROW_FIELDS
from incidents.states import OPEN, OPEN_PARTS, PART_TABLE, TICKET_TABLE, State

PARTS = "parts"
"""The queue of what a unit has been asked to help with, beside those of the states."""


@dataclass(frozen=True)
class Queue:
    """One queue of an inbox: how many wait there (counted up to `QUEUE_CAP` a unit) and when the first is due."""

    state: str
    count: int
    late: int
    soonest_due_at: datetime | None
    warned: int = 0

    @property
    def label(self) -> str:
        return (
            str(pgettext_lazy("queue", "Co-handling"))
            if self.state == PARTS
            else str(State(self.state).label)
        )


@dataclass(frozen=True)
class Inbox:
    """What a person must do: the queues and the rows that are due next."""

    queues: Sequence[Queue] = ()
    rows: Sequence[Ticket] = ()
    has_more: bool = False
    total: int = 0
    late: int = 0
    chosen: str = ""
    unit_ids: frozenset[int] = field(default_factory=frozenset)


def inbox(actor: Actor, *, at: datetime, queue: str = "", size: int = 50) -> Inbox:
    """Open tickets held by the person's units in a state that one of his or her roles can move on, and the parts that
    these units have not answered."""
    scope = scopes.of(actor.user)
    states = actionable_states(scope.roles)
    if not scope.unit_ids or not states:
        return Inbox()
    queues = _queues(scope, states, at)
    chosen = queue if queue in {*states, PARTS} else ""
    wanted = _wanted(scope, [chosen] if chosen else sorted(states), cap=size + 1)
    helping = sorted(scope.unit_ids) if chosen in {"", PARTS} and helps(scope) else []
    found = fetch_models(Ticket, _without_trial(_ROWS), [*wanted, helping, size + 1, size + 1], ROW_FIELDS)
    return Inbox(
        queues=queues,
        rows=found[:size],
        has_more=len(found) > size,
        total=sum(item.count for item in queues),
        late=sum(item.late for item in queues),
        chosen=chosen,
        unit_ids=scope.unit_ids,
    )


QUEUE_CAP, NAVIGATION_CAP = 1000, 100
_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))
_OPEN_PARTS = ", ".join(f"'{state}'" for state in sorted(OPEN_PARTS))

# The first ones of each queue of each unit, along the index `ticket_queue`: a flood does not slow the screen.
_FIRST = f"""
  FROM unnest(%s::text[]) AS s(state), unnest(%s::bigint[]) AS u(id),
       LATERAL (SELECT id, next_due_at, next_warn_at FROM incidents_ticket q
                 WHERE holder_id = u.id AND state = s.state AND state IN ({_OPEN})
                   AND (%s OR NOT is_sensitive OR lead_unit_id = ANY(%s::bigint[])){{real}}
                 ORDER BY next_due_at, id LIMIT %s) t
"""  # noqa: S608  # only the names of states are put in
# The parts of each unit that are due next, along `assignment_inbox`.
_HELPING = f"""
  FROM unnest(%s::bigint[]) AS h(id),
       LATERAL (SELECT ticket_id, due_at, warn_at FROM incidents_assignment
                 WHERE unit_id = h.id AND state IN ({_OPEN_PARTS}){{helped}} ORDER BY due_at, id LIMIT %s) p
"""  # noqa: S608  # only the names of states are put in
_HELPED = " AND EXISTS (SELECT 1 FROM incidents_ticket q WHERE q.id = ticket_id{real})"
_ROWS = f"""
WHERE id IN (SELECT t.id {_FIRST} UNION ALL SELECT p.ticket_id {_HELPING})
ORDER BY next_due_at NULLS LAST, id LIMIT %s
"""
_QUEUES = f"""
SELECT s.state, count(*), count(*) FILTER (WHERE next_due_at <= %s), count(*) FILTER (WHERE next_warn_at <= %s),
       min(next_due_at)
{_FIRST} GROUP BY s.state
UNION ALL
SELECT '{PARTS}', count(*), count(*) FILTER (WHERE due_at <= %s), count(*) FILTER (WHERE warn_at <= %s), min(due_at)
{_HELPING} HAVING count(*) > 0
"""


def _without_trial(statement: str) -> str:
    """The statement about real tickets alone; as it stands where no system is being tried."""
    real = sandbox.clause("q")
    return statement.format(real=real, helped=_HELPED.format(real=real) if real else "")


def _wanted(scope: scopes.Scope, states: Sequence[str], *, cap: int) -> list[Any]:
    """The parameters of `_FIRST`."""
    units = sorted(scope.unit_ids)
    return [list(states), units, scope.sees_sensitive, units, cap]


def _queues(scope: scopes.Scope, states: frozenset[str], at: datetime, cap: int = QUEUE_CAP) -> list[Queue]:
    """The queues in which something waits, in the order of a ticket's life."""
    helping = sorted(scope.unit_ids) if helps(scope) else []
    wanted = _wanted(scope, sorted(states), cap=cap)
    rows = fetch_all(_without_trial(_QUEUES), [at, at, *wanted, at, at, helping, cap])
    order = [*State.values, PARTS]
    found = [Queue(state, count, late, soonest, warned) for state, count, late, warned, soonest in rows]
    return sorted(found, key=lambda item: order.index(item.state))


def helps(scope: scopes.Scope) -> bool:
    """Whether somebody's units can be asked for a part."""
    return any(role in scope.roles for role in PART_TABLE["answer_part"].who)


def actionable_states(roles: frozenset[str]) -> frozenset[str]:
    """The states in which a holder of these roles has something to do (voiding and requests do not count)."""
    return frozenset(
        state
        for verb in TICKET_TABLE
        if verb.available and not verb.aside and verb.name != "void" and not (verb.asks or verb.answers)
        for role, reach in verb.who.items()
        if role in roles and reach is not Reach.SYSTEM
        for state in verb.sources
        if state in OPEN
    )


@dataclass(frozen=True)
class Waiting:
    """How much waits in somebody's inbox."""

    count: int
    late: int

    @property
    def words(self) -> str:
        """The number for the navigation."""
        return f"{NAVIGATION_CAP - 1}+" if self.count >= NAVIGATION_CAP else str(self.count)


def waiting(scope: scopes.Scope, at: datetime) -> Waiting:
    """The sum of a person's queues, counted no further than the navigation tells: one statement, none for a person
    without queues."""
    states = actionable_states(scope.roles)
    if not scope.unit_ids or not states:
        return Waiting(0, 0)
    queues = _queues(scope, states, at, NAVIGATION_CAP)
    return Waiting(sum(item.count for item in queues), sum(item.late for item in queues))
