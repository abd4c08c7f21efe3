"""The mapping file: which column holds what, and what its values mean here. Data, checked before a row is read."""

import json
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from governance.accounts.models import OrgUnit, Tier
from governance.foundation.errors import Invalid
from incidents.catalogue import current as catalogue
from incidents.states import DemandType

TIMES = ("registered", "accepted", "dispatched", "signed", "fed_back", "checked", "closed", "due")
OUTCOMES = ("met", "late")
KEYS = frozenset(
    {
        "name",
        "columns",
        "time_format",
        "title",
        "content",
        "place",
        "region",
        "category",
        "source",
        "demand_type",
        "unit",
        "outcome",
    }
)
FEATURES = frozenset({"columns", "values", "default"})


@dataclass(frozen=True)
class Meaning:
    """Columns, the most telling first, and what their values stand for; `default` for everything else."""

    columns: tuple[str, ...] = ()
    values: Values[str, Values[str, str]] = field(default_factory=dict)
    default: str = ""

    def of(self, row: Values[str, str]) -> str:
        """The meaning of a row: the first known value, else the default."""
        for column in self.columns:
            found = self.values.get(column, {}).get(row.get(column, ""))
            if found:
                return found
        return self.default

    def targets(self) -> set[str]:
        """Everything that a value may be turned into."""
        return {item for table in self.values.values() for item in table.values()} | (
            {self.default} if self.default else set()
        )


@dataclass(frozen=True)
class RegionRule:
    """How a row finds its region: by code, or by names, the smallest first, inside `root`."""

    root: str
    columns: tuple[str, ...]
    code_column: str = ""
    suffixes: tuple[str, ...] = ()
    values: Values[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitRule:
    """Who handled it. Unknown names become departments only where `creates` says so."""

    column: str
    values: Values[str, str] = field(default_factory=dict)
    default: str = ""
    creates: bool = False
    tier: str = Tier.DISTRICT.value
    kind: str = OrgUnit.Kind.DEPARTMENT.value


@dataclass(frozen=True)
class TicketMapping:
    """A whole mapping file."""

    name: str
    number: str
    times: Values[str, str]
    time_format: str
    title: str
    content: str
    place: str
    region: RegionRule
    category: Meaning
    source: Meaning
    demand_type: Meaning
    unit: UnitRule
    outcome: Meaning

    @property
    def has_clock_time(self) -> bool:
        """False when the file knows days only."""
        return any(mark in self.time_format for mark in ("%H", "%I", "%T", "%X", "%c"))

    def moment(self, text: str) -> datetime:
        """A time of the file, naive and local. ValueError when it does not have the format."""
        return datetime.strptime(text, self.time_format)  # noqa: DTZ007  # made aware by the caller

    def columns(self) -> set[str]:
        """The columns that must be in the file."""
        named = {self.number, self.unit.column, self.region.code_column, *self.times.values()}
        meanings = (self.category, self.source, self.demand_type, self.outcome)
        return (
            {item for item in named if item}
            | {item for meaning in meanings for item in meaning.columns}
            | set(self.region.columns)
        )


def read_mapping(path: Path) -> TicketMapping:
    """Read and check a mapping file. Raises Invalid with everything that is wrong with it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        mapping = _mapping(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"The mapping cannot be read: {error!r}") from error
    faults = _faults(mapping, data)
    if faults:
        raise Invalid("The mapping has errors: " + "; ".join(faults), fields={"mapping": faults})
    return mapping


def _mapping(data: dict[str, Any]) -> TicketMapping:
    columns = data["columns"]
    region, unit = data["region"], data["unit"]
    return TicketMapping(
        name=str(data["name"]),
        number=columns["number"],
        times={name: columns[name] for name in TIMES if name in columns},
        time_format=data.get("time_format", "%Y-%m-%d %H:%M:%S"),
        title=data["title"],
        content=data["content"],
        place=data.get("place", ""),
        region=RegionRule(
            root=region["root"],
            columns=tuple(region.get("columns", ())),
            code_column=region.get("code_column", ""),
            suffixes=tuple(region.get("suffixes", ())),
            values=region.get("values", {}),
        ),
        category=_meaning(data["category"]),
        source=_meaning(data["source"]),
        demand_type=_meaning(data.get("demand_type", {"default": DemandType.HELP.value})),
        unit=UnitRule(
            column=unit["column"],
            values=unit.get("values", {}),
            default=unit.get("default", ""),
            creates=unit.get("creates", False),
            tier=unit.get("tier", Tier.DISTRICT.value),
            kind=unit.get("kind", OrgUnit.Kind.DEPARTMENT.value),
        ),
        outcome=_meaning(data["outcome"]),
    )


def _meaning(data: dict[str, Any]) -> Meaning:
    unknown = set(data) - FEATURES
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    return Meaning(tuple(data.get("columns", ())), data.get("values", {}), data.get("default", ""))


def _faults(mapping: TicketMapping, data: dict[str, Any]) -> list[str]:
    known = catalogue()
    selectable = {code for code, row in known.by_code.items() if row.is_selectable}
    allowed = {
        "category": (mapping.category, selectable),
        "source": (mapping.source, set(known.sources)),
        "demand_type": (mapping.demand_type, set(DemandType.values)),
        "outcome": (mapping.outcome, set(OUTCOMES)),
    }
    found = [f"unknown key {key!r}" for key in sorted(set(data) - KEYS)]
    found += [
        f"{name}: {target!r} is not known here"
        for name, (meaning, targets) in allowed.items()
        for target in sorted(meaning.targets() - targets)
    ]
    if "registered" not in mapping.times:
        found.append("columns: 'registered' is missing")
    if mapping.unit.tier not in Tier.values or mapping.unit.kind not in OrgUnit.Kind.values:
        found.append("unit: unknown tier or kind")
    if not mapping.region.columns and not mapping.region.code_column:
        found.append("region: columns or a code_column are needed")
    return found
