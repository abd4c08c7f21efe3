"""The regions themselves on the day: editions are kept, regions go on, end and begin, what lies below follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shapely.geometry.base import BaseGeometry

from governance.accounts.actors import Actor
from governance.foundation.spelling import pinyin_of
from grids.models import (
    Building,
    CommunityCoverage,
    Grid,
    ProfessionalGrid,
    Region,
    RegionEdition,
    RegionPart,
    RegionResult,
    RegionRevision,
    RegionSuccession,
)
from grids.regions import units
from grids.regions.effect import RegionEffect
from grids.regions.grounds import draw, grounds_after, move_above
from grids.regions.guards import begun_on, must_come_after
from grids.regions.planning import Setting, area_of, together
from grids.regions.recoding import Recoded, recode


@dataclass
class Cast:
    """What a revision makes of its regions; regions by the code they have after it."""

    revision: RegionRevision
    setting: Setting
    day: date
    results: Mapping[str, RegionResult]
    parts: Sequence[RegionPart]
    regions: dict[str, Region] = field(default_factory=dict)
    begun: list[Region] = field(default_factory=list)
    kept: list[tuple[Region, str]] = field(default_factory=list)
    ended: list[Region] = field(default_factory=list)
    pairs: list[tuple[Region, Region, float, bool]] = field(default_factory=list)
    mains: dict[int, Region | None] = field(default_factory=dict)
    grounds: Mapping[str, BaseGeometry | None] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, str]:
        """The result that each piece goes to, by code."""
        return {_piece(part).code: part.result.code for part in self.parts}

    @property
    def last_day(self) -> date:
        """The last day of what ends."""
        return self.day - timedelta(days=1)


def _piece(part: RegionPart) -> Grid | Region:
    found = part.grid or part.region
    assert found is not None, "the table holds one of them"
    return found


def cast(
    revision: RegionRevision, setting: Setting, *, by: Actor, at: datetime
) -> tuple[RegionEffect, dict[str, object]]:
    """Write everything that regions and grids are; the effect, and what the step keeps of it."""
    assert revision.effective_on is not None
    rows = revision.results.select_related("parent", "heir_of").defer("heir_of__boundary")
    parts = revision.parts.select_related("grid", "region", "result").order_by("code")
    work = Cast(revision, setting, revision.effective_on, {row.code: row for row in rows}, list(parts))
    work.grounds = {code: area_of(region.boundary) for code, region in setting.sources.items()}
    communities = [part.region for part in parts if part.region is not None]
    commands = units.commands_over([*setting.sources.values(), *communities])
    heirs = _heirs(work)
    grounds = grounds_after(setting, work.places, heirs)
    _keep_editions(revision, list(setting.sources.values()), work)
    _results(work, grounds)
    recoded = _below(work)
    _sources(work, heirs)
    successions = RegionSuccession.objects.bulk_create(
        RegionSuccession(revision=revision, old=old, new=new, share=share, is_heir=is_heir)
        for old, new, share, is_heir in work.pairs
    )
    former = move_above(_moves(work, heirs))
    follows = units.follow(successions, begun=work.begun, kept=work.kept, ended=work.ended, mains=work.mains)
    grids = recode(revision, recoded, by=by, at=at)
    effect = RegionEffect(
        revision=revision,
        ended=tuple(work.ended),
        begun=tuple(work.begun),
        kept=tuple(region for region, _name in work.kept),
        successions=tuple(successions),
        units=follows.stand_ins,
        commands=commands,
        grids=grids,
    )
    _contents(effect)
    data: dict[str, object] = {
        "ended": [region.code for region in work.ended],
        "begun": [region.code for region in work.begun],
        "kept": [region.code for region, _name in work.kept],
        "units": {str(old): new for old, new in follows.stand_ins.items()},
        "commands": dict(effect.commands),
        "made_units": follows.made,
        "renamed_units": follows.renamed,
        "boundaries": former,
    }
    return effect, data


def _heirs(work: Cast) -> dict[str, str]:
    """For each source the result that takes over: under its code, else the one that names it, else the largest part."""
    found = {}
    for code in work.setting.sources:
        named = [row.code for row in work.results.values() if row.heir_of and row.heir_of.code == code]
        shares = _shares(work, code)
        largest = max(shares, key=lambda target: (shares[target], target), default=next(iter(work.results)))
        found[code] = code if code in work.results else named[0] if named else largest
    return found


def _shares(work: Cast, source: str) -> dict[str, float]:
    """The part of a source that each result gets: by surface, else by the number of pieces."""
    pieces = [piece for piece in work.setting.pieces.values() if piece.source == source]
    places = work.places
    by_ground = all(piece.weight for piece in pieces)
    total = sum(piece.weight if by_ground else 1.0 for piece in pieces)
    shares: dict[str, float] = {}
    for piece in pieces:
        target = places[piece.code]
        shares[target] = shares.get(target, 0.0) + (piece.weight if by_ground else 1.0) / total
    return shares


def _keep_editions(revision: RegionRevision, regions: Sequence[Region], work: Cast) -> None:
    """What each source was until the day before."""
    begins = begun_on(regions)
    RegionEdition.objects.bulk_create(
        RegionEdition(
            region=region,
            number=region.edition,
            name=region.name,
            name_en=region.name_en,
            boundary=region.boundary,
            valid_from=begins[region.pk],
            valid_to=work.last_day,
            revision=revision,
        )
        for region in regions
    )


def _results(work: Cast, grounds: Mapping[str, BaseGeometry]) -> None:
    """Regions that keep their code change; the others begin."""
    for code, row in sorted(work.results.items()):
        region = work.setting.sources.get(code)
        if region is None:
            region = Region(
                code=code, level=work.revision.level, parent=row.parent, valid_from=work.day, edition=1
            )
            work.begun.append(region)
        else:
            work.kept.append((region, region.name))
            region.edition += 1
        region.name, region.name_en, region.pinyin = row.name, row.name_en, pinyin_of(row.name)
        region.urban_rural_class = row.urban_rural_class
        if code not in work.setting.sources or _has_other_ground(work, code):
            draw(region, grounds.get(code))
        region.save()
        work.regions[code] = region
        work.mains[region.pk] = row.heir_of


def _has_other_ground(work: Cast, code: str) -> bool:
    """Whether a region that keeps its code wins or loses a piece, or takes in a region without pieces."""
    places = work.places
    before = {piece.code for piece in work.setting.pieces.values() if piece.source == code}
    after = {piece for piece, target in places.items() if target == code}
    return before != after or (not before and len(work.setting.sources) > len(work.results))


def _below(work: Cast) -> list[Recoded]:
    """Pieces that get another code: grids at once, communities with all their grids."""
    moves = []
    for part in work.parts:
        piece = _piece(part)
        if piece.code == part.code:
            continue
        target = work.regions[part.result.code]
        if isinstance(piece, Grid):
            moves.append(Recoded(grid=piece, community=target, code=part.code))
        else:
            moves += _community(work, piece, target, part.code)
    grids = Grid.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    locked = {
        grid.pk: grid
        for grid in grids.defer("community__boundary")
        .filter(pk__in=[move.grid.pk for move in moves])
        .order_by("pk")
    }
    return [Recoded(grid=locked[move.grid.pk], community=move.community, code=move.code) for move in moves]


def _community(work: Cast, old: Region, town: Region, code: str) -> list[Recoded]:
    """A community goes along with its town under another code; its grids keep their serials."""
    old = Region.objects.select_for_update().get(pk=old.pk)
    must_come_after(work.day, [old])
    _keep_editions(work.revision, [old], work)
    new = Region(
        code=code,
        level=old.level,
        parent=town,
        name=old.name,
        name_en=old.name_en,
        pinyin=old.pinyin,
        urban_rural_class=old.urban_rural_class,
        boundary=old.boundary,
        lon=old.lon,
        lat=old.lat,
        valid_from=work.day,
    )
    new.save()
    work.begun.append(new)
    work.mains[new.pk] = old
    work.pairs.append((old, new, 1.0, True))
    work.ended.append(old)
    old.valid_to = work.last_day
    old.save(update_fields=["valid_to"])
    rows = Grid.objects.filter(community=old, valid_to=None).order_by("code")
    return [Recoded(grid=grid, community=new, code=f"{code}{grid.code[12:]}") for grid in rows]


def _sources(work: Cast, heirs: Mapping[str, str]) -> None:
    """Sources whose code no result has end; who came after whom."""
    for code, region in work.setting.sources.items():
        shares = _shares(work, code) or {heirs[code]: 1.0}
        shares.setdefault(heirs[code], 0.0)
        work.pairs += [
            (region, work.regions[target], min(share, 1.0), target == heirs[code])
            for target, share in sorted(shares.items())
        ]
        if code not in work.results:
            work.ended.append(region)
            region.valid_to = work.last_day
            region.save(update_fields=["valid_to"])


def _moves(work: Cast, heirs: Mapping[str, str]) -> list[tuple[Region, Region, BaseGeometry | None]]:
    """Ground that lies below another region than before: (region above before, after, ground)."""
    moves = []
    places = work.places
    for code, source in work.setting.sources.items():
        pieces = [piece for piece in work.setting.pieces.values() if piece.source == code]
        targets = {places[piece.code] for piece in pieces} or {heirs[code]}
        whole = work.grounds.get(code) if len(targets) == 1 else None
        for target in sorted(targets):
            before, after = source.parent, work.regions[target].parent
            assert before is not None, "towns and communities have a region above"
            assert after is not None, "so have planned ones"
            own = together(piece.area for piece in pieces if places[piece.code] == target)
            moves.append((before, after, own if whole is None else whole))
    return moves


def _contents(effect: RegionEffect) -> None:
    """What names a region without a grid: address points outside every grid, professional grids, the last check."""
    ended = effect.ended_ids
    for row in Building.objects.select_for_update(of=("self",)).filter(community__in=ended).order_by("pk"):
        region = effect.relocate(row.community_id, row.lon, row.lat)
        row.community = region
        row.path = row.grid.path if row.grid else region.path
        row.save(update_fields=["community", "path"])
    for grid in (
        ProfessionalGrid.objects.select_for_update(of=("self",)).filter(town__in=ended).order_by("pk")
    ):
        grid.town = effect.relocate(grid.town_id or 0, grid.lon, grid.lat)
        grid.save(update_fields=["town"])
    CommunityCoverage.objects.filter(community__in=ended).delete()
