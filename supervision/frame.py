"""The frame of every verb of supervision, in one transaction: lock the row, check version, table and rule, let the verb
write, then write state, step, files and journal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import StateTable, Verb
from incidents.models import Attachment
from supervision.models import (
    Appeal,
    Inspection,
    LeaderInstruction,
    OversightStep,
    Proof,
    RecurrenceWarning,
    SupervisionBulletin,
    SupervisionTask,
)
from supervision.rules import (
    role_for_appeal,
    role_for_bulletin,
    role_for_inspection,
    role_for_instruction,
    role_for_recurrence,
    role_for_task,
)
from supervision.states import (
    APPEAL_TABLE,
    BULLETIN_TABLE,
    INSPECTION_TABLE,
    INSTRUCTION_TABLE,
    RECURRENCE_TABLE,
    TASK_TABLE,
)

LONGEST: Final = 2000
MOST_FILES: Final = 9
Row = TypeVar(
    "Row",
    SupervisionTask,
    Appeal,
    LeaderInstruction,
    Inspection,
    SupervisionBulletin,
    RecurrenceWarning,
)


@dataclass(frozen=True)
class Room:
    """One machine: its rows, its table, its rule, and what its steps and journal entries call it."""

    model: type[Any]
    table: StateTable
    rule: Callable[[Verb, Any, Actor], str]
    owner: str
    joined: tuple[str, ...]


TASKS: Final = Room(SupervisionTask, TASK_TABLE, role_for_task, "task", ("unit",))
APPEALS: Final = Room(Appeal, APPEAL_TABLE, role_for_appeal, "appeal", ("unit",))
INSTRUCTIONS: Final = Room(LeaderInstruction, INSTRUCTION_TABLE, role_for_instruction, "instruction", ())
INSPECTIONS: Final = Room(
    Inspection, INSPECTION_TABLE, role_for_inspection, "inspection", ("checklist", "unit", "region")
)

BULLETINS: Final = Room(SupervisionBulletin, BULLETIN_TABLE, role_for_bulletin, "bulletin", ("unit",))
RECURRENCES: Final = Room(RecurrenceWarning, RECURRENCE_TABLE, role_for_recurrence, "recurrence", ())


@dataclass
class Move(Generic[Row]):
    """One verb in progress: the locked row and what the step will say."""

    row: Row
    verb: Verb
    by: Actor
    at: datetime
    room: Room
    from_state: str = ""
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    files: Sequence[UUID] = ()

    def say(self, words: str, *, name: str = "opinion") -> str:
        """The words, trimmed; Unprocessable when the verb needs them and there are none, or too many."""
        text = words.strip()
        need = self.verb.need(name)
        if need is not None and need.required and not text:
            raise Unprocessable(fields={name: [pgettext_lazy("supervision", "Please fill this in")]})
        if len(text) > LONGEST:
            told = pgettext_lazy("supervision", "At most %(limit)d characters") % {"limit": LONGEST}
            raise Unprocessable(fields={name: [told]})
        if name == "opinion":
            self.opinion = text
        return text


@contextmanager
def moving(
    room: Room, name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[Any]]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    with transaction.atomic():
        rows = room.model.objects.select_for_update(of=("self",)).select_related(*room.joined)
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy(
                    "supervision", "Somebody else has changed this in the meantime; nothing was stored"
                ),
                current_version=row.version,
                state=row.state,
            )
        with turning(room, name, row, by=by, at=at) as move:
            yield move


@contextmanager
def turning(room: Room, name: str, row: Any, *, by: Actor, at: datetime) -> Iterator[Move[Any]]:
    """One more verb on a row that this transaction has locked already."""
    verb = room.table.check(name, row.state)
    move = Move[Any](row, verb, by.acting_as(room.rule(verb, row, by)), at, room, row.state)
    before = facts(row)
    yield move
    row.state = verb.target or row.state
    row.version += 1
    row.save()
    leave_step(move, before)


def begun(room: Room, name: str, row: Any, *, by: Actor, role: str, at: datetime, **said: Any) -> Move[Any]:
    """Insert a new row with its first step. The caller has asked the rule; part of its transaction."""
    verb = room.table[name]
    row.state = verb.target
    row.save(force_insert=True)
    move = Move[Any](row, verb, by.acting_as(role), at, room, **said)
    leave_step(move, None)
    return move


def leave_step(move: Move[Any], before: Mapping[str, Any] | None) -> OversightStep:
    """Write the step, its files and the journal entry of a deed."""
    row, owner = move.row, move.room.owner
    step = OversightStep.objects.create(
        verb=move.verb.name,
        from_state=move.from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion=move.opinion,
        data=move.data,
        **{owner: row},
    )
    bind(move.files, move.by, step=step)
    journal.record(
        f"supervision.{owner}.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )
    return step


def bind(files: Sequence[UUID], by: Actor, **owner: Any) -> None:
    """Keep files that this person has uploaded. Raises Unprocessable for others, or for too many."""
    wanted = list(dict.fromkeys(files))
    if not wanted:
        return
    if len(wanted) > MOST_FILES:
        many = pgettext_lazy("supervision", "At most %(limit)d files") % {"limit": MOST_FILES}
        raise Unprocessable(fields={"files": [many]})
    rows = Attachment.objects.filter(pk__in=wanted, ticket=None, is_kept=False)
    if not by.is_system:
        rows = rows.filter(uploader_id=by.user_id)
    if rows.update(is_kept=True) != len(wanted):
        gone = pgettext_lazy("supervision", "A file is not there any more; please upload it again")
        raise Unprocessable(fields={"files": [gone]})
    Proof.objects.bulk_create(Proof(attachment_id=pk, **owner) for pk in wanted)


def facts(row: models.Model) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
