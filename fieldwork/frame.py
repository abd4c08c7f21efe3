"""The frame of every verb on a task, in one transaction: lock the row, version, table, rule; the verb writes; then
state, step and journal.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork.models import FieldStep, FieldTask
from fieldwork.rules import role_for
from fieldwork.states import TASK_TABLE
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import Verb

LONGEST = 1000


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say. `happened_at` is when it was done out there."""

    task: FieldTask
    verb: Verb
    by: Actor
    at: datetime
    happened_at: datetime
    to_state: str
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def say(self, words: str) -> None:
        """Keep the words; Unprocessable when the verb needs some and there are none, or too many."""
        self.words = words.strip()
        need = self.verb.need("opinion")
        if need is not None and need.required and not self.words:
            raise Unprocessable(fields={"opinion": [pgettext_lazy("field task", "Please fill this in")]})
        if len(self.words) > LONGEST:
            raise Unprocessable(fields={"opinion": [pgettext_lazy("field task", "At most 1,000 characters")]})


def happened(occurred_at: datetime | None, at: datetime) -> datetime:
    """When it was done out there: never in the future."""
    return at if occurred_at is None else min(occurred_at, at)


def locked(pk: int) -> FieldTask:
    """The task, locked until the transaction ends. Raises NotFound."""
    row = FieldTask.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


@contextmanager
def moving(
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    occurred_at: datetime | None = None,
) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    with transaction.atomic():
        row = locked(pk)
        if not by.is_system and not FieldTask.objects.visible_to(by).filter(pk=pk).exists():
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy(
                    "field task", "Somebody else has changed this in the meantime; nothing was stored"
                ),
                current_version=row.version,
                state=row.state,
            )
        verb = TASK_TABLE.check(name, row.state)
        actor = by.acting_as(role_for(verb, row, by))
        move = Move(row, verb, actor, at, happened(occurred_at, at), verb.target or row.state)
        before, from_state = facts(row), row.state
        yield move
        row.state = move.to_state
        row.version += 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> FieldStep:
    """Write the step and the journal entry of a deed."""
    step = FieldStep.objects.create(
        task=move.task,
        verb=move.verb.name,
        from_state=from_state,
        to_state=move.task.state,
        at=move.at,
        occurred_at=move.happened_at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        words=move.words,
        data=move.data,
    )
    journal.record(
        f"fieldwork.{move.verb.name}",
        by=move.by,
        obj=move.task,
        at=move.at,
        before=before,
        after=facts(move.task),
        details={"step": step.pk},
    )
    return step


def facts(row: FieldTask) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
