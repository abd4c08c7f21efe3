"""The frame of every verb on a warning or a project, in one transaction: lock the row, check version, table
and rule, let the verb write, write state, step and journal.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import pgettext_lazy

from analysis.models import EarlyWarning, ProjectStep, SpecialProject, WarningStep
from analysis.rules import role_for_project, role_for_warning
from analysis.states import PROJECT_TABLE, WARNING_TABLE
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import StateTable, Verb

LONGEST: Final = 2000
Row = TypeVar("Row", EarlyWarning, SpecialProject)


@dataclass
class Move(Generic[Row]):
    """One verb in progress: the locked row and what the step will say."""

    row: Row
    verb: Verb
    by: Actor
    at: datetime
    opinion: str = ""

    def say(self, words: str, name: str = "opinion") -> str:
        """Keep what is said; Unprocessable when the verb needs it and there is none."""
        self.opinion = checked(words, name, required=_is_required(self.verb, name))
        return self.opinion


def _is_required(verb: Verb, name: str) -> bool:
    need = verb.need(name)
    return need is not None and need.required


def checked(words: str, name: str, *, required: bool = True, longest: int = LONGEST) -> str:
    """The words without blanks around them. Raises Unprocessable."""
    text = words.strip()
    if required and not text:
        raise Unprocessable(fields={name: [pgettext_lazy("analysis", "Please write it down")]})
    if len(text) > longest:
        limit = pgettext_lazy("analysis", "At most %(limit)d characters") % {"limit": longest}
        raise Unprocessable(fields={name: [limit]})
    return text


@contextmanager
def answering(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[EarlyWarning]]:
    """Run one verb on a warning. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    rows = EarlyWarning.objects.select_for_update(of=("self",), no_key=True).select_related("rule")
    with _moving(WARNING_TABLE, role_for_warning, rows, name, pk, by=by, at=at, version=version) as move:
        yield move


@contextmanager
def governing(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[SpecialProject]]:
    """Run one verb on a project. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    rows = SpecialProject.objects.select_for_update(of=("self",), no_key=True)
    with _moving(PROJECT_TABLE, role_for_project, rows, name, pk, by=by, at=at, version=version) as move:
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
            raise StaleVersion(current_version=row.version, state=row.state)
        verb = table.check(name, row.state)
        move = Move(row, verb, by.acting_as(rule(verb, row, by)), at)
        before, from_state = facts(row), row.state
        yield move
        row.state = verb.target or row.state
        row.version += 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move[Row], from_state: str, before: Mapping[str, Any] | None) -> None:
    """Write the step and the journal entry of a deed."""
    row = move.row
    told = {
        "verb": move.verb.name,
        "from_state": from_state,
        "to_state": row.state,
        "at": move.at,
        "actor_id": move.by.user_id,
        "actor_name": move.by.name[:80],
        "role": move.by.role,
        "opinion": move.opinion,
    }
    step: models.Model
    if isinstance(row, EarlyWarning):
        kind, step = "warning", WarningStep.objects.create(row=row, **told)
    else:
        kind, step = "project", ProjectStep.objects.create(row=row, **told)
    journal.record(
        f"{kind}.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )


def facts(row: models.Model) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
