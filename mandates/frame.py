"""The frame of every verb on an application or a power, in one transaction: lock the row, check the table, check the
rule, let the verb write, write state, step and journal, and tell every process that what covers tasks has changed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import StateTable, Verb
from mandates import standing
from mandates.models import AccessApplication, DelegatedPower, MandateStep, MandateVersion
from mandates.rules import role_for_access, role_for_power
from mandates.states import ACCESS_TABLE, POWER_TABLE

LONGEST = 2000
Row = TypeVar("Row", AccessApplication, DelegatedPower)


@dataclass
class Move(Generic[Row]):
    """One verb in progress: the locked row and what the step will say."""

    row: Row
    verb: Verb
    by: Actor
    at: datetime
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def say(self, opinion: str) -> None:
        """Keep the opinion; Unprocessable when the verb needs one and there is none."""
        self.opinion = opinion.strip()
        need = self.verb.need("opinion")
        if need is not None and need.required and not self.opinion:
            raise Unprocessable(fields={"opinion": [_("Please give a reason")]})
        if len(self.opinion) > LONGEST:
            raise Unprocessable(fields={"opinion": [_("At most %(limit)d characters") % {"limit": LONGEST}]})


@contextmanager
def applying(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[AccessApplication]]:
    """Run one verb on an application. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    rows = AccessApplication.objects.select_for_update(of=("self",)).select_related("region", "unit")
    with _moving(ACCESS_TABLE, role_for_access, rows, name, pk, by=by, at=at, version=version) as move:
        yield move


@contextmanager
def empowering(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[DelegatedPower]]:
    """Run one verb on a power. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    rows = DelegatedPower.objects.select_for_update(of=("self",)).select_related("proposed_by")
    with _moving(POWER_TABLE, role_for_power, rows, name, pk, by=by, at=at, version=version) as move:
        yield move


@contextmanager
def _moving(
    table: StateTable,
    rule: Callable[[Verb, Row, Actor], str],
    rows: "models.QuerySet[Row]",
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None,
) -> Iterator[Move[Row]]:
    with transaction.atomic():
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(
                _("Somebody else has changed this in the meantime; nothing was stored"),
                current_version=row.version,
                state=row.state,
            )
        verb = table.check(name, row.state)
        move = Move(row, verb, by.acting_as(rule(verb, row, by)), at)
        before, from_state = facts(row), row.state
        yield move
        row.state = verb.target
        row.version += 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move[Row], from_state: str, before: Mapping[str, Any] | None) -> None:
    """Write the step and the journal entry of a deed, and bump the counter of snapshots."""
    row = move.row
    step = MandateStep.objects.create(
        application=row if isinstance(row, AccessApplication) else None,
        power=row if isinstance(row, DelegatedPower) else None,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion=move.opinion,
        data=move.data,
    )
    journal.record(
        f"{'access' if isinstance(row, AccessApplication) else 'power'}.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )
    changed()


def changed() -> None:
    """Called in the transaction of whatever changes what covers tasks."""
    MandateVersion.bump()
    transaction.on_commit(standing.forget)


def facts(row: models.Model) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
