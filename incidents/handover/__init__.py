"""A revision takes effect with everything that stands on its grids or regions, in one transaction: posts and people,
registers, overlays, open tickets, and the present grid of the closed ones. What was closed is never rewritten.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from governance.foundation.errors import Problem
from grids import overlays, regions, revisions
from grids.models import GridRevision, GridVersion, RegionRevision
from grids.revisions import Effect
from grids.states import RevisionState
from incidents.handover import above, history, routing, teams, tickets
from incidents.handover.freedom import must_be_free
from incidents.handover.outcome import Outcome
from incidents.handover.recasting import apply_region_revision
from incidents.handover.standing import Ground
from registers import handover as registers_handover
from staffing import handover as staffing_handover

logger = logging.getLogger(__name__)

STRAGGLERS = timedelta(minutes=10)
"""How long after a revision tickets are looked for that a process with an older map has filed or moved."""


def apply_revision(revision_id: int, *, at: datetime) -> Outcome:
    """Put an approved revision into force and hand everything over. Run again, it only catches up.

    Raises NotFound, NotYet, MovedSources, IllegalTransition, Unprocessable, StillNeeded; then nothing is written.
    """
    with transaction.atomic():
        effect = revisions.take_effect(revision_id, at=at)
        if effect.is_new:
            staffing_handover.follow(effect, at=at)
            registers_handover.follow(effect, at=at)
            overlays.follow(effect, at=at)
        return _follow(effect, at=at)


def _follow(effect: Effect, *, at: datetime) -> Outcome:
    ground = Ground.of(effect)
    routing.follow_units(ground.teams, effect.revision, at=at)
    moved = tickets.follow(ground, at=at)
    above.follow(ground, at=at)
    took_effect_at = effect.revision.took_effect_at
    if effect.is_new or took_effect_at is None:
        mapped = history.follow(ground)
    else:
        mapped = history.follow(ground, since=took_effect_at - STRAGGLERS)
    if teams.retire(ground, at=at):
        GridVersion.bump()
    if effect.is_new:
        must_be_free(ground)
    return Outcome(effect=effect, is_new=effect.is_new, open_tickets=moved, closed_tickets=mapped)


def apply_due(*, at: datetime) -> int:
    """Apply every revision whose day has come and catch up with the recent ones; returns how many took effect.

    Each in a transaction of its own: first those of regions, whose grids follow them. One that fails keeps its reason
    and does not stop the others; one that another process has in hand is left to it.
    """
    applied = 0
    for kind in KINDS:
        applied += sum(_apply_one(kind, revision_id, at) for revision_id in kind.due(at=at))
    for kind in KINDS:
        recent = kind.model._default_manager.filter(
            state=RevisionState.EFFECTIVE, took_effect_at__range=(at - STRAGGLERS, at)
        )
        for revision_id in list(recent.order_by("took_effect_at").values_list("pk", flat=True)):
            _guarded(kind, revision_id, at)
    return applied


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of revision, and how it is put into force."""

    model: type[GridRevision] | type[RegionRevision]
    due: Callable[..., list[int]]
    apply: Callable[..., Outcome]
    note_trouble: Callable[..., None]


KINDS = (
    Kind(
        model=RegionRevision,
        due=regions.due,
        apply=apply_region_revision,
        note_trouble=regions.note_trouble,
    ),
    Kind(
        model=GridRevision,
        due=revisions.due,
        apply=lambda key, at: apply_revision(key, at=at),
        note_trouble=revisions.note_trouble,
    ),
)


def _apply_one(kind: Kind, revision_id: int, at: datetime) -> bool:
    try:
        outcome = _unless_in_hand(kind, revision_id, at)
    except Problem as problem:
        logger.warning("revision %s could not take effect: %s", revision_id, problem)
        kind.note_trouble(revision_id, problem, at=at)
        return False
    except Exception as error:
        logger.exception("revision %s could not take effect", revision_id)
        kind.note_trouble(revision_id, f"{type(error).__name__}: {error}"[:500], at=at)
        return False
    return outcome is not None and outcome.is_new


def _guarded(kind: Kind, revision_id: int, at: datetime) -> None:
    try:
        _unless_in_hand(kind, revision_id, at)
    except Exception:
        logger.exception("tickets that came late could not follow revision %s", revision_id)


def _unless_in_hand(kind: Kind, revision_id: int, at: datetime) -> Outcome | None:
    """Apply it unless another process holds the row."""
    with transaction.atomic():
        rows: Any = kind.model._default_manager.select_for_update(skip_locked=True, of=("self",)).order_by()
        if not rows.filter(pk=revision_id).values_list("pk", flat=True).first():
            return None
        return kind.apply(revision_id, at=at)
