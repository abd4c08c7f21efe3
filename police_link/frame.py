"""The frame of every verb on a matter, in one transaction: lock the row, check version, table, rule and guard, let the
verb write, write state, limits, step and journal.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import Verb
from police_link import values
from police_link.feed import announce_step
from police_link.models import PoliceIncident, PoliceStep
from police_link.rules import is_timely, role_for
from police_link.states import INCIDENT_TABLE

LONGEST = 2000
GUARDS = {
    "object": (
        "too_late",
        pgettext_lazy("police", "The limit to object has ended; the matter stays with 110"),
    ),
    "hand_back": (
        "binding",
        pgettext_lazy("police", "This matter may not be handed to 110 again, or its ticket is finished"),
    ),
}


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say. `to_state` may be put right by the verb."""

    row: PoliceIncident
    verb: Verb
    by: Actor
    at: datetime
    to_state: str
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    runs: str = ""
    """The stage whose limit begins with this deed; none runs after a deed that names none."""

    def text(self, name: str, words: Any) -> str:
        """Words that the verb needs, trimmed. Raises Unprocessable when they are missing or too long."""
        found, need = str(words or "").strip(), self.verb.need(name)
        if need is not None and need.required and not found:
            raise Unprocessable(fields={name: [pgettext_lazy("police", "Please fill this in")]})
        if len(found) > LONGEST:
            raise Unprocessable(fields={name: [pgettext_lazy("police", "At most 2,000 characters")]})
        return found


def locked(pk: int) -> PoliceIncident:
    """The row, locked. Raises NotFound."""
    rows = PoliceIncident.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("source", "region").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


@contextmanager
def moving(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable."""
    with transaction.atomic():
        row = locked(pk)
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy("police", "Somebody else has changed this in the meantime; nothing was stored"),
                current_version=row.version,
                state=row.state,
            )
        verb = INCIDENT_TABLE.check(name, row.state)
        actor = by.acting_as(role_for(verb, row, by))
        if not is_timely(verb, row, at):
            code, words = GUARDS[name]
            raise Conflict(words, code=code)
        move = Move(row, verb, actor, at, verb.target or row.state)
        before, from_state = facts(row), row.state
        yield move
        row.state = move.to_state
        row.version += 1
        if verb.target:
            set_limit(row, move.runs, at)
        row.save()
        leave_step(move, from_state, before)


def set_limit(row: PoliceIncident, stage: str, start: datetime) -> None:
    """The limit of a stage begins; or none runs any more."""
    row.due_at = values.due_at(stage, row.urgency, start) if stage else None
    row.warn_at = values.warn_at(start, row.due_at) if row.due_at is not None else None
    row.warned_for = None


def grounds(move: Move, data: dict[str, Any]) -> None:
    """A ground out of the table's choices, with the reason in words."""
    code, need = str(data.get("reason_code") or ""), move.verb.need("reason_code")
    if need is not None:
        if code not in dict(need.choices):
            raise Unprocessable(fields={"reason_code": [pgettext_lazy("police", "Choose a ground")]})
        move.data["reason_code"] = code
    move.words = move.text("opinion", data.get("opinion"))


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> PoliceStep:
    """Write the step and the journal entry of a deed."""
    row = move.row
    step = PoliceStep.objects.create(
        incident=row,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        words=move.words,
        data=move.data,
    )
    journal.record(
        f"police.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )
    announce_step(row, step)
    return step


def facts(row: PoliceIncident) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
