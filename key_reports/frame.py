"""The frame of every verb on a report, in one transaction: lock the row, check version, table and rule, let the verb
write, then write state, limits, step and journal.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.live import publish_on_commit
from governance.foundation.state_machine import Verb
from key_reports import clocks
from key_reports.models import KeyReport, KeyStep
from key_reports.rules import role_for
from key_reports.states import REPORT_TABLE

LONGEST: Final = 2000


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say. `to_state` may be put right by the verb."""

    row: KeyReport
    verb: Verb
    by: Actor
    at: datetime
    to_state: str
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, words: Any) -> str:
        """Words that the verb takes, trimmed. Raises Unprocessable when they are missing or too long."""
        return checked(self.verb, name, words)

    def say(self, data: Mapping[str, Any]) -> None:
        """Keep the opinion with the step."""
        self.words = self.text("opinion", data.get("opinion"))


def checked(verb: Verb, name: str, words: Any) -> str:
    """Words that a verb takes, trimmed. Raises Unprocessable when they are missing or too long."""
    found, need = str(words or "").strip(), verb.need(name)
    if need is not None and need.required and not found:
        refuse(name, pgettext_lazy("key report", "Please fill this in"))
    if len(found) > LONGEST:
        refuse(name, pgettext_lazy("key report", "At most 2,000 characters"))
    return found


def refuse(name: str, words: Any, code: str = "") -> None:
    """Raises Unprocessable beside one field."""
    raise Unprocessable(fields={name: [words]}, code=code)


def locked(pk: int) -> KeyReport:
    """The report, locked. Raises NotFound."""
    rows = KeyReport.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("unit", "category").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def must_be_current(row: Any, version: int | None) -> None:
    """Raises StaleVersion where somebody has changed the row since it was read."""
    if version is not None and version != row.version:
        raise StaleVersion(
            pgettext_lazy("key report", "Somebody else has changed this in the meantime; nothing was stored"),
            current_version=row.version,
            state=row.state,
        )


@contextmanager
def moving(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable."""
    with transaction.atomic():
        row = locked(pk)
        must_be_current(row, version)
        verb = REPORT_TABLE.check(name, row.state)
        actor = by.acting_as(role_for(verb, row, by))
        move = Move(row, verb, actor, at, verb.target or row.state)
        before, from_state = facts(row), row.state
        yield move
        row.state = move.to_state
        row.version += 1
        clocks.refresh(row)
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> KeyStep:
    """Write the step and the journal entry of a deed, and tell open pages."""
    row = move.row
    is_hidden = row.is_confidential and row.writer_id is not None and row.writer_id == move.by.user_id
    step = KeyStep.objects.create(
        report=row,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=None if is_hidden else move.by.user_id,
        actor_name="" if is_hidden else move.by.name[:80],
        role="" if is_hidden else move.by.role,
        words=move.words,
        data=move.data,
    )
    journal.record(
        f"key_report.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk} | {key: move.data[key] for key in ("digest",) if key in move.data},
    )
    publish_on_commit({f"key_report:{row.pk}"}, {"verb": move.verb.name})
    return step


def facts(row: Any) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
