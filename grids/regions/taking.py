"""A revision of regions takes effect, in the transaction of its caller, who lets everything else follow the effect."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from grids.models import GridVersion, RegionRevision
from grids.regions.casting import cast
from grids.regions.effect import RegionEffect, effect_of
from grids.regions.guards import must_be_fresh, must_be_sound, must_come_after
from grids.revisions import taking
from grids.revisions.frame import REGIONS, locked_in, revising_in
from grids.revisions.taking import NotYet
from grids.states import RevisionState


def due(*, at: datetime) -> list[int]:
    """Ids of the approved revisions whose day has come, the oldest day first."""
    rows = RegionRevision.objects.filter(state=RevisionState.APPROVED, effective_on__lte=local(at).date())
    return list(rows.order_by("effective_on", "id").values_list("id", flat=True))


def note_trouble(revision_id: int, problem: Problem | str, *, at: datetime) -> None:
    """Keep on an approved revision why it could not take effect."""
    taking.note_trouble(revision_id, problem, at=at, book=REGIONS)


def take_effect(revision_id: int, *, at: datetime, by: Actor = SYSTEM_ACTOR) -> RegionEffect:
    """Put an approved revision into force from its day on. A second call changes nothing and says so.

    Raises NotYet, MovedSources, IllegalTransition, Unprocessable: then nothing is written, and the caller
    keeps the reason with `note_trouble` once its transaction is rolled back.
    """
    with transaction.atomic():
        revision = locked_in(REGIONS, revision_id)
        if revision.state == RevisionState.EFFECTIVE:
            return effect_of(revision)
        with revising_in(REGIONS, "take_effect", revision_id, by=by, at=at) as move:
            revision = move.revision
            assert revision.effective_on is not None
            if revision.effective_on > local(at).date():
                raise NotYet(_("It takes effect on %(day)s only") % {"day": revision.effective_on})
            must_come_after(revision.effective_on, must_be_fresh(revision))
            setting = must_be_sound(revision, at=at)
            revision.took_effect_at, revision.trouble = at, ""
            effect, data = cast(revision, setting, by=move.by, at=at)
            kept: dict[str, Any] = dict(data)
            move.data = kept
        GridVersion.bump()
        transaction.on_commit(taking.forget)
    return effect
