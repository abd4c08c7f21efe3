"""A revision takes effect: editions are kept, grids change, end and begin, what stands in them is placed anew.

It runs in the transaction of its caller, who lets posts, tickets and books follow the `Effect`. The former
state of a grid is never lost: it stands in `GridEdition`, and who came after whom in `GridSuccession`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import shapely
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Problem
from governance.foundation.spelling import pinyin_of
from grids import locator_cache, territory
from grids.geometry import Area, label_point, stored_area
from grids.models import (
    Grid,
    GridEdition,
    GridRevision,
    GridSuccession,
    GridVersion,
    RevisionGrid,
)
from grids.revisions.contents import place_buildings, place_micro_grids
from grids.revisions.effect import Effect, effect_of
from grids.revisions.frame import GRIDS, Book, facts, locked, locked_in, revising
from grids.revisions.grounds import move_grounds
from grids.revisions.guards import begun_on, must_be_fresh, must_come_after
from grids.states import RevisionState
from grids.teams import give_teams

LEAST_SHARE: Final = 1e-4
"""Of an old grid: less is a sliver and no succession."""
CHANGED: Final = (
    "name",
    "name_en",
    "pinyin",
    "kind",
    "exclusive_type",
    "polygon",
    "lon",
    "lat",
    "household_count",
    "edition",
)


class NotYet(Conflict):
    """The day of the revision has not come."""

    code = "not_yet"


def due(*, at: datetime) -> list[int]:
    """Ids of the approved revisions whose day has come, the oldest day first."""
    rows = GridRevision.objects.filter(state=RevisionState.APPROVED, effective_on__lte=local(at).date())
    return list(rows.order_by("effective_on", "id").values_list("id", flat=True))


def note_trouble(revision_id: int, problem: Problem | str, *, at: datetime, book: Book[Any] = GRIDS) -> None:
    """Keep on an approved revision why it could not take effect; told once in the journal for each reason."""
    words = str(problem.detail) if isinstance(problem, Problem) else problem
    fields = getattr(problem, "fields", None)
    if fields:
        words = " ".join(str(text) for texts in fields.values() for text in texts)
    with transaction.atomic():
        revision = locked_in(book, revision_id)
        if revision.state != RevisionState.APPROVED or revision.trouble == words:
            return
        before = facts(revision)
        revision.trouble = words
        revision.save(update_fields=["trouble"])
        journal.record(
            f"{book.word}.trouble",
            by=SYSTEM_ACTOR,
            obj=revision,
            at=at,
            before=before,
            after=facts(revision),
            details={"why": words},
        )


def take_effect(revision_id: int, *, at: datetime, by: Actor = SYSTEM_ACTOR) -> Effect:
    """Put an approved revision into force from its day on. A second call changes nothing and says so.

    Raises NotYet, MovedSources, IllegalTransition, Unprocessable: then nothing is written, and the caller
    keeps the reason with `note_trouble` once its transaction is rolled back.
    """
    with transaction.atomic():
        revision = locked(revision_id)
        if revision.state == RevisionState.EFFECTIVE:
            return effect_of(revision)
        with revising("take_effect", revision_id, by=by, at=at) as move:
            revision = move.revision
            assert revision.effective_on is not None
            if revision.effective_on > local(at).date():
                raise NotYet(_("It takes effect on %(day)s only") % {"day": revision.effective_on})
            sources = must_be_fresh(revision)
            must_come_after(revision.effective_on, sources)
            effect = _apply(revision, sources)
            revision.took_effect_at, revision.trouble = at, ""
            move.data = {
                "ended": [grid.code for grid in effect.ended],
                "begun": [grid.code for grid in effect.begun],
                "continued": [grid.code for grid in effect.continued],
                "boundaries": move_grounds(effect),
            }
        GridVersion.bump()
        transaction.on_commit(forget)
    return effect


def forget() -> None:
    """Look at the tables again: the territory has changed."""
    territory.forget()
    locator_cache.forget()


def _apply(revision: GridRevision, sources: Sequence[Grid]) -> Effect:
    day = revision.effective_on
    assert day is not None
    planned = revision.results.select_related("community", "heir_of").defer("community__boundary")
    results = {row.code: row for row in planned}
    before = {grid.pk: stored_area(grid.polygon) for grid in sources}
    begins = begun_on(sources)
    kept = [grid for grid in sources if grid.code in results]
    gone = [grid for grid in sources if grid.code not in results]
    keep_editions(revision, [*kept, *gone], begins, until=day - timedelta(days=1))
    for grid in kept:
        _change(grid, results[grid.code])
    Grid.objects.bulk_update(kept, CHANGED)
    for grid in gone:
        grid.valid_to = day - timedelta(days=1)
    Grid.objects.bulk_update(gone, ["valid_to"])
    fresh = _begin([row for code, row in results.items() if code not in {grid.code for grid in kept}], day)
    successions = _succeed(revision, sources, before, [*kept, *fresh], results)
    effect = Effect(revision, tuple(gone), tuple(fresh), tuple(kept), tuple(successions))
    place_buildings(effect)
    place_micro_grids(effect, day=day)
    return effect


def keep_editions(
    revision: GridRevision, grids: Sequence[Grid], begins: Mapping[int, date], *, until: date
) -> None:
    """What each grid was until the day before."""
    GridEdition.objects.bulk_create(
        GridEdition(
            grid=grid,
            number=grid.edition,
            name=grid.name,
            name_en=grid.name_en,
            kind=grid.kind,
            exclusive_type=grid.exclusive_type,
            polygon=grid.polygon,
            household_count=grid.household_count,
            valid_from=begins[grid.pk],
            valid_to=until,
            revision=revision,
        )
        for grid in grids
    )


def _change(grid: Grid, result: RevisionGrid) -> None:
    grid.name, grid.name_en, grid.pinyin = result.name, result.name_en, pinyin_of(result.name)
    grid.kind, grid.exclusive_type = result.kind, result.exclusive_type
    grid.household_count, grid.polygon = result.household_count, result.polygon
    grid.lon, grid.lat = label_point(stored_area(result.polygon))
    grid.edition += 1


def _begin(results: Sequence[RevisionGrid], day: date) -> list[Grid]:
    """New grids, each with a team below the workstation of its community."""
    fresh = []
    for row in sorted(results, key=lambda item: item.code):
        lon, lat = label_point(stored_area(row.polygon))
        fresh.append(
            Grid(
                code=row.code,
                community=row.community,
                path=f"{row.community.path}{row.code}/",
                name=row.name,
                name_en=row.name_en,
                pinyin=pinyin_of(row.name),
                kind=row.kind,
                exclusive_type=row.exclusive_type,
                polygon=row.polygon,
                lon=lon,
                lat=lat,
                household_count=row.household_count,
                valid_from=day,
            )
        )
    give_teams(fresh)
    return Grid.objects.bulk_create(fresh)


def _succeed(
    revision: GridRevision,
    sources: Sequence[Grid],
    before: Mapping[int, Area],
    after: Sequence[Grid],
    results: Mapping[str, RevisionGrid],
) -> list[GridSuccession]:
    """Which grid took which part of which old one, and who takes over its people."""
    areas = [stored_area(grid.polygon) for grid in after]
    rows = []
    for old in sources:
        ground = before[old.pk]
        shared = shapely.area(shapely.intersection(ground, areas)) / (ground.area or 1.0)
        heir = _heir_of(old, after, results, list(shared))
        rows += [
            GridSuccession(
                revision=revision,
                old=old,
                new=grid,
                share=float(min(share, 1.0)),
                is_heir=grid is heir,
            )
            for grid, share in zip(after, shared, strict=True)
            if share > LEAST_SHARE or grid is heir
        ]
    return GridSuccession.objects.bulk_create(rows)


def _heir_of(
    old: Grid, after: Sequence[Grid], results: Mapping[str, RevisionGrid], shared: Sequence[float]
) -> Grid:
    """The grid that keeps the code, else the one that was named, else the one with most of the ground."""
    for grid in after:
        if grid.code == old.code:
            return grid
    for grid in after:
        if results[grid.code].heir_of_id == old.pk:
            return grid
    return max(zip(after, shared, strict=True), key=lambda item: item[1])[0]
