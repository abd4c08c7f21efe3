"""What stands around a revision of regions: its sources with their pieces, parents, names and codes that are taken."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Q
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from governance.accounts.models import Appointment
from grids.models import (
    Grid,
    GridRevision,
    Region,
    RegionPart,
    RegionResult,
    RegionRevision,
    RegionSource,
    RevisionGrid,
)
from grids.regions.coding import PREFIX, community_codes, grid_codes
from grids.regions.drafting import Draft, DraftRegion
from grids.states import OPEN


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What lies directly below a source: a grid, or a community with its grids. `area` None: no ground is known."""

    pk: int
    code: str
    name: str
    source: str
    is_grid: bool
    households: int
    grids: int
    area: BaseGeometry | None

    @property
    def weight(self) -> float:
        """Its share of the source, as a surface."""
        return float(self.area.area) if self.area is not None else 0.0


@dataclass(frozen=True, eq=False)
class Setting:
    """Sources, parents and pieces are by code. `spent` are codes that no new region may take, `spent_grids` those of
    grids; `names` are those of regions in force under a parent (parent code -> name -> code); `busy` are open
    revisions of grids inside, `rivals` other open revisions of regions above, below or beside.
    """

    level: str
    sources: Mapping[str, Region]
    parents: Mapping[str, Region]
    pieces: Mapping[str, Piece]
    spent: frozenset[str]
    spent_grids: frozenset[str]
    names: Mapping[str, Mapping[str, str]]
    busy: Sequence[GridRevision]
    rivals: Sequence[RegionRevision]
    staffed: frozenset[str]

    def codes(self, draft: Draft) -> dict[str, str]:
        """The code that each piece has after it; empty where none is left or where it goes nowhere."""
        by_result: dict[str, list[Piece]] = defaultdict(list)
        found: dict[str, str] = {}
        for piece in sorted(self.pieces.values(), key=lambda item: item.code):
            target = draft.places.get(piece.code, "")
            if target == piece.source:
                found[piece.code] = piece.code
            elif target:
                by_result[target].append(piece)
            else:
                found[piece.code] = ""
        results = {result.code: result for result in draft.results}
        for code, pieces in by_result.items():
            heir = results[code].heir_of if code in results else ""
            pieces.sort(key=lambda item: (item.source != heir, item.code))
            number = grid_codes if self.level == Region.Level.COMMUNITY else community_codes
            spent = self.spent_grids if self.level == Region.Level.COMMUNITY else self.spent
            found |= number(code, [piece.code for piece in pieces], spent=spent)
        return found


def setting_of(revision: RegionRevision) -> Setting:
    """Everything around a revision as it is stored."""
    codes = list(revision.sources.order_by("region__code").values_list("region__code", flat=True))
    parents = revision.results.values_list("parent__code", flat=True)
    return setting_around(revision.level, regions_in_force(codes), parents, but=revision.pk)


def regions_in_force(codes: Collection[str]) -> list[Region]:
    """The regions with these codes that are in force, with their parents, by code."""
    rows = Region.objects.filter(code__in=codes, valid_to=None).select_related("parent")
    return list(rows.defer("parent__boundary").order_by("code"))


def setting_around(
    level: str, sources: Sequence[Region], parents: Iterable[str], *, but: int | None = None
) -> Setting:
    """As `setting_of`; `but` is the revision whose own plans do not stand in its way."""
    wanted = {*parents, *(region.parent.code for region in sources if region.parent)}
    above = {row.code: row for row in regions_in_force(wanted)}
    pieces = _grids(sources) if level == Region.Level.COMMUNITY else _communities(sources)
    return Setting(
        level=level,
        sources={region.code: region for region in sources},
        parents=above,
        pieces={piece.code: piece for piece in pieces},
        spent=_spent([*above, *(region.code for region in sources)], but=but),
        spent_grids=_spent_grids(level, above, sources),
        names=_names(above),
        busy=_busy(sources),
        rivals=_rivals(sources, but=but),
        staffed=_staffed(sources),
    )


def _grids(sources: Sequence[Region]) -> list[Piece]:
    codes = {region.pk: region.code for region in sources}
    rows = Grid.objects.filter(community__in=codes, valid_to=None).order_by("code")
    names = ("pk", "code", "name", "community_id", "household_count", "polygon")
    return [
        Piece(
            pk=pk,
            code=code,
            name=name,
            source=codes[above],
            is_grid=True,
            households=households,
            grids=1,
            area=area_of(polygon),
        )
        for pk, code, name, above, households, polygon in rows.values_list(*names)
    ]


