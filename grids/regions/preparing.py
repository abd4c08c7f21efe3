"""Preparing and editing a revision of regions: which regions it takes in and what shall become of them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable
from governance.foundation.numbers import next_numbers
from grids.models import Region, RegionPart, RegionResult, RegionRevision, RegionSource
from grids.regions.checking import Finding, check, stored
from grids.regions.coding import proposed
from grids.regions.drafting import MOST_SOURCES, Draft, DraftRegion, must_have_shape
from grids.regions.planning import Setting, regions_in_force, setting_around
from grids.revisions.frame import REGIONS, Move, leave_step, revising_in
from grids.revisions.preparing import TITLE_LENGTH, TakenElsewhere, common_region
from grids.rules import role_over
from grids.states import REGION_TABLE, RevisionState

LEVELS: Final = (Region.Level.TOWN.value, Region.Level.COMMUNITY.value)


class Way(StrEnum):
    """With which plan a draft begins; all of it can be changed afterwards."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"


@transaction.atomic
def prepare(
    codes: Sequence[str],
    *,
    way: str,
    title: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    target: str = "",
    effective_on: date | None = None,
) -> RegionRevision:
    """Take in regions of one level, by code; the draft begins with what `way` means.

    `target`: the region above to which they move. Raises Unprocessable, Forbidden, TakenElsewhere.
    """
    title = _titled(title)
    regions = in_force(codes)
    level = regions[0].level
    parents = [region.parent.code for region in regions if region.parent]
    setting = setting_around(level, regions, [*parents, *([target] if target else [])])
    results = _begin(setting, regions, way, target)
    above = common_region([setting.parents[result.parent] for result in results] + _parents(regions))
    actor = by.acting_as(role_over(REGION_TABLE["prepare"], above.path, by))
    must_be_free(setting)
    assert by.user is not None
    revision = RegionRevision.objects.create(
        number=next_numbers("QT", at)[0],
        title=title,
        reason=reason.strip(),
        level=level,
        region=above,
        region_path=above.path,
        effective_on=effective_on,
        prepared_by=by.user,
        prepared_unit_id=by.unit_id,
        prepared_at=at,
    )
    RegionSource.objects.bulk_create(
        RegionSource(revision=revision, region=region, edition=region.edition) for region in regions
    )
    draft = Draft(
        title=title,
        reason=reason,
        effective_on=effective_on,
        results=results,
        places=_places(setting, results),
    )
    _write(revision, setting, draft, at=at)
    revision.save(update_fields=["report"])
    codes_now = [region.code for region in regions]
    leave_step(Move(revision, REGION_TABLE["prepare"], actor, at, data={"regions": codes_now}), "", None)
    return revision


def edit(revision_id: int, draft: Draft, *, by: Actor, at: datetime, version: int) -> Sequence[Finding]:
    """Replace what the draft says; the check is kept with it and answered.

    Raises StaleVersion, IllegalTransition, Forbidden, Unprocessable, TakenElsewhere.
    """
    with revising_in(REGIONS, "edit", revision_id, by=by, at=at, version=version) as move:
        revision = move.revision
        title = _titled(draft.title)
        must_have_shape(draft)
        sources = regions_in_force(list(revision.sources.values_list("region__code", flat=True)))
        setting = setting_around(
            revision.level, sources, [result.parent for result in draft.results], but=revision.pk
        )
        _must_have_parents(setting, draft)
        above = common_region(
            [setting.parents[result.parent] for result in draft.results] + _parents(sources)
        )
        role_over(move.verb, above.path, by)
        must_be_free(setting)
        findings = _write(revision, setting, draft, at=at)
        revision.title, revision.reason, revision.effective_on = (
            title,
            draft.reason.strip(),
            draft.effective_on,
        )
        revision.region, revision.region_path = above, above.path
        move.data = {"results": [result.code for result in draft.results]}
    return findings


def in_force(codes: Sequence[str]) -> list[Region]:
    """The regions with these codes, locked, by code: of one level, towns or communities. Raises Unprocessable."""
    wanted = sorted(set(codes))
    if not wanted:
        raise Unprocessable(fields={"regions": [_("Choose the regions that shall be changed")]})
    if len(wanted) > MOST_SOURCES:
        raise Unprocessable(
            fields={"regions": [_("At most %(limit)d regions in one revision") % {"limit": MOST_SOURCES}]}
        )
    rows = Region.objects.select_for_update(of=("self",), no_key=True).select_related("parent")
    found = sorted(
        rows.defer("parent__boundary").filter(code__in=wanted, valid_to=None).order_by("pk"),
        key=lambda region: region.code,
    )
    if unknown := sorted(set(wanted) - {region.code for region in found}):
        raise Unprocessable(
            fields={"regions": [_("No region in force has the code %(code)s") % {"code": unknown[0][:40]}]}
        )
    if {region.level for region in found} not in ({LEVELS[0]}, {LEVELS[1]}):
        raise Unprocessable(
            fields={"regions": [_("Choose either towns or communities; both at once is not one revision")]}
        )
    return found


