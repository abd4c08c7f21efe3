"""The frame of every verb on a revision, in one transaction: lock the row, check the table, check the rule,
let the verb write, write state, step and journal.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import Verb
from grids.models import GridRevision, RegionRevision, RegionRevisionStep, RevisionStep
from grids.rules import role_for, table_of
from grids.states import OPEN

LONGEST_OPINION = 2000
R = TypeVar("R", GridRevision, RegionRevision)


@dataclass(frozen=True)
class Book(Generic[R]):
    """One kind of revision: its table, the table of its steps, the word that its deeds begin with in the journal."""

    model: type[R]
    steps: type[RevisionStep] | type[RegionRevisionStep]
    word: str


GRIDS: Final = Book(GridRevision, RevisionStep, "revision")
REGIONS: Final = Book(RegionRevision, RegionRevisionStep, "region_revision")


def book_of(revision: GridRevision | RegionRevision) -> Book[Any]:
    """The book that a revision stands in."""
    return REGIONS if isinstance(revision, RegionRevision) else GRIDS


@dataclass
class Move(Generic[R]):
    """One verb in progress: the locked revision and what the step will say."""

    revision: R
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
        if len(self.opinion) > LONGEST_OPINION:
            raise Unprocessable(
                fields={"opinion": [_("At most %(limit)d characters") % {"limit": LONGEST_OPINION}]}
            )


def locked(revision_id: int) -> GridRevision:
    """The row of a revision of grids, locked for the rest of the transaction. Raises NotFound."""
    return locked_in(GRIDS, revision_id)


def locked_in(book: Book[R], revision_id: int) -> R:
    """The row, locked for the rest of the transaction. Raises NotFound."""
    rows = book.model._default_manager.select_for_update(of=("self",)).select_related("region")
    rows = rows.defer("region__boundary")
    revision = rows.filter(pk=revision_id).first()
    if revision is None:
        raise NotFound()
    return revision


def revising(
    name: str, revision_id: int, *, by: Actor, at: datetime, version: int | None = None
) -> AbstractContextManager[Move[GridRevision]]:
    """Run one verb on a revision of grids; see `revising_in`."""
    return revising_in(GRIDS, name, revision_id, by=by, at=at, version=version)


@contextmanager
def revising_in(
    book: Book[R], name: str, revision_id: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[R]]:
    """Run one verb. The body sets what the verb changes; leaving it writes everything, or nothing.

    Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable.
    """
    with transaction.atomic():
        revision = locked_in(book, revision_id)
        if version is not None and version != revision.version:
            raise StaleVersion(
                _("Somebody else has changed this revision in the meantime; nothing was stored"),
                current_version=revision.version,
                state=revision.state,
            )
        verb = table_of(revision).check(name, revision.state)
        move = Move(revision, verb, by.acting_as(role_for(verb, revision, by)), at)
        before, from_state = facts(revision), revision.state
        yield move
        revision.state = verb.target
        revision.version += 1
        revision.save()
        if revision.state not in OPEN:
            revision.sources.update(is_open=False)
        leave_step(move, from_state, before)


def leave_step(
    move: Move[GridRevision] | Move[RegionRevision], from_state: str, before: dict[str, Any] | None
) -> None:
    """Write the step and the journal entry of a deed."""
    book = book_of(move.revision)
    rows: Any = book.steps._default_manager  # a step stands in the book of its revision
    step = rows.create(
        revision=move.revision,
        verb=move.verb.name,
        from_state=from_state,
        to_state=move.revision.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion=move.opinion,
        data=move.data,
    )
    journal.record(
        f"{book.word}.{move.verb.name}",
        by=move.by,
        obj=move.revision,
        at=move.at,
        before=before,
        after=facts(move.revision),
        details={"step": step.pk},
    )


def facts(revision: GridRevision | RegionRevision) -> dict[str, Any]:
    """What the journal keeps a digest of."""
    names = ("number", "version", "title", "reason", "region_path", "state", "effective_on", "trouble")
    return {name: str(getattr(revision, name)) for name in names}
