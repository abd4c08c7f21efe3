"""A revision of grids takes effect with everything that stands on the grids, in one transaction: posts and people,
registers, overlays, open tickets, and the present grid of the closed ones. What was closed is never rewritten.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from governance.foundation.errors import Problem
from grids import overlays, revisions
from grids.models import GridRevision, GridVersion
from grids.revisions import Effect
from grids.states import RevisionState
from incidents.handover import history, teams, tickets
from incidents.handover.standing import Ground
from registers import handover as registers_handover
from staffing import handover as staffing_handover

logger = logging.getLogger(__name__)

STRAGGLERS = timedelta(minutes=10)
"""How long after a revision tickets are looked for that a process with an older map has filed or moved."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What followed a revision; `is_new` is False when it had taken effect before."""

    effect: Effect
    is_new: bool
    open_tickets: int
    closed_tickets: int


def apply_revision(revision_id: int, *, at: datetime) -> Outcome:
    """Put an approved revision into force and hand everything over. Run again, it only catches up.

    Raises NotFound, NotYet, MovedSources, IllegalTransition, Unprocessable; then nothing is written.
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
    moved = tickets.follow(ground, at=at)
    took_effect_at = effect.revision.took_effect_at
    if effect.is_new or took_effect_at is None:
        mapped = history.follow(ground)
    else:
        mapped = history.follow(ground, since=took_effect_at - STRAGGLERS)
    if teams.retire(ground, at=at):
        GridVersion.bump()
    return Outcome(effect=effect, is_new=effect.is_new, open_tickets=moved, closed_tickets=mapped)


def apply_due(*, at: datetime) -> int:
    """Apply every revision whose day has come and catch up with the recent ones; returns how many took effect.

    Each in a transaction of its own. One that fails keeps its reason and does not stop the others; one that
    another process has in hand is left to it.
    """
    applied = sum(_apply_one(revision_id, at) for revision_id in revisions.due(at=at))
    since = at - STRAGGLERS
    recent = GridRevision.objects.filter(state=RevisionState.EFFECTIVE, took_effect_at__range=(since, at))
    for revision_id in list(recent.order_by("took_effect_at").values_list("pk", flat=True)):
        _guarded(revision_id, at)
    return applied


def _apply_one(revision_id: int, at: datetime) -> bool:
    try:
        outcome = _unless_in_hand(revision_id, at)
    except Problem as problem:
        logger.warning("revision %s could not take effect: %s", revision_id, problem)
        revisions.note_trouble(revision_id, problem, at=at)
        return False
    except Exception as error:
        logger.exception("revision %s could not take effect", revision_id)
        revisions.note_trouble(revision_id, f"{type(error).__name__}: {error}"[:500], at=at)
        return False
    return outcome is not None and outcome.is_new


def _guarded(revision_id: int, at: datetime) -> None:
    try:
        _unless_in_hand(revision_id, at)
    except Exception:
        logger.exception("tickets that came late could not follow revision %s", revision_id)


def _unless_in_hand(revision_id: int, at: datetime) -> Outcome | None:
    """Apply it unless another process holds the row."""
    with transaction.atomic():
        rows = GridRevision.objects.select_for_update(skip_locked=True, of=("self",)).order_by()
        if not rows.filter(pk=revision_id).values_list("pk", flat=True).first():
            return None
        return apply_revision(revision_id, at=at)
