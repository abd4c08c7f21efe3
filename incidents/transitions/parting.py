"""What co-handlers do: sign, answer, return; and what the lead unit or a dispatcher decides about their parts.

The frame is the one of the ticket's verbs: lock the ticket, check both tables, check the rule, write the part, its own
clocks and the step, record, nudge. The ticket's state and version stay: a form that the lead has open is still good.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, IllegalTransition, NotFound, Unprocessable
from governance.foundation.state_machine import Verb
from incidents.catalogue import current as catalogue
from incidents.clocks import Clocks
from incidents.deadlines import Stage, limit_of, rework_limit
from incidents.ledger import ledger
from incidents.mandate import Blocked, attempt, helping
from incidents.models import Assignment, Ticket
from incidents.rules import part_role_for
from incidents.states import PART_TABLE, ResultKind
from incidents.states.parts import WHILE
from incidents.transitions.dispatching import known_unit
from incidents.transitions.moving import Move, bind_attachments, event, topics, write_step
from incidents.transitions.partaking import begin_parts, code_of


@contextmanager
def parting(
    name: str, ticket_id: int, part_id: int, *, by: Actor, at: datetime, attachments: Sequence[UUID] = ()
) -> Iterator[tuple[Move, Assignment, Clocks]]:
    """Run one verb on a part: the body gets the move, the part and its clocks, and sets what the verb changes.

    Raises NotFound, IllegalTransition, Forbidden, Unprocessable.
    """
    with ledger().atomic():
        ticket = _lock(ticket_id)
        part = _find(ticket, part_id)
        verb = _check(name, ticket, part)
        move = _move(verb, ticket, by.acting_as(part_role_for(verb, ticket, part, by)), at, attachments)
        before = facts(part)
        clocks = move.clocks.of_part(part)
        move.data |= {"part": part.pk, "co_handler": code_of(part), "unit": part.unit_id}
        yield move, part, clocks
        part.state = verb.target
        _finish(move, part, before)


def _lock(ticket_id: int) -> Ticket:
    ticket = ledger().lock(ticket_id)
    if ticket is None:
        raise NotFound()
    return ticket


def _find(ticket: Ticket, part_id: int) -> Assignment:
    found = next((row for row in ledger().parts(ticket) if row.pk == part_id), None)
    if found is None:
        raise NotFound()
    return found


def _check(name: str, ticket: Ticket, part: Assignment | None) -> Verb:
    """The verb, if the ticket and the part permit it now."""
    if ticket.state not in WHILE:
        raise IllegalTransition(verb=name, state=ticket.state, allowed=[])
    return PART_TABLE.check(name, part.state) if part is not None else PART_TABLE[name]


def _move(verb: Verb, ticket: Ticket, by: Actor, at: datetime, attachments: Sequence[UUID] = ()) -> Move:
    return Move(
        ticket=ticket,
        verb=verb,
        by=by,
        at=at,
        clocks=Clocks.of(ticket, at=at),
        to_state=ticket.state,
        attachment_ids=attachments,
    )


def facts(part: Assignment) -> dict[str, Any]:
    """What a verb may change on a part, for the journal's digests."""
    names = ("state", "signed_at", "is_auto_signed", "ended_at", "answered_at", "result_kind", "answer")
    return {"part": part.pk, **{name: getattr(part, name) for name in names}}


def _finish(move: Move, part: Assignment, before: Mapping[str, Any]) -> None:
    move.clocks.save()
    ledger().change_parts([part])
    move.step = write_step(move, move.ticket.state)
    move.clocks.explain_changes(move.step)
    bind_attachments(move)
    ledger().record(
        f"ticket.{move.verb.name}",
        by=move.by,
        obj=move.ticket,
        at=move.at,
        before=before,
        after=facts(part),
        details={"step": move.step.pk},
    )
    ledger().nudge(topics(move.ticket, part.unit_id, move.ticket.lead_unit_id), event(move))


def add_part(
    ticket_id: int, *, by: Actor, at: datetime, to: int, override_reason: str = "", opinion: str = ""
) -> Assignment:
    """Ask one more unit for a part, after the dispatch; duty lists hold for it as they do at dispatch."""
    tried: list[Ticket] = []
    try:
        with ledger().atomic():
            ticket = _lock(ticket_id)
            tried.append(ticket)
            verb = _check("add_part", ticket, None)
            move = _move(verb, ticket, by.acting_as(part_role_for(verb, ticket, None, by)), at)
            return _add(move, to, override_reason.strip(), opinion)
    except Blocked as refusal:
        ledger().add(attempt(refusal, tried[0], by=by, at=at))
        raise


def _add(move: Move, to: int, reason: str, opinion: str) -> Assignment:
    ticket, unit = move.ticket, known_unit(to)
    move.say(opinion)
    taking_part = {row.unit_id for row in ledger().parts(ticket) if row.ended_at is None}
    if unit.id in taking_part | {ticket.lead_unit_id}:
        raise Unprocessable(fields={"to": [_("This unit takes part already")]}, code="takes_part")
    held = helping(ticket, unit, at=move.at)
    held.must_be_free(reason)
    (part,) = begin_parts(move, [unit])
    move.data |= {"part": part.pk, "co_handler": unit.code, "unit": unit.id} | held.facts(move.by)
    if reason:
        move.data["override_reason"] = reason
    _finish(move, part, {})
    return part


