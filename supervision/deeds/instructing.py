"""Leaders' instructions: given, carried by a supervision, answered by oversight, read by the leader."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids import scope as scopes
from incidents.duty import centre_with
from incidents.models import Notice, Ticket
from incidents.telling import tell
from supervision.deeds import rectifying
from supervision.deeds.ordering import Order, create, mark
from supervision.frame import INSTRUCTIONS, LONGEST, Move, begun, moving
from supervision.models import LeaderInstruction, SupervisionTask
from supervision.names import Cause, Kind, TaskState
from supervision.rules import role_over
from supervision.states import INSTRUCTION_OPEN, INSTRUCTION_TABLE, TASK_OPEN
from supervision.words import in_city_words

LONGEST_TERM = timedelta(days=366)
DONE = frozenset({TaskState.ACCEPTED, TaskState.CLOSED})


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """What a leader writes; on a ticket, or on a subject of its own."""

    text: str
    due_on: date
    subject: str = ""
    ticket: Ticket | None = None

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if self.ticket is None and not self.subject.strip():
            found["subject"] = [pgettext_lazy("supervision", "Name the subject")]
        if not 0 < len(self.text.strip()) <= LONGEST:
            found["text"] = [
                pgettext_lazy("supervision", "Write the instruction, in at most 2000 characters")
            ]
        today = local(at).date()
        if not today <= self.due_on <= today + LONGEST_TERM:
            found["due_on"] = [pgettext_lazy("supervision", "The answer is due today or within a year")]
        return found


@transaction.atomic
def instruct(wanted: Instruction, *, by: Actor, at: datetime) -> LeaderInstruction:
    """Write an instruction: oversight is told, a supervision waits to be sent. Raises Forbidden, Unprocessable."""
    path = wanted.ticket.region_path if wanted.ticket is not None else _place_of(by)
    role = role_over(INSTRUCTION_TABLE["instruct"], by, path=path)
    if faults := wanted.faults(at):
        raise Unprocessable(fields=faults)
    assert by.user is not None
    subject = (wanted.subject.strip() or (wanted.ticket.title if wanted.ticket else ""))[:160]
    _must_be_new(wanted, subject, by.user.pk)
    row = LeaderInstruction(
        number=next_numbers("PS", at)[0],
        leader=by.user,
        ticket=wanted.ticket,
        region_path=path,
        subject=subject,
        text=wanted.text.strip(),
        due_on=wanted.due_on,
        given_at=at,
    )
    begun(INSTRUCTIONS, "instruct", row, by=by, role=role, at=at, opinion=row.text)
    _carry(row, row.text, at=at)
    if row.ticket_id is not None:
        Ticket.objects.filter(pk=row.ticket_id, has_instruction=False).update(has_instruction=True)
        mark(row.ticket_id)
    return row


def _must_be_new(wanted: Instruction, subject: str, leader_id: int) -> None:
    """A second click finds the first: the same words about the same matter, still on their way. Raises Conflict."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=leader_id)
    rows = LeaderInstruction.objects.filter(leader=leader_id, ticket=wanted.ticket, subject=subject)
    given = rows.filter(text=wanted.text.strip(), state__in=sorted(INSTRUCTION_OPEN)).order_by("pk").first()
    if given is not None:
        raise Conflict(
            pgettext_lazy("supervision", "This instruction is on its way already: %(number)s")
            % {"number": given.number},
            code="given",
            number=given.number,
        )


def _place_of(by: Actor) -> str:
    """The place that a leader leads: the widest one."""
    paths = [reach.path for reach in scopes.of(by.user).reaches if reach.path and reach.role == Role.LEADER]
    return min(paths, key=len, default="")


def _carry(row: LeaderInstruction, text: str, *, at: datetime) -> None:
    """A supervision that waits with oversight; on a free subject oversight says for whom, and holds it until then."""
    unit_id = None if row.ticket is not None else centre_with(Role.OVERSIGHT_OFFICER, row.region_path)
    order = Order(
        kind=Kind.SUPERVISE,
        cause=Cause.INSTRUCTION,
        title=row.subject,
        demands=text,
        ticket=row.ticket,
        unit_id=unit_id,
        limit_on=row.due_on,
        origin=f"instruction:{row.pk}:{row.round}",
    )
    row.task = create(order, by=SYSTEM_ACTOR, at=at)
    row.save(update_fields=["task"])


def answer(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> LeaderInstruction:
    """Tell the leader what came of it, once the unit's report has been accepted."""
    with moving(INSTRUCTIONS, "answer", pk, by=by, at=at, version=version) as move:
        row = move.row
        row.answer = move.say(opinion)
        task = SupervisionTask.objects.get(pk=row.task_id)
        if task.state not in DONE:
            raise Unprocessable(
                pgettext_lazy("supervision", "The unit's report has to be accepted first"),
                code="not_accepted",
            )
        row.answered_at = at
        _tell_leader(row, at=at, by=by)
    result: LeaderInstruction = move.row
    return result


def _tell_leader(row: LeaderInstruction, *, at: datetime, by: Actor) -> None:
    tell(
        key=f"supervision:{row.number}:answer:{row.round}",
        kind="instruction_answer",
        title=in_city_words(
            pgettext_lazy("supervision notice", "Your instruction was answered"), row.subject
        ),
        url=reverse("supervision:instruction", args=[row.number]),
        at=at,
        user_ids=[row.leader_id],
        audience=Notice.Audience.HANDLERS,
        ticket_id=row.ticket_id,
        by=by,
    )


@transaction.atomic
def press(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> LeaderInstruction:
    """The answer does not satisfy: another round, with another supervision, and as long as the first one had."""
    with moving(INSTRUCTIONS, "press", pk, by=by, at=at, version=version) as move:
        row = move.row
        text = move.say(opinion)
        span = max(timedelta(days=1), row.due_on - local(row.given_at).date())
        row.round += 1
        row.due_on = local(at).date() + span
        row.answer, row.answered_at = "", None
        move.data = {"round": row.round}
    _carry(move.row, text, at=at)
    result: LeaderInstruction = move.row
    return result


def conclude(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> LeaderInstruction:
    """The leader has read the answer and is content."""
    with moving(INSTRUCTIONS, "conclude", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    result: LeaderInstruction = move.row
    return result


@transaction.atomic
def withdraw(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> LeaderInstruction:
    """The leader takes it back; what carried it is taken back with it."""
    with moving(INSTRUCTIONS, "withdraw", pk, by=by, at=at, version=version) as move:
        _let_go(move, opinion, at=at)
    result: LeaderInstruction = move.row
    return result


def _let_go(move: Move[LeaderInstruction], opinion: str, *, at: datetime) -> None:
    reason = move.say(opinion)
    task = SupervisionTask.objects.filter(pk=move.row.task_id or 0).first()
    if task is not None and task.state in TASK_OPEN - DONE:
        rectifying.withdraw(task.pk, by=SYSTEM_ACTOR, at=at, opinion=reason)
