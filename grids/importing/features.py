"""Features that can be taken: facts checked one by one, outlines moved to WGS-84 all at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from governance.foundation.errors import Text
from grids.coordinate_arrays import many_to_wgs84
from grids.coordinates import CoordSystem, looks_swapped, to_wgs84
from grids.geometry import Area, InvalidArea, checked_area, overlapping_pairs, parse_area
from grids.importing.layers import Item
from grids.importing.report import Fault
from grids.models import ExclusiveType, Grid, Region

FIELDS: Final = ("code", "name", "name_en", "kind", "exclusive_type", "household_count")
MAX_HOUSEHOLDS: Final = 100_000
DBF_NAME: Final = 10
"""Names of a Shapefile's columns are cut after ten characters."""
KINDS: Final = {
    "综合网格": Grid.Kind.COMPREHENSIVE,
    "综合": Grid.Kind.COMPREHENSIVE,
    "基础网格": Grid.Kind.COMPREHENSIVE,
    "专属网格": Grid.Kind.EXCLUSIVE,
    "专属": Grid.Kind.EXCLUSIVE,
}
LENGTHS: Final = {"name": 120, "name_en": 160}
CHOICES: Final[Mapping[str, tuple[list[str], Text]]] = {
    "kind": (Grid.Kind.values, _("%(code)s: the kind %(value)s is none of %(choices)s")),
    "exclusive_type": (
        ExclusiveType.values,
        _("%(code)s: the exclusive type %(value)s is none of %(choices)s"),
    ),
}
PLACE: Final = re.compile(r"\[(-?[\d.]+) (-?[\d.]+)\]")
AREA_FAULTS: Final[Mapping[str, Text]] = {
    "not_geojson": _("%(code)s: the outline cannot be read"),
    "not_polygon": _("%(code)s: expected a Polygon or MultiPolygon"),
    "empty": _("%(code)s: the polygon has no surface"),
    "out_of_range": _(
        "%(code)s: the outline has positions that are not a longitude and a latitude; "
        "is the file in another projection?"
    ),
    "self_crossing": _("%(code)s: the outline crosses or touches itself at %(place)s"),
    "swapped": _("%(code)s: longitude and latitude seem to be exchanged"),
}


@dataclass(frozen=True)
class Feature:
    """A feature that can be taken, in WGS-84. `number` counts from 1; `facts` are those that the file tells."""

    number: int
    code: str
    area: Area
    facts: Mapping[str, Any]


def read_features(
    items: Sequence[Item],
    communities: Mapping[str, Region],
    faults: list[Fault],
    *,
    system: CoordSystem,
    names: Mapping[str, str],
) -> list[Feature]:
    """The features that can be taken; why the others cannot is added to `faults`.

    `names` says which property holds a fact, for files with names of their own.
    """
    seen: dict[str, int] = {}
    found: list[Feature] = []
    for number, item in enumerate(items, 1):
        if item.facts is None:
            faults.append(Fault(number, _("a Feature with properties is needed")))
            continue
        feature = _feature(number, named(item.facts, names), item.outline, communities, system)
        if isinstance(feature, Fault):
            faults.append(feature)
        elif feature.code in seen:
            values = {"code": feature.code, "row": seen[feature.code]}
            faults.append(Fault(number, _("%(code)s stands in feature %(row)d already"), values))
        else:
            found.append(feature)
        if isinstance(feature, Feature):
            seen.setdefault(feature.code, number)
    return _moved(found, system)


def named(
    facts: Mapping[str, Any], names: Mapping[str, str], fields: Sequence[str] = FIELDS
) -> dict[str, Any]:
    """The facts under our own names; a column name that was cut is found by its beginning."""
    found: dict[str, Any] = {}
    short = {name.lower(): value for name, value in facts.items()}
    for wanted in fields:
        source = names.get(wanted, wanted)
        if source in facts:
            found[wanted] = facts[source]
        elif source.lower()[:DBF_NAME] in short:
            found[wanted] = short[source.lower()[:DBF_NAME]]
    return found


def _feature(
    number: int,
    facts: Mapping[str, Any],
    outline: Any,
    communities: Mapping[str, Region],
    system: CoordSystem,
) -> Feature | Fault:
    """The feature, or why it cannot be taken."""
    code = str(facts.get("code") or "").strip()
    kept = {name: value for name in FIELDS[1:] if (value := _cleaned(name, facts.get(name))) is not None}
    fault = _wrong_facts(code, kept, communities)
    if fault is not None:
        return replace(fault, row=number)
    area = read_area(number, code, outline, system)
    return area if isinstance(area, Fault) else Feature(number, code, area, kept)