def sign_part(ticket_id: int, part_id: int, *, by: Actor, at: datetime) -> Assignment:
    """A co-handler receives its part; the platform signs for it, with a mark, when the limit has passed."""
    with parting("sign_part", ticket_id, part_id, by=by, at=at) as (move, part, clocks):
        part.signed_at, part.is_auto_signed = at, by.is_system
        if by.is_system:
            move.data["auto_signed"] = True
        clocks.stop(Stage.SIGN)
        return part


def answer_part(
    ticket_id: int,
    part_id: int,
    *,
    by: Actor,
    at: datetime,
    result_kind: str,
    opinion: str,
    attachments: Sequence[UUID] = (),
) -> Assignment:
    """A co-handler says what it has done; the lead unit is told, and answers for the whole."""
    with parting("answer_part", ticket_id, part_id, by=by, at=at, attachments=attachments) as found:
        move, part, clocks = found
        move.say(opinion, required=True)
        kind = ResultKind(result_kind)
        if move.ticket.category.needs_after_photos and kind != ResultKind.EXPLAINED and not move.has_images():
            raise Unprocessable(fields={"attachments": [_("A photo of the result is needed")]})
        part.answered_at, part.result_kind, part.answer = at, kind.value, move.opinion
        move.data |= {"result_kind": kind.value, "unit": move.ticket.lead_unit_id or move.ticket.holder_id}
        clocks.stop(Stage.HANDLE)
        return part


def return_part(ticket_id: int, part_id: int, *, by: Actor, at: datetime, opinion: str) -> Assignment:
    """It is not the co-handler's matter, it says why; its clock runs on until the lead or a dispatcher decides."""
    with parting("return_part", ticket_id, part_id, by=by, at=at) as (move, part, clocks):
        move.say(opinion, required=True)
        part.answer = move.opinion
        ticket = move.ticket
        deciding = {ticket.lead_unit_id, ticket.dispatched_unit_id} - {None, part.unit_id}
        move.data["units"] = sorted(deciding)
        clocks.stop(Stage.SIGN)
        return part


def release_part(ticket_id: int, part_id: int, *, by: Actor, at: datetime, opinion: str = "") -> Assignment:
    """The co-handler is let go."""
    with parting("release_part", ticket_id, part_id, by=by, at=at) as (move, part, clocks):
        move.say(opinion)
        _not_mine(move, part, "return_part")
        part.ended_at = at
        clocks.cancel_all()
        return part


def keep_part(ticket_id: int, part_id: int, *, by: Actor, at: datetime, opinion: str) -> Assignment:
    """It stays the co-handler's part; no time is given back."""
    with parting("keep_part", ticket_id, part_id, by=by, at=at) as (move, part, _clocks):
        move.say(opinion, required=True)
        _not_mine(move, part, "return_part")
        part.answer = ""
        part.signed_at = part.signed_at or at
        return part


def redo_part(ticket_id: int, part_id: int, *, by: Actor, at: datetime, opinion: str) -> Assignment:
    """The answer does not do: the co-handler has the part again, with the short limit of a rework."""
    with parting("redo_part", ticket_id, part_id, by=by, at=at) as (move, part, clocks):
        move.say(opinion, required=True)
        _not_mine(move, part, "answer_part")
        policy = catalogue().policy
        first = ledger().first_handle_of(part)
        assert first is not None
        limit = rework_limit(limit_of(first), policy("rework.share"), policy("rework.minimum_workdays"))
        clocks.start(Stage.HANDLE, limit, unit_id=part.unit_id, calendar=first.calendar)
        part.answered_at, part.result_kind, part.answer = None, "", ""
        return part


def remove_part(ticket_id: int, part_id: int, *, by: Actor, at: datetime, opinion: str) -> Assignment:
    """The dispatcher does not need this co-handler any more."""
    with parting("remove_part", ticket_id, part_id, by=by, at=at) as (move, part, clocks):
        move.say(opinion, required=True)
        part.ended_at = at
        clocks.cancel_all()
        return part


def _not_mine(move: Move, part: Assignment, verb: str) -> None:
    """Nobody decides about his or her own words."""
    if move.by.user_id is not None and ledger().last_doer(move.ticket, verb, part) == move.by.user_id:
        raise Forbidden(_("Whoever asks for something may not decide it"), code="own_request")


PART_VERBS: dict[str, Callable[..., Assignment]] = {
    "sign_part": sign_part,
    "answer_part": answer_part,
    "return_part": return_part,
    "release_part": release_part,
    "keep_part": keep_part,
    "redo_part": redo_part,
    "remove_part": remove_part,
}


def perform_part(
    verb: str, ticket_id: int, part_id: int | None, *, by: Actor, at: datetime, data: Mapping[str, Any]
) -> Assignment:
    """Do `verb` to a part, or add one (`part_id` None), with the data its needs name. Raises what the verb raises."""
    if verb == "add_part" and part_id is None:
        return add_part(ticket_id, by=by, at=at, **data)
    deed = PART_VERBS.get(verb)
    if deed is None or part_id is None:
        raise IllegalTransition(verb=verb)
    return deed(ticket_id, part_id, by=by, at=at, **data)
