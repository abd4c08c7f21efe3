"""Forgetting: a resident who moved out long enough ago is anonymised; only counts remain (PIPL articles 19 and 47).

Kept longer: whoever is on hold for a legal reason, has an open file, or waits for a correction.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from registers.models import CorrectionRequest, KeyPerson, KeyPersonNote, Resident
from registers.models.rulings import RegisterRule
from registers.querysets import ResidentQuerySet
from registers.values import rule_value

BATCH = 200


@dataclass(frozen=True)
class Forgotten:
    """How many were anonymised, or would be; `held` are past their time and kept for a legal reason."""

    anonymised: int
    held: int
    before: date


def due(*, at: datetime) -> tuple[ResidentQuerySet, date]:
    """Who is past the time, those on hold included, and the day before which one must have left."""
    today = local(at).date()
    before = today - timedelta(days=rule_value(RegisterRule.Name.KEEP_MOVED_OUT_DAYS, on=today))
    rows = Resident.objects.filter(left_on__lt=before, anonymised_at=None)
    waiting = CorrectionRequest.objects.filter(resident=OuterRef("pk"), state=CorrectionRequest.State.OPEN)
    files = KeyPerson.objects.filter(resident=OuterRef("pk"), closed_on=None)
    return rows.filter(~Exists(waiting), ~Exists(files)), before


def anonymise_moved_out(
    *, at: datetime, by: Actor = SYSTEM_ACTOR, limit: int | None = None, dry_run: bool = False
) -> Forgotten:
    """Anonymise in bounded batches, each in its own transaction; at most `limit`."""
    rows, before = due(at=at)
    held = rows.filter(is_on_hold=True).count()
    ready = rows.filter(is_on_hold=False)
    if dry_run:
        return Forgotten(ready.count(), held, before)
    done = 0
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        count = _batch(ready, size, by=by, at=at)
        done += count
        if not count:
            break
    return Forgotten(done, held, before)


@transaction.atomic
def _batch(ready: ResidentQuerySet, size: int, *, by: Actor, at: datetime) -> int:
    rows = ready.select_for_update(skip_locked=True, of=("self",)).order_by("left_on", "id")
    ids = list(rows.values_list("pk", flat=True)[:size])
    if not ids:
        return 0
    KeyPersonNote.objects.filter(person__resident_id__in=ids).delete()
    KeyPerson.objects.filter(resident_id__in=ids).update(close_reason="", updated_at=at)
    CorrectionRequest.objects.filter(resident_id__in=ids).update(text="", answer="")
    Resident.objects.filter(pk__in=ids).update(
        name="",
        birth_date=None,
        identity_number="",
        identity_index="",
        phone="",
        phone_index="",
        origin="",
        groups=[],
        hold_reason="",
        anonymised_at=at,
        updated_at=at,
    )
    people = Resident.objects.filter(pk__in=ids)
    journal.record_many([journal.entry("resident.anonymise", by=by, obj=row, at=at) for row in people])
    return len(ids)