def must_be_free(setting: Setting) -> None:
    """No region of these, above or below them, is in another open revision. Raises TakenElsewhere."""
    if setting.rivals:
        rival = setting.rivals[0]
        raise TakenElsewhere(
            _("These regions, or some above or below them, are in revision %(number)s already (%(state)s)")
            % {"number": rival.number, "state": RevisionState(rival.state).label},
            number=rival.number,
        )


def _titled(title: str) -> str:
    title = title.strip()
    if not title or len(title) > TITLE_LENGTH:
        raise Unprocessable(fields={"title": [_("Give the revision a title of at most 120 characters")]})
    return title


def _parents(regions: Sequence[Region]) -> list[Region]:
    return [region.parent for region in regions if region.parent]


def _must_have_parents(setting: Setting, draft: Draft) -> None:
    """Each planned region names a region in force above it, and takes over from a source if at all: nothing else can
    be stored.
    """
    wrong = [
        _("%(name)s: no region in force has the code %(parent)s")
        % {"name": result.name or result.code, "parent": result.parent[:40] or "—"}
        for result in draft.results
        if result.parent not in setting.parents
    ]
    wrong += [
        _("%(name)s takes over from %(code)s, which is no region of this revision.")
        % {"name": result.name or result.code, "code": result.heir_of[:40]}
        for result in draft.results
        if result.heir_of and result.heir_of not in setting.sources
    ]
    if wrong:
        raise Unprocessable(fields={"results": wrong})


def _begin(setting: Setting, regions: Sequence[Region], way: str, target: str) -> list[DraftRegion]:
    """The first plan. Raises Unprocessable for what a way needs and does not have."""
    as_is = [_kept(region) for region in regions]
    if way == Way.RENAME:
        return as_is
    if way == Way.MERGE:
        if len(regions) < 2:
            raise Unprocessable(fields={"regions": [_("Choose two regions at least to merge")]})
        weights = dict.fromkeys(setting.sources, 0)
        for piece in setting.pieces.values():
            weights[piece.source] += piece.households
        return [max(as_is, key=lambda result: weights[result.code])]
    if way == Way.SPLIT:
        if len(regions) != 1:
            raise Unprocessable(fields={"regions": [_("Choose the one region that shall be split")]})
        return [*as_is, _fresh(setting, as_is[0].parent, like=regions[0].code)]
    if way == Way.MOVE:
        return _moved(setting, regions, target)
    raise Unprocessable(fields={"way": [_("Choose what shall happen")]})


def _kept(region: Region) -> DraftRegion:
    assert region.parent is not None, "towns and communities have a region above"
    return DraftRegion(
        code=region.code,
        name=region.name,
        name_en=region.name_en,
        parent=region.parent.code,
        urban_rural_class=region.urban_rural_class,
        heir_of=region.code,
    )


def _fresh(setting: Setting, parent: str, *, like: str) -> DraftRegion:
    code = proposed(setting.level, parent, like=like, spent=setting.spent)
    if not code:
        raise Unprocessable(fields={"regions": [_("There is no code left in this region")]})
    return DraftRegion(code=code, name="", parent=parent)


def _moved(setting: Setting, regions: Sequence[Region], target: str) -> list[DraftRegion]:
    if target not in setting.parents or any(
        region.parent and region.parent.code == target for region in regions
    ):
        raise Unprocessable(fields={"target": [_("Choose another region above to which they move")]})
    spent, found = set(setting.spent), []
    for region in regions:
        code = proposed(setting.level, target, like=region.code, spent=spent, keep=True)
        if not code:
            raise Unprocessable(fields={"target": [_("There is no code left in this region")]})
        spent.add(code)
        found.append(
            DraftRegion(
                code=code,
                name=region.name,
                name_en=region.name_en,
                parent=target,
                urban_rural_class=region.urban_rural_class,
                heir_of=region.code,
            )
        )
    return found


def _places(setting: Setting, results: Sequence[DraftRegion]) -> dict[str, str]:
    """Every piece goes to what takes over from its source, else to the first result."""
    heirs = {result.heir_of: result.code for result in results if result.heir_of}
    return {code: heirs.get(piece.source, results[0].code) for code, piece in setting.pieces.items()}


def _write(revision: RegionRevision, setting: Setting, draft: Draft, *, at: datetime) -> Sequence[Finding]:
    """Replace results and parts, and keep the check."""
    findings = check(setting, draft)
    codes = setting.codes(draft)
    revision.results.all().delete()
    rows = RegionResult.objects.bulk_create(
        RegionResult(
            revision=revision,
            code=result.code,
            name=result.name.strip(),
            name_en=result.name_en.strip(),
            parent=setting.parents[result.parent],
            urban_rural_class=result.urban_rural_class,
            heir_of=setting.sources.get(result.heir_of),
        )
        for result in draft.results
    )
    results = {row.code: row for row in rows}
    RegionPart.objects.bulk_create(
        RegionPart(
            revision=revision,
            grid_id=piece.pk if piece.is_grid else None,
            region_id=None if piece.is_grid else piece.pk,
            result=results[draft.places[code]],
            code=codes[code],
        )
        for code, piece in setting.pieces.items()
        if draft.places.get(code, "") in results
    )
    revision.report = stored(findings, at=at)
    return findings
