"""The frame of every verb on an entry or a question, in one transaction: lock the row, check version, table and rule,
let the verb write, write state, step and journal.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import StateTable, Verb
from knowledge.models import KnowledgeEntry, KnowledgeStep, Question
from knowledge.rules import role_for, role_on
from knowledge.states import ENTRY_TABLE, QUESTION_TABLE

Row = TypeVar("Row", KnowledgeEntry, Question)
LONGEST: Final = 4000
UNTOLD: Final = frozenset({"search", "pinyin", "name", "phone"})
"""Derived, or somebody's own: the journal's digest does without."""


@dataclass
class Move(Generic[Row]):
    """One verb in progress: the locked row and what the step will say."""

    row: Row
    verb: Verb
    by: Actor
    at: datetime
    opinion: str = ""

    def text(self, name: str, words: str) -> str:
        """Words that the verb needs, trimmed. Raises Unprocessable when they are missing or too long."""
        found = words.strip()
        if not found:
            raise Unprocessable(fields={name: [pgettext_lazy("knowledge", "Please fill this in")]})
        if len(found) > LONGEST:
            raise Unprocessable(fields={name: [pgettext_lazy("knowledge", "At most 4,000 characters")]})
        return found


@contextmanager
def moving(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[KnowledgeEntry]]:
    """Run one verb on an entry. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    with _moving(KnowledgeEntry, ENTRY_TABLE, role_for, name, pk, by=by, at=at, version=version) as move:
        yield move


@contextmanager
def asking(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[Question]]:
    """Run one verb on a question. Raises as `moving`."""
    with _moving(Question, QUESTION_TABLE, role_on, name, pk, by=by, at=at, version=version) as move:
        yield move


@contextmanager
def _moving(
    model: type[Row],
    table: StateTable,
    rule: Callable[[Verb, Row, Actor], str],
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None,
) -> Iterator[Move[Row]]:
    with transaction.atomic():
        row = model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy(
                    "knowledge", "Somebody else has changed this in the meantime; nothing was stored"
                ),
                current_version=row.version,
                state=row.state,
            )
        verb = table.check(name, row.state)
        move: Move[Row] = Move(row, verb, by.acting_as(rule(verb, row, by)), at)
        before, from_state = facts(row), row.state
        yield move
        row.state = verb.target or row.state
        row.version += 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(
    move: Move[KnowledgeEntry] | Move[Question], from_state: str, before: Mapping[str, Any] | None
) -> None:
    """Write the step and the journal entry of a deed."""
    row = move.row
    is_entry = isinstance(row, KnowledgeEntry)
    step = KnowledgeStep.objects.create(
        entry_id=row.pk if is_entry else None,
        asked_id=None if is_entry else row.pk,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion=move.opinion,
    )
    journal.record(
        f"{'knowledge' if is_entry else 'question'}.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )


def facts(row: KnowledgeEntry | Question) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {
        item.name: str(getattr(row, item.attname))
        for item in row._meta.concrete_fields
        if item.name not in UNTOLD
    }
