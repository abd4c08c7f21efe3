"""The frame of every verb on a hazard, in one transaction: lock the row, check version, table, rule and guard, let the
verb write, write state, limits, next alarm, step, proofs and journal.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork.hazards.models import Hazard, HazardProof, HazardStep
from fieldwork.hazards.rules import must_fit, role_for
from fieldwork.hazards.states import HAZARD_TABLE
from fieldwork.hazards.timing import next_alarm
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.state_machine import Verb
from incidents.ledger import bindable
from incidents.models import Attachment

LONGEST, MOST_PHOTOS = 2000, 9


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say."""

    row: Hazard
    verb: Verb
    by: Actor
    at: datetime
    occurred_at: datetime | None = None
    key: UUID | None = None
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    photos: Sequence[UUID] = ()

    def text(self, name: str, words: Any, most: int = LONGEST) -> str:
        """Words that the verb needs, trimmed. Raises Unprocessable when they are missing or too long."""
        found, need = str(words or "").strip(), self.verb.need(name)
        if need is not None and need.required and not found:
            raise Unprocessable(fields={name: [pgettext_lazy("hazard", "Please fill this in")]})
        if len(found) > most:
            words = pgettext_lazy("hazard", "At most %(most)d characters") % {"most": most}
            raise Unprocessable(fields={name: [words]})
        return found


@contextmanager
def moving(
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    photos: Sequence[UUID] = (),
    occurred_at: datetime | None = None,
    key: UUID | None = None,
) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable."""
    with transaction.atomic():
        row = locked(pk)
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy("hazard", "Somebody else has changed this in the meantime; nothing was stored"),
                current_version=row.version,
                state=row.state,
            )
        verb = HAZARD_TABLE.check(name, row.state)
        role = role_for(verb, row, by, list(row.steps.values_list("verb", "actor_id")))
        must_fit(verb, row)
        move = Move(row, verb, by.acting_as(role), at, occurred_at, key, photos=photos)
        before, from_state = facts(row), row.state
        yield move
        row.state = verb.target or row.state
        row.version += 1
        row.alarm_at = next_alarm(row)
        row.save()
        leave_step(move, from_state, before)


def locked(pk: int) -> Hazard:
    """The row, locked. Raises NotFound."""
    row = Hazard.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> HazardStep:
    """Write the step with its proofs and the journal entry of a deed. Raises Unprocessable for photos of others."""
    row = move.row
    step = HazardStep.objects.create(
        hazard=row,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        occurred_at=move.occurred_at,
        key=move.key,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion=move.opinion,
        data=move.data,
    )
    _prove(step, move)
    journal.record(
        f"hazard.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )
    return step


def _prove(step: HazardStep, move: Move) -> None:
    """Keep the photos that this person has brought; each proves one deed."""
    wanted, need = list(dict.fromkeys(move.photos)), move.verb.need("photos")
    if need is not None and need.required and not wanted:
        raise Unprocessable(fields={"photos": [pgettext_lazy("hazard", "Add a photo from the spot")]})
    if len(wanted) > MOST_PHOTOS:
        words = pgettext_lazy("hazard", "At most %(most)d photos") % {"most": MOST_PHOTOS}
        raise Unprocessable(fields={"photos": [words]})
    rows = bindable(wanted, move.by).filter(is_kept=False, kind=Attachment.Kind.PHOTO)
    if wanted and rows.update(is_kept=True) != len(wanted):
        gone = pgettext_lazy("hazard", "A photo named here was not uploaded by you or is used already")
        raise Unprocessable(fields={"photos": [gone]})
    HazardProof.objects.bulk_create([HazardProof(step=step, attachment_id=pk) for pk in wanted])


def facts(row: Hazard) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
