"""The frame of every verb on an opinion, in one transaction: lock the row, check version, table and rule, let the verb
write, write state, step and journal.
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
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import Verb
from opinions.models import OnlineOpinion, OpinionStep
from opinions.rules import role_for
from opinions.states import OPINION_TABLE

LONGEST = 2000


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say."""

    row: OnlineOpinion
    verb: Verb
    by: Actor
    at: datetime
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, words: str) -> str:
        """Words that the verb needs, trimmed. Raises Unprocessable when they are missing or too long."""
        found, need = words.strip(), self.verb.need(name)
        if need is not None and need.required and not found:
            raise Unprocessable(fields={name: [pgettext_lazy("opinions", "Please fill this in")]})
        if len(found) > LONGEST:
            raise Unprocessable(fields={name: [pgettext_lazy("opinions", "At most 2,000 characters")]})
        return found


@contextmanager
def moving(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    with transaction.atomic():
        rows = OnlineOpinion.objects.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("region", "unit").filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy(
                    "opinions", "Somebody else has changed this in the meantime; nothing was stored"
                ),
                current_version=row.version,
                state=row.state,
            )
        verb = OPINION_TABLE.check(name, row.state)
        move = Move(row, verb, by.acting_as(role_for(verb, row, by, at)), at)
        before, from_state = facts(row), row.state
        yield move
        row.state = verb.target or row.state
        row.version += 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> None:
    """Write the step and the journal entry of a deed."""
    row = move.row
    step = OpinionStep.objects.create(
        opinion=row,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion_text=move.opinion,
        data=move.data,
    )
    journal.record(
        f"opinion.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )


def facts(row: OnlineOpinion) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
