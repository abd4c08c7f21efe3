"""What goes out over REST: supervision tasks, appeals and instructions, with what the caller may do to them now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rest_framework import serializers

from governance.accounts.actors import Actor
from governance.foundation.api.shapes import Base, OfferOut
from grids.territory import current as territory
from supervision import performing
from supervision.models import Appeal, LeaderInstruction, SupervisionTask
from supervision.names import AppealKind, AppealState, Cause, InstructionState, Kind, ObjectKind, TaskState
from supervision.performing import Machine
from supervision.rules import permitted
from supervision.views.doors import visible_appeal, visible_instruction, visible_task

TICKET_HELP = "The number of the ticket, if it is about one."


class TaskOut(Base):
    """One supervision task."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(TaskState.choices)
    kind = serializers.ChoiceField(Kind.choices)
    cause = serializers.ChoiceField(Cause.choices)
    object_kind = serializers.ChoiceField(ObjectKind.choices)
    ticket = serializers.CharField(allow_null=True, help_text=TICKET_HELP)
    unit = serializers.CharField(help_text="The code of the unit that has to answer.")
    title = serializers.CharField()
    demands = serializers.CharField()
    plan = serializers.CharField()
    person = serializers.CharField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of the present stage.")
    is_overdue = serializers.BooleanField()
    is_accountable = serializers.BooleanField()
    rejected = serializers.IntegerField()
    escalated = serializers.IntegerField()
    score = serializers.IntegerField(allow_null=True)


class TaskDetail(TaskOut):
    """One supervision task, and what the caller may do to it."""

    verbs = OfferOut(many=True)


class AppealOut(Base):
    """One appeal, and what the caller may do to it."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(AppealState.choices)
    kind = serializers.ChoiceField(AppealKind.choices)
    ticket = serializers.CharField()
    unit = serializers.CharField(help_text="The code of the unit that objects.")
    reason = serializers.CharField()
    result_at = serializers.DateTimeField(help_text="When the result came about that is objected to.")
    advice = serializers.CharField(allow_blank=True, help_text="The reviewer's: grant or refuse.")
    lodged_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="To be decided by.")
    decided_at = serializers.DateTimeField(allow_null=True)
    verbs = OfferOut(many=True)


class InstructionOut(Base):
    """One leader's instruction, and what the caller may do to it."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(InstructionState.choices)
    ticket = serializers.CharField(allow_null=True, help_text=TICKET_HELP)
    task = serializers.CharField(allow_null=True, help_text="The supervision that carries it.")
    subject = serializers.CharField()
    text = serializers.CharField()
    due_on = serializers.DateField()
    round = serializers.IntegerField()
    given_at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    verbs = OfferOut(many=True)


def facts(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def code_of(unit_id: int | None) -> str:
    unit = territory().units.get(unit_id or 0)
    return unit.code if unit is not None else ""


def task(row: SupervisionTask, at: datetime) -> dict[str, Any]:
    """A task as it stands in a list."""
    return facts(row, TASK_FACTS) | {
        "ticket": row.ticket.number if row.ticket is not None else None,
        "unit": row.unit.code,
        "is_overdue": row.is_overdue(at),
        "rejected": row.rejected_count,
        "escalated": row.escalated_count,
    }


def appeal(row: Appeal, at: datetime) -> dict[str, Any]:
    return facts(row, APPEAL_FACTS) | {"ticket": row.ticket.number, "unit": code_of(row.unit_id)}


def instruction(row: LeaderInstruction, at: datetime) -> dict[str, Any]:
    return facts(row, INSTRUCTION_FACTS) | {
        "ticket": row.ticket.number if row.ticket is not None else None,
        "task": row.task.number if row.task is not None else None,
    }


TASK_FACTS = (
    "number",
    "version",
    "state",
    "kind",
    "cause",
    "object_kind",
    "title",
    "demands",
    "plan",
    "person",
    "created_at",
    "due_at",
    "is_accountable",
    "score",
)
APPEAL_FACTS = (
    "number",
    "version",
    "state",
    "kind",
    "reason",
    "result_at",
    "advice",
    "lodged_at",
    "due_at",
    "decided_at",
)
INSTRUCTION_FACTS = (
    "number",
    "version",
    "state",
    "subject",
    "text",
    "due_on",
    "round",
    "given_at",
    "answer",
    "answered_at",
)


@dataclass(frozen=True, kw_only=True)
class Face:
    """One machine as the API shows it: its rows, their shape, and below which address they stand."""

    machine: Machine
    find: Callable[[Actor, str], Any]
    facts: Callable[[Any, datetime], dict[str, Any]]
    shape: type[Base]
    address: str

    def show(self, row: Any, by: Actor, at: datetime) -> dict[str, Any]:
        """A row with the verbs that this person may do to it now."""
        room = self.machine.room
        verbs = [
            verb for verb in permitted(room.table, room.rule, row, by, at) if verb.name in self.machine.deeds
        ]
        place = f"/api/v1/{self.address}/{row.number}"
        offered = [
            {"name": verb.name, "label": str(verb.label), "url": f"{place}/{verb.name}"} for verb in verbs
        ]
        shown: dict[str, Any] = self.shape(self.facts(row, at) | {"verbs": offered}).data
        return shown


TASK: Final = Face(
    machine=performing.TASK, find=visible_task, facts=task, shape=TaskDetail, address="supervision-tasks"
)
APPEAL: Final = Face(
    machine=performing.APPEAL, find=visible_appeal, facts=appeal, shape=AppealOut, address="appeals"
)
INSTRUCTION: Final = Face(
    machine=performing.INSTRUCTION,
    find=visible_instruction,
    facts=instruction,
    shape=InstructionOut,
    address="instructions",
)
FACES: Final = (TASK, APPEAL, INSTRUCTION)
