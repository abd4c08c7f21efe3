"""Preparing and editing a revision: which grids it takes in and what shall become of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import shapely
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.checks import Report, check, grounds_after
from grids.geometry import to_geojson
from grids.models import Grid, GridRevision, Region, RegionSource, RevisionGrid, RevisionSource
from grids.recutting import settle
from grids.revisions.drafting import Draft, DraftGrid, present
from grids.revisions.frame import Move, leave_step, revising
from grids.revisions.planning import Setting, setting_around
from grids.rules import role_over
from grids.states import REVISION_TABLE, RevisionState

MOST_SOURCES = 60
TITLE_LENGTH = 120


class TakenElsewhere(Conflict):
    """A grid is in another open revision. `extra["number"]` names that."""

    code = "taken_elsewhere"


@transaction.atomic
def prepare(codes: Sequence[str], *, title: str, by: Actor, at: datetime, reason: str = "") -> GridRevision:
    """Take in grids in force, by code; the draft begins with all of them as they are.

    Raises Unprocessable, Forbidden, TakenElsewhere (which names the other revision).
    """
    title = title.strip()
    if not title or len(title) > TITLE_LENGTH:
        raise Unprocessable(fields={"title": [_("Give the revision a title of at most 120 characters")]})
    grids = in_force(codes)
    region = common_region(grid.community for grid in grids)
    verb = REVISION_TABLE["prepare"]
    actor = by.acting_as(role_over(verb, region.path, by))
    must_be_free(grids)
    must_not_be_recast(grids)
    assert by.user is not None
    revision = GridRevision.objects.create(
        number=next_numbers("TZ", at)[0],
        title=title,
        reason=reason.strip(),
        region=region,
        region_path=region.path,
        prepared_by=by.user,
        prepared_unit_id=by.unit_id,
        prepared_at=at,
    )
    take_in(revision, grids)
    write_results(revision, [present(grid) for grid in grids], grids)
    leave_step(Move(revision, verb, actor, at, data={"grids": [grid.code for grid in grids]}), "", None)
    return revision


def edit(revision_id: int, draft: Draft, *, by: Actor, at: datetime, version: int) -> Report:
    """Replace what the draft says. Borders are settled against their neighbours first; the check is kept with it.

    Raises StaleVersion, IllegalTransition, Forbidden, Unprocessable, TakenElsewhere.
    """
    with revising("edit", revision_id, by=by, at=at, version=version) as move:
        revision = move.revision
        title = draft.title.strip()
        if not title or len(title) > TITLE_LENGTH:
            raise Unprocessable(fields={"title": [_("Give the revision a title of at most 120 characters")]})
        sources = _sources_after(revision, draft)
        setting = setting_around(sources, draft.results, but=revision.pk)
        region = common_region([*(grid.community for grid in sources), *setting.communities.values()])
        role_over(move.verb, region.path, by)
        day = draft.effective_on
        today = local(at).date()
        results = settled(setting, draft.results, on=today)
        report = check(setting.plan(results, on=today))
        write_results(revision, results, sources, setting)
        revision.title, revision.reason, revision.effective_on = title, draft.reason.strip(), day
        revision.region, revision.region_path = region, region.path
        revision.report = report.stored(at=at)
        move.data = {"results": [result.code for result in results]}
    return report


def settled(setting: Setting, results: Sequence[DraftGrid], *, on: date) -> list[DraftGrid]:
    """The results with borders that meet their neighbours and the community's edge vertex by vertex."""
    plan = setting.plan(results, on=on)
    ground = shapely.union_all(list(grounds_after(plan).values()))
    fixed = [plot.area for plot in (*plan.plots, *plan.others) if not plot.is_own]
    moved = settle([result.area for result in results], fixed, ground, plan.standard.sliver_m)
    return [result.moved(area) for result, area in zip(results, moved, strict=True)]


def _sources_after(revision: GridRevision, draft: Draft) -> list[Grid]:
    """The grids taken in once the draft is stored."""
    present_ids = list(revision.sources.values_list("grid_id", flat=True))
    rows = Grid.objects.select_related("community").defer("community__boundary").order_by("code")
    if draft.sources is None:
        return list(rows.filter(pk__in=present_ids))
    grids = in_force(draft.sources)
    kept = {grid.pk for grid in grids}
    fresh = [grid for grid in grids if grid.pk not in present_ids]
    must_be_free(fresh)
    must_not_be_recast(fresh)
    revision.sources.exclude(grid__in=kept).delete()
    take_in(revision, [grid for grid in grids if grid.pk not in present_ids])
    return grids


