"""How a revision of regions looks on a screen: plain facts for templates, from rows that are already read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from grids.models import Grid, Region, RegionEdition, RegionPart, RegionResult, RegionRevision
from grids.models.revision import StepOfRevision
from grids.outlines import rounded
from grids.regions import in_words
from grids.states import REGION_TABLE, RevisionState
from grids.views.faces import TONES, Entry

GOES_ON, RENAMED, ENDS, BEGINS = "goes_on", "renamed", "ends", "begins"
FATES: Mapping[str, Text] = {
    GOES_ON: pgettext_lazy("region in a revision", "Goes on"),
    RENAMED: pgettext_lazy("region in a revision", "Renamed"),
    ENDS: pgettext_lazy("region in a revision", "Ends"),
    BEGINS: pgettext_lazy("region in a revision", "New"),
}


@dataclass(frozen=True, kw_only=True)
class RegionRow:
    """What becomes of one code. `before` or `after` is empty where there is none; `instead` names what comes after."""

    code: str
    fate: str
    before: str
    after: str
    above: str
    pieces: int
    households: int
    instead: str = ""

    @property
    def fate_words(self) -> str:
        return str(FATES[self.fate])


@dataclass(frozen=True, kw_only=True)
class PieceRow:
    """Where a piece goes and under which code."""

    name: str
    code: str
    new_code: str
    source: str
    target: str
    households: int

    @property
    def is_recoded(self) -> bool:
        return self.code != self.new_code


@dataclass(frozen=True)
class Face:
    """Everything that the page of a revision shows of its plan."""

    regions: Sequence[RegionRow]
    pieces: Sequence[PieceRow]


def face_of(revision: RegionRevision) -> Face:
    """The plan as rows: a handful of statements."""
    sources = {
        row.region_id: row.region
        for row in revision.sources.select_related("region__parent").defer(
            "region__boundary", "region__parent__boundary"
        )
    }
    former = dict(RegionEdition.objects.filter(revision=revision).values_list("region_id", "name"))
    results = list(revision.results.select_related("parent", "heir_of").order_by("code"))
    parts = list(
        revision.parts.select_related("grid", "region", "result")
        .defer("grid__polygon", "region__boundary")
        .order_by("grid__code", "region__code")
    )
    households = _households(parts)
    pieces = [_piece_row(part, sources, former, households) for part in parts]
    rows = [_source_row(pk, sources, former, results, parts, households) for pk in sources]
    known = {region.code for region in sources.values()}
    rows += [_fresh_row(row, parts, households) for row in results if row.code not in known]
    return Face(sorted(rows, key=lambda row: row.code), pieces)


def _households(parts: Sequence[RegionPart]) -> dict[int, int]:
    """Households of each part, by its id."""
    regions = [part.region_id for part in parts if part.region_id]
    rows = Grid.objects.filter(
        Q(valid_to=None) | Q(successors__revision__isnull=False), community__in=regions
    )
    counts = dict(rows.values_list("community_id").annotate(Sum("household_count")).order_by())
    return {
        part.pk: part.grid.household_count if part.grid else counts.get(part.region_id or 0, 0)
        for part in parts
    }


def _above_of(part: RegionPart) -> int:
    """The id of the source that a piece lies in."""
    return (part.grid.community_id if part.grid else part.region.parent_id if part.region else 0) or 0


def _piece_row(
    part: RegionPart, sources: Mapping[int, Region], former: Mapping[int, str], households: Mapping[int, int]
) -> PieceRow:
    piece = part.grid or part.region
    assert piece is not None, "the table holds one of them"
    source = _above_of(part)
    return PieceRow(
        name=piece.label,
        code=piece.code,
        new_code=part.code,
        source=former.get(source) or (sources[source].name if source in sources else ""),
        target=part.result.label or part.result.code,
        households=households[part.pk],
    )


def _source_row(
    pk: int,
    sources: Mapping[int, Region],
    former: Mapping[int, str],
    results: Sequence[RegionResult],
    parts: Sequence[RegionPart],
    households: Mapping[int, int],
) -> RegionRow:
    region = sources[pk]
    before = former.get(pk, region.name)
    result = next((row for row in results if row.code == region.code), None)
    if result is None:
        own = [part for part in parts if _above_of(part) == pk]
        heirs = [row.name for row in results if row.heir_of_id == pk]
        targets = sorted({part.result.name or part.result.code for part in own}) or heirs
        return RegionRow(
            code=region.code,
            fate=ENDS,
            before=before,
            after="",
            above=region.parent.label if region.parent else "",
            pieces=len(own),
            households=sum(households[part.pk] for part in own),
            instead="、".join(targets),
        )
    mine = [part for part in parts if part.result_id == result.pk]
    return RegionRow(
        code=region.code,
        fate=GOES_ON if before == result.name else RENAMED,
        before=before,
        after=result.label,
        above=result.parent.label,
        pieces=len(mine),
        households=sum(households[part.pk] for part in mine),
    )


def _fresh_row(row: RegionResult, parts: Sequence[RegionPart], households: Mapping[int, int]) -> RegionRow:
    mine = [part for part in parts if part.result_id == row.pk]
    return RegionRow(
        code=row.code,
        fate=BEGINS,
        before="",
        after=row.label,
        above=row.parent.label,
        pieces=len(mine),
        households=sum(households[part.pk] for part in mine),
        instead=row.heir_of.name if row.heir_of else "",
    )


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One finding in words; `place` is the code of the region to look at, empty for one that is only planned."""

    title: str
    message: str
    is_error: bool
    lamp: str
    place: str


def finding_rows(findings: Sequence[Mapping[str, Any]]) -> list[FindingRow]:
    """Kept findings for a list, each with its place."""
    codes = {code for finding in findings for code in finding["codes"]}
    present = set(Region.objects.filter(code__in=codes, valid_to=None).values_list("code", flat=True))
    rows = []
    for finding in findings:
        told = in_words(finding)
        is_error = told["severity"] == "error"
        rows.append(
            FindingRow(
                title=told["title"],
                message=told["message"],
                is_error=is_error,
                lamp="red" if is_error else "amber",
                place=next((code for code in finding["codes"] if code in present), ""),
            )
        )
    return rows


def outlines_of(grounds: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """Regions as GeoJSON for a map: code -> (name, geometry)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": name, "level": number % 4 + 1},
                "geometry": {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])},
            }
            for number, (code, (name, geometry)) in enumerate(sorted(grounds.items()))
        ],
    }


def entries(steps: Sequence[StepOfRevision]) -> list[Entry]:
    """The deeds of a revision, the newest first."""
    return [
        Entry(
            title=str(REGION_TABLE[step.verb].label),
            at=step.at,
            who=_("The platform") if step.role == SYSTEM else step.actor_name,
            role=str(Role(step.role).label) if step.role in Role.values else "",
            text=step.opinion,
            tone=TONES[RevisionState(step.to_state)],
            is_now=position == 0,
        )
        for position, step in enumerate(steps)
    ]
