"""Definitions as they count: read from their rows, made into bit masks, and told apart when they cannot be counted.

A definition whose kind of occasion nobody brings yet waits for its source; one that names an unknown fact is broken.
Both are shown with the reason and have no figure. Neither stops the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.kinds import Kind
from assessment.models import IndicatorDefinition
from assessment.sources import kind_named
from assessment.statements import COARSE, FINE, PLAIN, kept_at
from governance.foundation.naming import Labelled, label_of

Shape, Better = IndicatorDefinition.Shape, IndicatorDefinition.Better
ALWAYS: Final = date(9999, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Selector:
    """Which occasions count: those of the kind whose facts under `mask` are exactly `want`."""

    kind: Kind
    mask: int
    want: int


class Broken(ValueError):
    """A selector that cannot be read; its text says why, for people."""


class Awaited(LookupError):
    """A selector of a kind that no source brings yet."""


def selector(spec: object, *, within: Selector | None = None) -> Selector:
    """Read a selector; inside `within` of the same kind its conditions hold too. Raises Broken, Awaited."""
    if not isinstance(spec, Mapping) or not isinstance(spec.get("kind"), str):
        raise Broken(_("No kind of occasion is named"))
    if unknown := sorted(set(spec) - {"kind", "all", "none"}):
        raise Broken(_("Unknown words: %(words)s") % {"words": "、".join(map(str, unknown))})
    wanted, unwanted = _names(spec.get("all", ())), _names(spec.get("none", ()))
    kind = kind_named(spec["kind"])
    if kind is None:
        raise Awaited(spec["kind"])
    if strange := sorted({*wanted, *unwanted} - set(kind.bits)):
        raise Broken(
            _("“%(kind)s” has no fact named %(facts)s") % {"kind": kind.name, "facts": "、".join(strange)}
        )
    want, without = kind.mask(wanted), kind.mask(unwanted)
    mask = want | without
    if within is not None and within.kind.number == kind.number:
        if (want ^ within.want) & mask & within.mask:
            raise Broken(_("The numerator asks for the opposite of the denominator"))
        mask, want = mask | within.mask, want | within.want
    if want & without:
        raise Broken(_("A fact is asked for and excluded at once"))
    return Selector(kind=kind, mask=mask, want=want)


def _names(value: object) -> list[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise Broken(_("Facts are given as a list of names"))
    return list(value)


@dataclass(frozen=True, kw_only=True)
class Definition(Labelled):
    """One version, ready to count. `fault`: why it cannot be; `awaited`: what it waits for."""

    slot: int
    code: str
    version: int
    name: str
    name_en: str
    shape: str
    better: str
    formula_zh: str
    formula_en: str
    basis: str
    valid_from: date
    valid_to: date | None
    is_counted: bool
    whole: Selector | None = None
    part: Selector | None = None
    fault: str = ""
    awaited: str = ""

    @property
    def formula(self) -> str:
        """Numerator and denominator in the reader's words."""
        return label_of(_Words(self.formula_zh, self.formula_en))

    @property
    def can_count(self) -> bool:
        return self.whole is not None

    @property
    def is_rate(self) -> bool:
        return self.shape == Shape.RATE

    @property
    def grains(self) -> tuple[int, ...]:
        """What its sums tell lengths apart by."""
        return (PLAIN,) if self.is_rate else (COARSE, FINE)

    @property
    def slots(self) -> list[int]:
        """Where its sums are kept."""
        return [kept_at(self.slot, grain) for grain in self.grains]

    @property
    def when(self) -> str:
        """Which time puts an item into a period."""
        return str(self.whole.kind.when) if self.whole is not None else ""

    def holds(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class _Words:
    name: str
    name_en: str


def read(row: IndicatorDefinition) -> Definition:
    """The definition of a row. A fault of it is told, never raised."""
    known: dict[str, Any] = {
        "slot": row.pk,
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "name_en": row.name_en,
        "shape": row.shape,
        "better": row.better,
        "formula_zh": row.formula,
        "formula_en": row.formula_en,
        "basis": row.basis,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "is_counted": row.is_counted,
    }
    try:
        whole = selector(row.whole)
        part = selector(row.part, within=whole) if row.shape == Shape.RATE else None
        if row.shape == Shape.DURATION and not whole.kind.measures:
            raise Broken(_("“%(kind)s” carries no duration") % {"kind": whole.kind.name})
        if row.shape not in Shape.values:
            raise Broken(_("Unknown shape: %(shape)s") % {"shape": row.shape})
    except Broken as fault:
        return Definition(**known, fault=str(fault))
    except Awaited:
        words = label_of(_Words(row.awaits, row.awaits_en))
        return Definition(**known, awaited=words or pgettext("indicator", "Its source is not connected yet"))
    return Definition(**known, whole=whole, part=part)


def definitions() -> list[Definition]:
    """All versions of all indicators, in the order of the catalogue: one statement."""
    return [read(row) for row in IndicatorDefinition.objects.order_by("position", "code", "version")]


def by_code(rows: Iterable[Definition]) -> dict[str, list[Definition]]:
    """The versions of each code, the earliest first."""
    found: dict[str, list[Definition]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def in_force(versions: Sequence[Definition], day: date) -> Definition:
    """The version of that day, else the nearest: the last one that has begun, or the first."""
    begun = [row for row in versions if row.valid_from <= day]
    return begun[-1] if begun else versions[0]


def columns(rows: Iterable[Definition]) -> dict[str, list[Any]]:
    """The selectors of those that can be counted as columns for a statement: one line for each side and grain."""
    found: dict[str, list[Any]] = {
        name: [] for name in ("slots", "sides", "kinds", "masks", "wants", "froms", "tos", "grains")
    }
    for row in rows:
        for is_whole, side, grain in (
            *((True, row.whole, grain) for grain in row.grains),
            (False, row.part, PLAIN),
        ):
            if side is None:
                continue
            found["slots"].append(kept_at(row.slot, grain))
            found["sides"].append(is_whole)
            found["kinds"].append(side.kind.number)
            found["masks"].append(side.mask)
            found["wants"].append(side.want)
            found["froms"].append(row.valid_from)
            found["tos"].append(row.valid_to or ALWAYS)
            found["grains"].append(grain)
    return found


PAIRED: Final = (
    "slots",
    "kinds",
    "masks",
    "wants",
    "froms",
    "tos",
    "grains",
    "wholes",
    "part_masks",
    "part_wants",
)


def pairs(rows: Iterable[Definition]) -> dict[str, list[Any]]:
    """The same with one line for both sides where the numerator is a part of the denominator, to be read once.

    Numerators of another kind have a line of their own; a line without a numerator has no condition of one.
    """
    found: dict[str, list[Any]] = {f"pair_{name}": [] for name in PAIRED}
    for row in rows:
        for kind, whole, part, grain in _lines(row):
            side = whole or part
            assert side is not None
            found["pair_slots"].append(kept_at(row.slot, grain))
            found["pair_kinds"].append(kind)
            found["pair_masks"].append(side.mask)
            found["pair_wants"].append(side.want)
            found["pair_froms"].append(row.valid_from)
            found["pair_tos"].append(row.valid_to or ALWAYS)
            found["pair_grains"].append(grain)
            found["pair_wholes"].append(whole is not None)
            found["pair_part_masks"].append(part.mask if part is not None else None)
            found["pair_part_wants"].append(part.want if part is not None else None)
    return found


def _lines(row: Definition) -> Iterable[tuple[int, Selector | None, Selector | None, int]]:
    """What a definition counts: kind, denominator, numerator, and what lengths are told apart by."""
    whole, part = row.whole, row.part
    if whole is None:
        return
    is_inside = part is not None and part.kind.number == whole.kind.number
    for grain in row.grains:
        yield whole.kind.number, whole, part if is_inside else None, grain
    if part is not None and not is_inside:
        yield part.kind.number, None, part, PLAIN