def _cleaned(name: str, value: Any) -> Any:
    """A fact as it is stored; None when the file does not tell it."""
    if isinstance(value, str):
        value = value.strip()
    if name == "name":
        return "" if value is None else str(value)
    if value is None or (value == "" and name != "name_en"):
        return None
    if name == "kind":
        return str(KINDS.get(str(value), value))
    if name == "household_count":
        return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    return str(value)


def _wrong_facts(code: str, facts: Mapping[str, Any], communities: Mapping[str, Region]) -> Fault | None:
    if not (code.isascii() and code.isdigit() and len(code) == 15):
        text = _("the code %(code)s is not fifteen digits (community and three digits)")
        return Fault(0, text, {"code": repr(code[:40])})
    if code[:12] not in communities:
        values = {"code": code, "community": code[:12]}
        return Fault(0, _("%(code)s: the community %(community)s is not known"), values)
    if not facts["name"]:
        return Fault(0, _("%(code)s: the name is empty"), {"code": code})
    if any(len(facts.get(name, "")) > most for name, most in LENGTHS.items()):
        return Fault(0, _("%(code)s: the name is too long"), {"code": code})
    for name, (choices, reason) in CHOICES.items():
        if facts.get(name, choices[0]) not in choices:
            values = {"code": code, "value": repr(facts[name]), "choices": ", ".join(choices)}
            return Fault(0, reason, values)
    households = facts.get("household_count", 0)
    if (
        isinstance(households, bool)
        or not isinstance(households, int)
        or not 0 <= households <= MAX_HOUSEHOLDS
    ):
        values = {"code": code, "value": repr(households)}
        return Fault(0, _("%(code)s: %(value)s is no number of households"), values)
    return None


def read_area(number: int, code: str, outline: Any, system: CoordSystem) -> Area | Fault:
    """The outline as given, or why it is none, with the place where one can be named."""
    try:
        if isinstance(outline, Mapping):
            area = parse_area(outline)
        elif outline is None:
            raise InvalidArea("not_geojson", "no outline")
        else:
            area = checked_area(shapely.force_2d(outline))
    except InvalidArea as error:
        return _area_fault(number, code, error, outline, system)
    if len(parts := shapely.get_parts(area)) == 1:
        area = parts[0]
    centre = shapely.centroid(area)
    if looks_swapped(centre.x, centre.y):
        return Fault(number, AREA_FAULTS["swapped"], {"code": code})
    return area


def _area_fault(number: int, code: str, error: InvalidArea, outline: Any, system: CoordSystem) -> Fault:
    reason = error.reason
    if reason == "out_of_range" and _is_swapped(outline):
        reason = "swapped"
    if reason != "self_crossing":
        return Fault(number, AREA_FAULTS[reason], {"code": code})
    found = PLACE.search(str(error))
    place = to_wgs84(float(found[1]), float(found[2]), system) if found else None
    words = f"{place[0]:.6f}, {place[1]:.6f}" if place else "?"
    return Fault(number, AREA_FAULTS[reason], {"code": code, "place": words}, place)


def _is_swapped(outline: Any) -> bool:
    try:
        shape = shapely.geometry.shape(dict(outline)) if isinstance(outline, Mapping) else outline
        west, south, east, north = shapely.bounds(shape)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return False
    return looks_swapped(float(west + east) / 2, float(south + north) / 2)


def _moved(features: list[Feature], system: CoordSystem) -> list[Feature]:
    """All outlines in WGS-84."""
    if system is CoordSystem.WGS84 or not features:
        return features
    areas: NDArray[np.object_] = np.array([feature.area for feature in features], dtype=object)
    moved = shapely.transform(areas, lambda points: many_to_wgs84(points, system))
    return [replace(feature, area=area) for feature, area in zip(features, moved, strict=True)]


def shared_ground(
    features: Sequence[Feature], others: Sequence[Grid], tolerance_m2: float
) -> Iterator[Fault]:
    """New polygons against one another and against grids that the file does not replace."""
    areas = [feature.area for feature in features] + [parse_area(grid.polygon) for grid in others]
    codes = [feature.code for feature in features] + [grid.code for grid in others]
    for first, second, shared in overlapping_pairs(areas, tolerance_m2, among=len(features)):
        common = shapely.intersection(areas[first], areas[second]).representative_point()
        values = {"first": codes[first], "second": codes[second], "m2": f"{shared:.0f}"}
        yield Fault(
            features[first].number,
            _("%(first)s and %(second)s share %(m2)s square metres"),
            values,
            (common.x, common.y),
        )
