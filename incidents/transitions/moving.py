"""The frame of every verb, always in this order, in one transaction: lock the row, check the table, check
the rule, let the verb write, recompute the due times, write state, step and journal; nudge after commit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import IllegalTransition, Invalid, NotFound, StaleVersion, Unprocessable
from governance.foundation.prepared import fresh
from governance.foundation.state_machine import StateTable, Verb
from incidents.clocks import Clocks
from incidents.ledger import ledger
from incidents.models import Attachment, Step, Ticket
from incidents.models.ticket import MUTABLE
from incidents.rules import role_for
from incidents.states import FINAL, TICKET_TABLE, State
from incidents.states.hands import BY_OTHERS, NOBODY


@dataclass
class Move:
    """One verb in progress: the locked ticket, its clocks and what the step will say."""

    ticket: Ticket
    verb: Verb
    by: Actor
    at: datetime
    clocks: Clocks
    to_state: str
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    attachment_ids: Sequence[UUID] = ()
    step: Step | None = None
    children_reason: str = ""
    afterwards: list[Callable[[Step], object]] = field(default_factory=list)

    def say(self, opinion: str, *, required: bool = False) -> None:
        """Keep the opinion; raises Unprocessable when it is needed and empty."""
        self.opinion = opinion.strip()
        if required and not self.opinion:
            raise Unprocessable(fields={"opinion": [_("Please give a reason")]})

    def has_images(self) -> bool:
        """True when at least one of the attachments named is an image that may be bound here."""
        return ledger().has_images(self.attachment_ids, self.by)


@contextmanager
def moving(
    name: str,
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    attachments: Sequence[UUID] = (),
    table: StateTable = TICKET_TABLE,
) -> Iterator[Move]:
    """Run one verb. The body sets what the verb changes; leaving it writes everything, or nothing.

    Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable.
    """
    with ledger().atomic():
        move = _begin(name, ticket_id, by=by, at=at, version=version, attachments=attachments, table=table)
        before = move.ticket.facts()
        from_state, from_holder = move.ticket.state, move.ticket.holder_id
        yield move
        _finish(move, from_state, before)
        ledger().nudge(topics(move.ticket, from_holder), event(move))


def _begin(
    name: str,
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None,
    attachments: Sequence[UUID],
    table: StateTable,
) -> Move:
    ticket = ledger().lock(ticket_id)
    if ticket is None:
        raise NotFound()
    if version is not None and version != ticket.version:
        raise StaleVersion(current_version=ticket.version, state=ticket.state)
    try:
        verb = table.check(name, ticket.state)
    except IllegalTransition as error:
        error.extra["current_version"] = ticket.version
        raise
    hands = ledger().hands(ticket.pk) if name in BY_OTHERS else NOBODY
    role = role_for(verb, ticket, by, hands=hands)
    return Move(
        ticket=ticket,
        verb=verb,
        by=by.acting_as(role),
        at=at,
        clocks=Clocks.of(ticket, at=at),
        to_state=verb.target or ticket.state,
        attachment_ids=attachments,
    )


def _finish(move: Move, from_state: str, before: Mapping[str, Any]) -> None:
    ticket = move.ticket
    _wait_for_children(move, from_state)
    ticket.state = move.to_state
    ticket.version += 1
    move.clocks.save()
    ledger().change(ticket, MUTABLE)
    move.step = write_step(move, from_state)
    move.clocks.explain_changes(move.step)
    bind_attachments(move)
    for deed in move.afterwards:
        deed(move.step)
    if ticket.parent_id is not None and (from_state in FINAL) != (move.to_state in FINAL):
        _tell_parent(move)
    ledger().record(
        f"ticket.{move.verb.name}",
        by=move.by,
        obj=ticket,
        at=move.at,
        before=before,
        after=ticket.facts(),
        details={"step": move.step.pk},
    )


def _wait_for_children(move: Move, from_state: str) -> None:
    """A ticket that was split is not fed back or finished before its children, unless there is a reason."""
    is_done = move.to_state in FINAL or move.to_state == State.FEEDBACK
    if not (move.ticket.child_count and is_done and from_state != move.to_state and from_state not in FINAL):
        return
    waiting = ledger().open_children(move.ticket)
    if waiting and not move.children_reason:
        words = _("Child tickets are not finished: %(numbers)s") % {"numbers": "、".join(waiting)}
        raise Unprocessable(fields={"children_reason": [words]}, code="children_open")
    if waiting:
        move.data |= {"children": waiting, "children_reason": move.children_reason}


def _tell_parent(move: Move) -> None:
    """Whoever holds the main ticket learns that a child is finished, or open again."""
    parent = ledger().parent_of(move.ticket)
    verb = "child_end" if move.to_state in FINAL else "child_open"
    step_aside(move, parent, verb, {"child": move.ticket.number, "child_state": move.to_state})


def tell_other(
    move: Move, other: Ticket, verb: str, data: Mapping[str, Any], *, changed: Sequence[str]
) -> None:
    """Another ticket, locked, that this deed has changed: its fields, a step and a journal entry of its own.

    Its version stays, so that a form which somebody has open there is still good.
    """
    ledger().change(other, tuple(changed))
    step = step_aside(move, other, verb, data)
    ledger().record(f"ticket.{verb}", by=move.by, obj=other, at=move.at, details={"step": step.pk})


def step_aside(move: Move, other: Ticket, verb: str, data: Mapping[str, Any]) -> Step:
    """A step in the story of another ticket that this deed concerns; from it the holder there is told."""
    step = Step(
        ticket=other,
        verb=verb,
        from_state=other.state,
        to_state=other.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        unit_id=move.by.unit_id,
        holder_id=other.holder_id,
        client=move.by.client,
        data=dict(data),
    )
    ledger().add(step)
    ledger().nudge(topics(other), event(replace(move, ticket=other, step=step)) | {"verb": verb})
    return step


def write_step(move: Move, from_state: str) -> Step:
    """Write the immutable row of this deed."""
    step = step_of(move, from_state)
    ledger().add(step)
    return step


def step_of(move: Move, from_state: str) -> Step:
    """The row of this deed, not written yet."""
    return fresh(
        Step,
        ticket=move.ticket,
        verb=move.verb.name,
        from_state=from_state,
        to_state=move.to_state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        unit_id=move.by.unit_id,
        holder_id=move.ticket.holder_id,
        client=move.by.client,
        opinion=move.opinion,
        data=move.data,
    )


def bind_attachments(move: Move, phase: str = "") -> None:
    """Bind the uploaded files to the ticket and step. Raises Invalid for a file that is not the actor's."""
    wanted = set(move.attachment_ids)
    if not wanted:
        return
    phase = phase or PHASES.get(move.verb.name, Attachment.Phase.OTHER)
    bound = ledger().bind(wanted, move.by, ticket=move.ticket, step=move.step, phase=phase)
    if bound != len(wanted):
        raise Invalid(
            fields={"attachments": [_("A file named here was not uploaded by you or is used already")]}
        )


PHASES = {
    "register": Attachment.Phase.BEFORE,
    "verify": Attachment.Phase.BEFORE,
    "feedback": Attachment.Phase.AFTER,
    "answer_part": Attachment.Phase.AFTER,
    "check": Attachment.Phase.AFTER,
}


def topics(ticket: Ticket, *holders: int | None) -> set[str]:
    """Whom a change concerns: the ticket's readers and the inboxes it leaves and enters."""
    units = {ticket.holder_id, *(holder for holder in holders if holder is not None)}
    return {f"ticket:{ticket.number}", "tickets", *(f"unit:{unit}" for unit in units)}


def event(move: Move) -> dict[str, Any]:
    """What open screens are told of a deed."""
    step = move.step
    return {
        "id": step.pk if step else 0,
        "number": move.ticket.number,
        "verb": move.verb.name,
        "state": move.ticket.state,
        "path": move.ticket.region_path,
    }