def in_force(codes: Sequence[str]) -> list[Grid]:
    """The grids with these codes, locked, by code. Unprocessable for none, too many and unknown ones."""
    wanted = sorted(set(codes))
    if not wanted:
        raise Unprocessable(fields={"grids": [_("Choose the grids that shall be changed")]})
    if len(wanted) > MOST_SOURCES:
        raise Unprocessable(
            fields={"grids": [_("At most %(limit)d grids in one revision") % {"limit": MOST_SOURCES}]}
        )
    rows = Grid.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    rows = rows.defer("community__boundary")
    grids = sorted(rows.filter(code__in=wanted, valid_to=None).order_by("pk"), key=lambda grid: grid.code)
    unknown = sorted(set(wanted) - {grid.code for grid in grids})
    if unknown:
        raise Unprocessable(
            fields={"grids": [_("No grid in force has the code %(code)s") % {"code": unknown[0][:40]}]}
        )
    return grids


def must_be_free(grids: Sequence[Grid]) -> None:
    """No grid of these is in an open revision. Raises TakenElsewhere."""
    taken = (
        RevisionSource.objects.filter(grid__in=grids, is_open=True)
        .select_related("revision", "grid")
        .order_by("grid__code")
        .first()
    )
    if taken is not None:
        raise TakenElsewhere(
            _("%(grid)s is in revision %(number)s already (%(state)s)")
            % {
                "grid": taken.grid.name,
                "number": taken.revision.number,
                "state": RevisionState(taken.revision.state).label,
            },
            number=taken.revision.number,
            grid=taken.grid.code,
        )


def must_not_be_recast(grids: Sequence[Grid]) -> None:
    """No community of these, and no town above, is in an open revision of regions. Raises TakenElsewhere."""
    above = {
        "/".join(parts[: end + 1]) + "/"
        for parts in (grid.community.path.rstrip("/").split("/") for grid in grids)
        for end in range(len(parts))
    }
    taken = (
        RegionSource.objects.filter(region__path__in=above, is_open=True)
        .select_related("revision", "region")
        .defer("region__boundary")
        .order_by("region__path")
        .first()
    )
    if taken is not None:
        raise TakenElsewhere(
            _("%(region)s is in the revision of regions %(number)s (%(state)s): its grids change with it")
            % {
                "region": taken.region.name,
                "number": taken.revision.number,
                "state": RevisionState(taken.revision.state).label,
            },
            number=taken.revision.number,
            region=taken.region.code,
        )


def take_in(revision: GridRevision, grids: Sequence[Grid]) -> None:
    """Remember the grids at the edition they have."""
    RevisionSource.objects.bulk_create(
        RevisionSource(revision=revision, grid=grid, edition=grid.edition) for grid in grids
    )


def write_results(
    revision: GridRevision,
    results: Sequence[DraftGrid],
    sources: Sequence[Grid],
    setting: Setting | None = None,
) -> None:
    """Replace the planned grids. A double code is told in words, as the table could not hold it."""
    twice = sorted({item.code for item in results if sum(other.code == item.code for other in results) > 1})
    if twice:
        raise Unprocessable(fields={"results": [_("The code %(code)s is given twice") % {"code": twice[0]}]})
    communities = {grid.community.code: grid.community for grid in sources}
    if setting is not None:
        communities |= dict(setting.communities)
    heirs = {grid.code: grid for grid in sources}
    strange = sorted({item.heir_of for item in results if item.heir_of and item.heir_of not in heirs})
    if strange:
        told = {"code": strange[0][:20]}
        raise Unprocessable(
            fields={"results": [_("%(code)s is no grid of this revision and cannot be taken over") % told]}
        )
    revision.results.all().delete()
    RevisionGrid.objects.bulk_create(
        RevisionGrid(
            revision=revision,
            code=item.code,
            name=item.name,
            name_en=item.name_en,
            community=communities[item.community],
            kind=item.kind,
            exclusive_type=item.exclusive_type,
            polygon=to_geojson(item.area),
            household_count=item.households,
            heir_of=heirs.get(item.heir_of),
        )
        for item in results
    )


def common_region(communities: Iterable[Region]) -> Region:
    """The smallest region that holds all of them. Unprocessable when there is none."""
    paths = sorted({community.path for community in communities})
    if not paths:
        raise Unprocessable(fields={"grids": [_("Choose the grids that shall be changed")]})
    shared = _shared_prefix(paths)
    region = Region.objects.filter(path=shared, valid_to=None).first() if shared else None
    if region is None:
        raise Unprocessable(fields={"grids": [_("These grids lie in no common region")]})
    return region


def _shared_prefix(paths: Sequence[str]) -> str:
    """The longest path that all begin with."""
    first, last = paths[0].split("/"), paths[-1].split("/")
    shared = []
    for left, right in zip(first, last, strict=False):
        if left != right or not left:
            break
        shared.append(left)
    return "/".join(shared) + "/" if shared else ""
