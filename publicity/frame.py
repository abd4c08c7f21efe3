"""The frame of every verb on a notice, in one transaction: lock the row, check version, table and rule, let the verb
write, write state, step and journal.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion
from governance.foundation.state_machine import Verb
from publicity.models import NoticeStep, PolicyNotice
from publicity.rules import role_for
from publicity.states import NOTICE_TABLE


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say."""

    row: PolicyNotice
    verb: Verb
    by: Actor
    at: datetime
    opinion: str = ""


@contextmanager
def moving(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    with transaction.atomic():
        rows = PolicyNotice.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy(
                    "publicity", "Somebody else has changed this in the meantime; nothing was stored"
                ),
                current_version=row.version,
                state=row.state,
            )
        verb = NOTICE_TABLE.check(name, row.state)
        move = Move(row, verb, by.acting_as(role_for(verb, row, by)), at)
        before, from_state = facts(row), row.state
        yield move
        row.state = verb.target or row.state
        row.version += 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> None:
    """Write the step and the journal entry of a deed."""
    row = move.row
    step = NoticeStep.objects.create(
        notice=row,
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
        f"policy.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )


def facts(row: PolicyNotice) -> dict[str, str]:
    """What the journal keeps a digest of."""
    found = {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
    return found | {"targets": " ".join(sorted(row.targets.values_list("code", flat=True)))}
