"""Grids whose community has another code get codes of it: an ordinary revision of grids, made by that of regions.

Their ground stays as it is. So posts, registers, overlays, tickets and history follow as after any revision of grids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from governance.accounts.actors import Actor
from governance.foundation.numbers import next_numbers
from governance.foundation.spelling import pinyin_of
from grids.models import (
    Grid,
    GridRevision,
    GridSuccession,
    Region,
    RegionRevision,
    RevisionGrid,
    RevisionSource,
)
from grids.revisions.contents import place_buildings, place_micro_grids
from grids.revisions.effect import Effect
from grids.revisions.frame import Move, leave_step
from grids.revisions.guards import begun_on, must_come_after
from grids.revisions.taking import keep_editions
from grids.states import REVISION_TABLE, RevisionState
from grids.teams import give_teams


@dataclass(frozen=True, kw_only=True)
class Recoded:
    """A grid that goes to a community under a new code."""

    grid: Grid
    community: Region
    code: str


def recode(revision: RegionRevision, moves: Sequence[Recoded], *, by: Actor, at: datetime) -> Effect | None:
    """End the grids and begin them anew under their codes; None where there are none. In the caller's transaction.

    Raises Unprocessable when a grid is as it is only since the day itself.
    """
    if not moves:
        return None
    day = revision.effective_on
    assert day is not None
    olds = [move.grid for move in moves]
    must_come_after(day, olds)
    made = _made(revision, at=at)
    RevisionSource.objects.bulk_create(
        RevisionSource(revision=made, grid=grid, edition=grid.edition, is_open=False) for grid in olds
    )
    keep_editions(made, olds, begun_on(olds), until=day - timedelta(days=1))
    for grid in olds:
        grid.valid_to = day - timedelta(days=1)
    Grid.objects.bulk_update(olds, ["valid_to"], batch_size=500)
    fresh = [_fresh(move, day) for move in moves]
    give_teams(fresh)
    fresh = Grid.objects.bulk_create(fresh)
    RevisionGrid.objects.bulk_create(_planned(made, new, old) for new, old in zip(fresh, olds, strict=True))
    successions = GridSuccession.objects.bulk_create(
        GridSuccession(revision=made, old=old, new=new, share=1.0, is_heir=True)
        for new, old in zip(fresh, olds, strict=True)
    )
    effect = Effect(made, tuple(olds), tuple(fresh), (), tuple(successions))
    place_buildings(effect)
    place_micro_grids(effect, day=day)
    data = {
        "region_revision": revision.number,
        "ended": [grid.code for grid in olds],
        "begun": [grid.code for grid in fresh],
    }
    leave_step(Move(made, REVISION_TABLE["take_effect"], by, at, data=data), "", None)
    return effect


def _made(revision: RegionRevision, *, at: datetime) -> GridRevision:
    return GridRevision.objects.create(
        number=next_numbers("TZ", at)[0],
        title=revision.title,
        reason=revision.reason,
        region=revision.region,
        region_path=revision.region_path,
        state=RevisionState.EFFECTIVE,
        effective_on=revision.effective_on,
        prepared_by_id=revision.prepared_by_id,
        prepared_unit_id=revision.prepared_unit_id,
        prepared_at=revision.prepared_at,
        decided_by_id=revision.decided_by_id,
        decided_at=revision.decided_at,
        took_effect_at=at,
        region_revision=revision,
    )


def _fresh(move: Recoded, day: date) -> Grid:
    grid = move.grid
    return Grid(
        code=move.code,
        community=move.community,
        path=f"{move.community.path}{move.code}/",
        name=grid.name,
        name_en=grid.name_en,
        pinyin=pinyin_of(grid.name),
        kind=grid.kind,
        exclusive_type=grid.exclusive_type,
        polygon=grid.polygon,
        lon=grid.lon,
        lat=grid.lat,
        household_count=grid.household_count,
        valid_from=day,
    )


def _planned(made: GridRevision, new: Grid, old: Grid) -> RevisionGrid:
    return RevisionGrid(
        revision=made,
        code=new.code,
        name=new.name,
        name_en=new.name_en,
        community=new.community,
        kind=new.kind,
        exclusive_type=new.exclusive_type,
        polygon=new.polygon,
        household_count=new.household_count,
        heir_of=old,
    )
