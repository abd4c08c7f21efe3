"""After the work: check, rework, follow-up, redo, close."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.calendars import Clock, Limit, Unit
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from incidents.catalogue import as_limit
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage, rework_limit
from incidents.ledger import ledger
from incidents.models import FollowUp, Step, Ticket
from incidents.states import FollowUpOutcome, State
from incidents.transitions.moving import Move, moving

ANSWERED = frozenset(
    {FollowUpOutcome.SOLVED, FollowUpOutcome.PARTLY, FollowUpOutcome.UNSOLVED, FollowUpOutcome.REFUSED}
)
POOR = frozenset({"1", "2"})


def check(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str = "",
    attachments: Sequence[UUID] = (),
    version: int | None = None,
) -> Ticket:
    """Pass the check. Where a citizen waits the ticket goes to follow-up, otherwise it can be closed."""
    with moving("check", ticket_id, by=by, at=at, version=version, attachments=attachments) as move:
        ticket = move.ticket
        move.say(opinion)
        if ticket.checked_at is not None:
            raise Unprocessable(_("The check has been passed already"), code="checked_already")
        if ticket.category.needs_after_photos and not (move.has_images() or _has_after_photos(ticket)):
            raise Unprocessable(fields={"attachments": [_("A photo of the result is needed")]})
        ticket.checked_at = at
        move.clocks.stop(Stage.CHECK)
        ticket.holder_id = ticket.accepted_unit_id or ticket.holder_id
        if not ticket.needs_reply:
            move.to_state = State.FEEDBACK
        move.clocks.start_stage(Stage.FOLLOW_UP, unit_id=ticket.holder_id)
        return ticket


def _has_after_photos(ticket: Ticket) -> bool:
    """True for photos of the result, and for matters that were explained rather than changed on site."""
    if ticket.result_kind == "explained":
        return True
    return ledger().has_after_photos(ticket)


def rework(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """Send the work back. New limit: a quarter of the original, at least a workday; old lateness stays."""
    with moving("rework", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        ticket.rework_count += 1
        ticket.checked_at = None
        policy = catalogue().policy
        limit = rework_limit(first_limit(ticket), policy("rework.share"), policy("rework.minimum_workdays"))
        move.clocks.cancel(Stage.FOLLOW_UP)
        move.clocks.stop(Stage.CHECK)
        back_to_work(move, limit)
        return ticket


def first_limit(ticket: Ticket) -> Limit:
    """The limit of the first handle clock."""
    row = ledger().first_handle(ticket)
    if row is None:
        return as_limit(catalogue().policy("limit.redo"))
    return Limit(row.amount, Unit(row.amount_unit), Clock(row.clock))


def back_to_work(move: Move, limit: Limit) -> None:
    """The lead unit has it again, with a new handle clock."""
    ticket = move.ticket
    ticket.holder_id = ticket.lead_unit_id or ticket.holder_id
    ticket.feedback_at = None
    move.clocks.start_handle(unit_id=ticket.holder_id, limit=limit)


def follow_up(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    outcome: str,
    satisfaction: str = "",
    opinion: str = "",
    version: int | None = None,
) -> Ticket:
    """Record one call to the citizen."""
    with moving("follow_up", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        result = FollowUpOutcome(outcome)
        if satisfaction and result not in ANSWERED:
            raise Unprocessable(fields={"satisfaction": [_("Nobody answered, so nobody can be satisfied")]})
        move.data |= {"outcome": result.value, "satisfaction": satisfaction}
        if result in ANSWERED:
            move.clocks.stop(Stage.FOLLOW_UP)
        call = FollowUp(ticket=move.ticket, outcome=result, satisfaction=satisfaction, at=at)
        move.afterwards.append(partial(_keep_call, call))
        return move.ticket


def _keep_call(call: FollowUp, step: Step) -> None:
    call.step = step
    ledger().add(call)


def redo(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """Back to work after a call that said unsolved or poor service; anything else goes to appeal (row 21)."""
    with moving("redo", ticket_id, by=by, at=at, version=version) as move:
        move.say(opinion, required=True)
        last = _last_answer(move.ticket)
        unsolved = last is not None and last.outcome in {FollowUpOutcome.UNSOLVED, FollowUpOutcome.PARTLY}
        if last is None or not (unsolved or last.satisfaction in POOR):
            raise Unprocessable(
                _("Only what the citizen calls unsolved or badly served is done again"), code="no_cause"
            )
        move.clocks.cancel(Stage.FOLLOW_UP)
        back_to_work(move, as_limit(catalogue().policy("limit.redo")))
        return move.ticket


def _last_answer(ticket: Ticket) -> FollowUp | None:
    answered = [call for call in _calls_since_feedback(ticket) if call.outcome in ANSWERED]
    return answered[-1] if answered else None


def _calls_since_feedback(ticket: Ticket) -> list[FollowUp]:
    since = ticket.feedback_at
    return [call for call in ledger().calls(ticket) if since is None or call.at >= since]


def close(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str = "",
    children_reason: str = "",
    version: int | None = None,
) -> Ticket:
    """Close: checked and no citizen waits, or the citizen was called, or could not be reached (row 20)."""
    with moving("close", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion)
        move.children_reason = children_reason.strip()
        if ticket.checked_at is None:
            raise Unprocessable(_("The result has to be checked first"), code="not_checked")
        if ticket.state == State.FOLLOW_UP and not (_last_answer(ticket) or _tried_enough(ticket)):
            raise Unprocessable(
                _("The citizen has to be called first: three tries on two days"), code="not_called"
            )
        ticket.closure_kind = Ticket.ClosureKind.HANDLED
        ticket.closed_at = at
        move.clocks.stop(Stage.FOLLOW_UP)
        move.clocks.cancel_all()
        return ticket


def _tried_enough(ticket: Ticket) -> bool:
    policy = catalogue().policy
    calls = _calls_since_feedback(ticket)
    times = [call.at for call in calls if call.outcome == FollowUpOutcome.UNREACHABLE]
    counted = counted_tries(times, timedelta(minutes=int(policy("follow_up.wait_minutes"))))
    days = {local(at).date() for at in counted}
    return len(counted) >= int(policy("follow_up.tries")) and len(days) >= int(policy("follow_up.days"))


def counted_tries(times: Iterable[datetime], wait: timedelta) -> list[datetime]:
    """The tries that count: each at least `wait` after the one before that counts; three in a row are one."""
    counted: list[datetime] = []
    for at in sorted(times):
        if not counted or at - counted[-1] >= wait:
            counted.append(at)
    return counted
