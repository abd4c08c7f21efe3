"""How revisions and grids look on a screen: plain facts for templates, from rows that are already read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from shapely.geometry import shape

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from grids.checks import in_words
from grids.geometry import LocalPlane, label_point, stored_area
from grids.history import GridState
from grids.models import ExclusiveType, Grid, RevisionGrid, RevisionStep
from grids.outlines import rounded
from grids.states import REVISION_TABLE, RevisionState

TONES = {
    RevisionState.DRAFT: "work",
    RevisionState.SUBMITTED: "wait",
    RevisionState.APPROVED: "wait",
    RevisionState.EFFECTIVE: "done",
    RevisionState.WITHDRAWN: "stop",
}
HECTARE = 10_000
CONTINUES, ENDS, BEGINS = "continues", "ends", "begins"
FATES: dict[str, Text] = {
    CONTINUES: pgettext_lazy("grid in a revision", "Changed"),
    ENDS: pgettext_lazy("grid in a revision", "Ends"),
    BEGINS: pgettext_lazy("grid in a revision", "New"),
}


def tone_of(state: str) -> str:
    """The tone of a state's word."""
    return TONES[RevisionState(state)]


def kind_words(kind: str, exclusive_type: str) -> str:
    """`Comprehensive grid`, or what an exclusive grid is about."""
    if kind == Grid.Kind.EXCLUSIVE and exclusive_type in ExclusiveType.values:
        return f"{Grid.Kind.EXCLUSIVE.label} · {ExclusiveType(exclusive_type).label}"
    return str(Grid.Kind(kind).label)


def hectares(polygon: Mapping[str, Any] | None) -> float | None:
    """The surface of a stored polygon."""
    if not polygon:
        return None
    area = stored_area(dict(polygon))
    west, south, east, north = area.bounds
    return float(LocalPlane((west + east) / 2, (south + north) / 2).flat(area).area) / HECTARE


@dataclass(frozen=True, kw_only=True)
class Side:
    """A grid before or after."""

    name: str
    kind: str
    households: int
    hectares: float | None
    community: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """What becomes of one code. `before` None: new; `after` None: ends."""

    code: str
    fate: str
    before: Side | None
    after: Side | None
    heir_of: str = ""

    @property
    def fate_words(self) -> str:
        return str(FATES[self.fate])

    @property
    def difference(self) -> int | None:
        """Households won or lost."""
        if self.before is None or self.after is None:
            return None
        return self.after.households - self.before.households


def changes(states: Sequence[GridState], results: Sequence[RevisionGrid]) -> list[ChangeRow]:
    """Before and after, code by code."""
    before, after = {state.code: state for state in states}, {row.code: row for row in results}
    communities = {row.community.code for row in results} | {state.code[:12] for state in states}
    rows = []
    for code in sorted(before.keys() | after.keys()):
        old, new = before.get(code), after.get(code)
        fate = CONTINUES if old and new else ENDS if old else BEGINS
        heir = new.heir_of.code if new and new.heir_of and new.heir_of.code != code else ""
        rows.append(
            ChangeRow(
                code=code,
                fate=fate,
                before=_side_before(old) if old else None,
                after=_side_after(new, is_told=len(communities) > 1) if new else None,
                heir_of=heir,
            )
        )
    return rows


def _side_before(state: GridState) -> Side:
    return Side(
        name=state.label,
        kind=kind_words(state.kind, state.exclusive_type),
        households=state.household_count,
        hectares=hectares(state.polygon),
    )


def _side_after(row: RevisionGrid, *, is_told: bool) -> Side:
    return Side(
        name=row.label,
        kind=kind_words(row.kind, row.exclusive_type),
        households=row.household_count,
        hectares=hectares(row.polygon),
        community=row.community.label if is_told else "",
    )


def areas(rows: Iterable[GridState | RevisionGrid]) -> dict[str, Any]:
    """Grids before or after as GeoJSON for a map."""
    return {
        "type": "FeatureCollection",
        "features": [
            feature(row.code, row.label, row.polygon)
            for row in rows
            if row.polygon and row.polygon["coordinates"]
        ],
    }


def feature(code: str, label: str, geometry: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One outline for a map."""
    coordinates = rounded(geometry["coordinates"]) if geometry["type"] != "Point" else geometry["coordinates"]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": label, **more},
        "geometry": {"type": geometry["type"], "coordinates": coordinates},
    }


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One finding of a check, in words."""

    number: int
    title: str
    message: str
    is_error: bool
    lamp: str
    has_place: bool


def finding_rows(findings: Sequence[Mapping[str, Any]]) -> list[FindingRow]:
    """Kept findings for a table."""
    rows = []
    for number, finding in enumerate(findings, 1):
        told = in_words(finding)
        is_error = told["severity"] == "error"
        rows.append(
            FindingRow(
                number=number,
                title=told["title"],
                message=told["message"],
                is_error=is_error,
                lamp="red" if is_error else "amber",
                has_place=bool(told["geometry"]) and not finding["kind"].startswith("households"),
            )
        )
    return rows


def pieces(findings: Sequence[Mapping[str, Any]], outlines: Mapping[str, Any]) -> dict[str, Any]:
    """The pieces of findings filled over outlines, for a map."""
    found = [
        feature(f"finding-{number}", "", finding["geometry"], level=1)
        for number, finding in enumerate(findings, 1)
        if finding["geometry"] and finding["geometry"]["type"] in {"Polygon", "MultiPolygon"}
        and not finding["kind"].startswith("households")
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": [*outlines["features"], *found]}


def pins(findings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A pin on every piece, with its sentence."""
    found = []
    for number, finding in enumerate(findings, 1):
        if not finding["geometry"] or finding["kind"].startswith("households"):
            continue  # of a whole grid, whose name stands there
        place = shape(finding["geometry"])
        lon, lat = (place.x, place.y) if isinstance(place, shapely.Point) else label_point(place)  # type: ignore[arg-type]  # what is no point is an area
        told = in_words(finding)
        found.append(
            {
                "type": "Feature",
                "properties": {
                    "label": f"{number}. {told['message']}",
                    "text": str(number),
                    "lamp": "red" if told["severity"] == "error" else "amber",
                },
                "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
            }
        )
    return {"type": "FeatureCollection", "features": found}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One deed for `parts/_timeline.html`."""

    title: str
    at: datetime
    who: str
    role: str
    text: str
    tone: str
    unit: str = ""
    lamp: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    photos: tuple[Any, ...] = ()
    is_now: bool = False
    is_open: bool = False


def entries(steps: Iterable[RevisionStep]) -> list[Entry]:
    """The deeds of a revision, the newest first."""
    return [
        Entry(
            title=str(REVISION_TABLE[step.verb].label),
            at=step.at,
            who=_("The platform") if step.role == SYSTEM else step.actor_name,
            role=str(Role(step.role).label) if step.role in Role.values else "",
            text=step.opinion,
            tone=TONES[RevisionState(step.to_state)],
            is_now=position == 0,
        )
        for position, step in enumerate(steps)
    ]