def _communities(sources: Sequence[Region]) -> list[Piece]:
    codes = {region.pk: region.code for region in sources}
    rows = list(Region.objects.filter(parent__in=codes, valid_to=None).order_by("code"))
    grids: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    below = Grid.objects.filter(community__in=rows, valid_to=None)
    for above, households, polygon in below.values_list("community_id", "household_count", "polygon"):
        grids[above].append((households, polygon))
    return [
        Piece(
            pk=row.pk,
            code=row.code,
            name=row.name,
            source=codes[row.parent_id or 0],
            is_grid=False,
            households=sum(count for count, _polygon in grids[row.pk]),
            grids=len(grids[row.pk]),
            area=area_of(row.boundary) or together(area_of(polygon) for _count, polygon in grids[row.pk]),
        )
        for row in rows
    ]


def area_of(geojson: Any) -> BaseGeometry | None:
    """A stored outline as a valid surface; None for none."""
    if not geojson:
        return None
    area = shape(geojson)
    area = area if area.is_valid else shapely.make_valid(area)
    return None if area.is_empty else area


def together(areas: Iterable[BaseGeometry | None]) -> BaseGeometry | None:
    """Several surfaces as one; None for none."""
    found = [area for area in areas if area is not None]
    return shapely.union_all(found) if found else None


def _spent(codes: Iterable[str], *, but: int | None) -> frozenset[str]:
    """Codes that regions near these have or had, or that other open revisions plan."""
    near = Q(pk__in=[])
    for digits in {code[: PREFIX["town"]] for code in codes}:
        near |= Q(code__startswith=digits)
    planned = RegionResult.objects.filter(near, revision__state__in=OPEN).exclude(revision=but)
    pieces = RegionPart.objects.filter(near, region__isnull=False, revision__state__in=OPEN)
    return frozenset(
        [
            *Region.objects.filter(near).values_list("code", flat=True),
            *planned.values_list("code", flat=True),
            *pieces.exclude(revision=but).values_list("code", flat=True),
        ]
    )


def _spent_grids(level: str, parents: Mapping[str, Region], sources: Sequence[Region]) -> frozenset[str]:
    """Codes of all grids that communities under these parents have or had, or that revisions of grids plan."""
    if level != Region.Level.COMMUNITY:
        return frozenset()
    near = Q(pk__in=[])
    for digits in {code[: PREFIX["community"]] for code in (*parents, *(row.code for row in sources))}:
        near |= Q(code__startswith=digits)
    planned = RevisionGrid.objects.filter(near, revision__state__in=OPEN)
    used = Grid.objects.filter(near).values_list("code", flat=True)
    return frozenset([*used, *planned.values_list("code", flat=True)])


def _names(parents: Mapping[str, Region]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {code: {} for code in parents}
    rows = Region.objects.filter(parent__in=parents.values(), valid_to=None)
    for above, name, code in rows.values_list("parent__code", "name", "code"):
        found[above][name] = code
    return found


def _busy(sources: Sequence[Region]) -> list[GridRevision]:
    """Open revisions of grids that have a grid inside, or plan one there."""
    concerned = Q(pk__in=[])
    for region in sources:
        concerned |= Q(sources__grid__path__startswith=region.path)
        concerned |= Q(results__community__path__startswith=region.path)
    rows = GridRevision.objects.filter(concerned, state__in=OPEN).defer("report")
    return list(rows.distinct().order_by("number"))


def _rivals(sources: Sequence[Region], *, but: int | None) -> list[RegionRevision]:
    """Other open revisions with a source that is one of these, holds one or lies in one."""
    concerned = Q(pk__in=[])
    for region in sources:
        parts = region.path.rstrip("/").split("/")
        above = ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]
        concerned |= Q(region__path__startswith=region.path) | Q(region__path__in=above)
    ids = RegionSource.objects.filter(concerned, is_open=True).exclude(revision=but).values("revision")
    return list(RegionRevision.objects.filter(pk__in=ids).defer("report").order_by("number"))


def _staffed(sources: Sequence[Region]) -> frozenset[str]:
    """Codes of the sources over which somebody is appointed."""
    codes = {region.pk: region.code for region in sources}
    rows = Appointment.objects.filter(
        target_type__app_label="grids", target_type__model="region", target_id__in=codes, is_applied=True
    )
    return frozenset(codes[pk] for pk in rows.values_list("target_id", flat=True).distinct())


def draft_of(revision: RegionRevision) -> Draft:
    """What is stored, as a draft."""
    rows = list(
        revision.results.select_related("parent", "heir_of").defer("parent__boundary", "heir_of__boundary")
    )
    rows.sort(key=lambda row: row.pk)
    parts = revision.parts.select_related("grid", "region", "result").defer(
        "grid__polygon", "region__boundary"
    )
    return Draft(
        title=revision.title,
        reason=revision.reason,
        effective_on=revision.effective_on,
        results=[planned(row) for row in rows],
        places={(part.grid or part.region).code: part.result.code for part in parts},  # type: ignore[union-attr]  # a part is one of both
    )


def planned(row: RegionResult) -> DraftRegion:
    """A stored result; with `parent` and `heir_of` read."""
    return DraftRegion(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        parent=row.parent.code,
        urban_rural_class=row.urban_rural_class,
        heir_of=row.heir_of.code if row.heir_of else "",
    )
