"""A revision of regions takes effect with everything that stands on them, in one transaction.

Grids that get other codes are followed as after any revision of grids; beside that what names a region itself:
appointments, teams, lists, rules, tickets that lie in no grid. Nothing may be left on a region that has ended.
"""

from datetime import datetime

from django.db import transaction

from grids import overlays, regions, rollout
from grids.models import GridVersion
from grids.regions import RegionEffect
from grids.revisions import Effect
from incidents.handover import above, history, routing, teams, tickets
from incidents.handover.freedom import StillNeeded, must_be_free
from incidents.handover.outcome import Outcome
from incidents.handover.standing import Ground
from mandates import handover as mandates_handover
from registers import handover as registers_handover
from staffing import handover as staffing_handover
from staffing import regions as staffing_regions

__all__ = ["StillNeeded", "apply_region_revision"]


def apply_region_revision(revision_id: int, *, at: datetime) -> Outcome:
    """Put an approved revision of regions into force and hand everything over. Run again, it only catches up.

    Raises NotFound, NotYet, MovedSources, IllegalTransition, Unprocessable, StillNeeded; then nothing is written.
    """
    with transaction.atomic():
        effect = regions.take_effect(revision_id, at=at)
        grids = effect.grids or Effect(effect.revision, (), (), (), ())  # type: ignore[arg-type]  # has a number, too
        if effect.is_new:
            _hand_over(effect, at=at)
        ground = Ground.of(grids, regions=effect)
        routing.follow_units(ground.teams, effect.revision, at=at)
        moved = tickets.follow(ground, at=at)
        above.follow(ground, at=at)
        mapped = history.follow(ground) if effect.is_new and effect.grids is not None else 0
        if teams.retire(ground, at=at):
            GridVersion.bump()
        if effect.is_new:
            must_be_free(ground)
    return Outcome(effect=grids, is_new=effect.is_new, open_tickets=moved, closed_tickets=mapped)


def _hand_over(effect: RegionEffect, *, at: datetime) -> None:
    if effect.grids is not None:
        staffing_handover.follow(effect.grids, at=at)
        registers_handover.follow(effect.grids, at=at)
        overlays.follow(effect.grids, at=at)
    assert effect.revision.effective_on is not None, "a revision in effect has its day"
    rollout.follow(effect, on=effect.revision.effective_on)
    staffing_regions.follow(effect, at=at)
    registers_handover.follow_regions(effect, at=at)
    mandates_handover.follow(effect, at=at)
    routing.follow(effect, at=at)
