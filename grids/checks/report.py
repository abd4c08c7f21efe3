"""What a check found: each finding with its exact piece and a measure, in words when somebody reads it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from governance.foundation.errors import Text
from grids.geometry import DIGITS


class Kind(StrEnum):
    """What can be wrong with grids."""

    OUTSIDE_COMMUNITY = "outside_community"
    NOT_CONTIGUOUS = "not_contiguous"
    OVERLAP = "overlap"
    GAP = "gap"
    HOUSEHOLDS_LOW = "households_low"
    HOUSEHOLDS_HIGH = "households_high"
    ADDRESS_NOWHERE = "address_nowhere"
    ADDRESS_TWICE = "address_twice"
    CODE_WRONG = "code_wrong"
    CODE_ORDER = "code_order"
    SELF_CROSSING = "self_crossing"
    HEIR_TWICE = "heir_twice"
    NAME_TWICE = "name_twice"


class Severity(StrEnum):
    """An error forbids; a warning is shown to whoever decides."""

    ERROR = "error"
    WARNING = "warning"


TITLES: dict[str, Text] = {
    Kind.OUTSIDE_COMMUNITY: _("Outside the community"),
    Kind.NOT_CONTIGUOUS: _("Not in one piece"),
    Kind.OVERLAP: _("Overlap"),
    Kind.GAP: _("Gap"),
    Kind.HOUSEHOLDS_LOW: _("Few households"),
    Kind.HOUSEHOLDS_HIGH: _("Many households"),
    Kind.ADDRESS_NOWHERE: _("Address in no grid"),
    Kind.ADDRESS_TWICE: _("Address in two grids"),
    Kind.CODE_WRONG: _("Wrong code"),
    Kind.CODE_ORDER: _("Order of codes"),
    Kind.SELF_CROSSING: _("Border crosses itself"),
    Kind.HEIR_TWICE: _("Taken over twice"),
    Kind.NAME_TWICE: _("Name used twice"),
}

SENTENCES: dict[str, Text] = {
    "outside_community": _("%(names)s lies outside %(community)s with %(measure)s m²."),
    "not_contiguous": _("%(names)s falls into %(measure)s pieces."),
    "overlap": _("%(names)s overlap by %(measure)s m²."),
    "gap": _("%(measure)s m² of %(community)s lie in no grid."),
    "households_low": _("%(names)s has %(measure)s households, fewer than %(limit)s."),
    "households_high": _("%(names)s has %(measure)s households, more than %(limit)s."),
    "address_nowhere": _("%(place)s lies in no grid."),
    "address_nowhere.far": _("%(place)s is registered in %(community)s but lies outside it."),
    "address_twice": _("%(place)s lies in %(names)s at once."),
    "code_wrong.form": _("%(names)s: %(code)s is not the code of %(community)s and three digits from 001."),
    "code_wrong.twice": _("%(names)s: the code %(code)s is given twice."),
    "code_wrong.spent": _("%(names)s: the code %(code)s belongs or belonged to another grid."),
    "code_order.hole": _("The codes of %(community)s leave out %(codes)s."),
    "code_order.across": _("The codes of %(community)s do not run from north to south and west to east."),
    "self_crossing": _("The border of %(names)s crosses itself at the place marked."),
    "heir_twice": _("%(names)s take over the same grid %(code)s."),
    "heir_twice.unknown": _("%(names)s takes over %(code)s, which is no grid of this revision."),
    "name_twice": _("%(names)s in %(community)s have the same name."),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """One thing found. `measure` in `unit`: m2, pieces, households or none; `geometry` in degrees."""

    kind: Kind
    codes: tuple[str, ...]
    severity: Severity = Severity.ERROR
    case: str = ""
    measure: float = 0.0
    unit: str = ""
    geometry: BaseGeometry | None = None
    community: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As it is kept: without words, which depend on the reader's language."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "case": self.case,
            "codes": list(self.codes),
            "measure": round(self.measure, 1),
            "unit": self.unit,
            "geometry": _geojson(self.geometry),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True)
class Report:
    """The findings of one plan, errors first."""

    findings: Sequence[Finding]
    households_total: int = 0

    @property
    def errors(self) -> list[Finding]:
        """What forbids."""
        return [item for item in self.findings if item.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """What is only said."""
        return [item for item in self.findings if item.severity is Severity.WARNING]

    @property
    def is_sound(self) -> bool:
        """Nothing forbids it."""
        return not self.errors

    def stored(self, *, at: datetime) -> dict[str, Any]:
        """As it is kept in a JSON column."""
        return {
            "findings": [finding.stored() for finding in self.findings],
            "counts": {"error": len(self.errors), "warning": len(self.warnings)},
            "households_total": self.households_total,
            "checked_at": at.isoformat(),
        }


def worded(report: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A kept report with each finding's sentence in the reader's language."""
    if report is None:
        return None
    return {**report, "findings": [in_words(finding) for finding in report["findings"]]}


def in_words(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A kept finding with `title` and `message`."""
    kind, case = finding["kind"], finding.get("case", "")
    facts = {"measure": f"{finding['measure']:,.0f}", **finding["facts"]}
    sentence = str(SENTENCES[f"{kind}.{case}" if case else kind])
    return {**finding, "title": str(TITLES[kind]), "message": sentence % facts}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then by kind; the largest first within a kind."""
    kinds = list(Kind)
    return sorted(
        findings,
        key=lambda item: (
            item.severity is Severity.WARNING,
            kinds.index(item.kind),
            -item.measure,
            item.codes,
        ),
    )


def _geojson(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    document = geometry.__geo_interface__
    return {"type": document["type"], "coordinates": _rounded(document["coordinates"])}


def _rounded(item: Any) -> Any:
    return round(float(item), DIGITS) if isinstance(item, float) else [_rounded(part) for part in item]
