"""The checks of what is written about grids: codes, names, households, who takes over from whom. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely

from grids.checks.plan import Plan, Plot
from grids.checks.report import Finding, Kind, Severity
from grids.checks.shapes import names_of
from grids.geometry import reading_order

SERIAL: Final = re.compile(r"(?!000)\d{3}\Z", re.ASCII)
IN_LINE: Final = 0.5
"""Rank correlation of codes and reading order below which the numbering is said to run across."""
ORDERED_FROM: Final = 4


def books(plan: Plan) -> Iterator[Finding]:
    """Every finding about what is written."""
    yield from codes(plan)
    yield from heirs(plan)
    for code, ground in plan.grounds.items():
        plots = [plot for plot in plan.plots if plot.community == code]
        yield from households(plan, plots)
        yield from names(plots, code, ground.name)
        yield from numbering(plots, code, ground.name)


def _finding(kind: Kind, plots: list[Plot], community: str, **more: Any) -> Finding:
    facts = {"names": names_of(plots)} | more.pop("facts", {})
    return Finding(
        kind=kind, codes=tuple(plot.code for plot in plots), community=community, facts=facts, **more
    )


def codes(plan: Plan) -> Iterator[Finding]:
    """A code is that of the community and three digits, and belongs to one grid only, for ever."""
    count = Counter(plot.code for plot in (*plan.plots, *plan.others))
    sources = {plot.code for plot in plan.sources}
    for plot in plan.plots:
        ground = plan.grounds.get(plot.community)
        facts = {"code": plot.code or "—", "community": ground.name if ground else plot.community}
        if not plot.code.startswith(plot.community) or not SERIAL.match(plot.code[len(plot.community) :]):
            yield _finding(Kind.CODE_WRONG, [plot], plot.community, case="form", facts=facts)
        elif count[plot.code] > 1:
            yield _finding(Kind.CODE_WRONG, [plot], plot.community, case="twice", facts=facts)
        elif plot.is_own and plot.code in plan.spent_codes and plot.code not in sources:
            yield _finding(Kind.CODE_WRONG, [plot], plot.community, case="spent", facts=facts)


def heirs(plan: Plan) -> Iterator[Finding]:
    """A source is taken over by one grid at most, and only a source can be taken over."""
    sources = {plot.code for plot in plan.sources}
    takers: dict[str, list[Plot]] = defaultdict(list)
    for plot in plan.plots:
        if not plot.is_own:
            continue
        if plot.heir_of and plot.heir_of not in sources:
            facts = {"code": plot.heir_of}
            yield _finding(Kind.HEIR_TWICE, [plot], plot.community, case="unknown", facts=facts)
            continue
        taken = {plot.heir_of} if plot.heir_of else set()
        if plot.code in sources:
            taken.add(plot.code)
        for code in taken:
            takers[code].append(plot)
    for code, plots in takers.items():
        if len(plots) > 1:
            yield _finding(Kind.HEIR_TWICE, plots, plots[0].community, facts={"code": code})


def households(plan: Plan, plots: list[Plot]) -> Iterator[Finding]:
    """About 500 resident households for a basic grid; exclusive grids have no such range."""
    low, high = plan.standard.household_min, plan.standard.household_max
    for plot in plots:
        if plot.is_exclusive or low <= plot.households <= high:
            continue
        is_low = plot.households < low
        yield _finding(
            Kind.HOUSEHOLDS_LOW if is_low else Kind.HOUSEHOLDS_HIGH,
            [plot],
            plot.community,
            severity=Severity.WARNING,
            measure=plot.households,
            unit="households",
            facts={"limit": f"{low if is_low else high}"},
            geometry=plot.area if plot.area.is_valid else None,
        )


def names(plots: list[Plot], code: str, community: str) -> Iterator[Finding]:
    """Two grids of a community do not have one name."""
    called: dict[str, list[Plot]] = defaultdict(list)
    for plot in plots:
        called[plot.name.strip()].append(plot)
    for same in called.values():
        if len(same) > 1:
            yield _finding(Kind.NAME_TWICE, same, code, facts={"community": community})


def numbering(plots: list[Plot], code: str, community: str) -> Iterator[Finding]:
    """The codes of a community leave nothing out and run west to east, north to south, by and large."""
    serials = sorted({int(plot.code[-3:]) for plot in plots if SERIAL.match(plot.code[-3:])})
    if not serials:
        return
    left_out = [f"{number:03d}" for number in range(1, serials[-1]) if number not in set(serials)]
    if left_out:
        told = "、".join(left_out[:6]) + ("…" if len(left_out) > 6 else "")
        facts = {"community": community, "codes": told}
        yield _finding(Kind.CODE_ORDER, [], code, severity=Severity.WARNING, case="hole", facts=facts)
    in_order = sorted((plot for plot in plots if not plot.area.is_empty), key=lambda plot: plot.code)
    if len(in_order) >= ORDERED_FROM and _correlation(in_order) < IN_LINE:
        facts = {"community": community}
        yield _finding(Kind.CODE_ORDER, [], code, severity=Severity.WARNING, case="across", facts=facts)


def _correlation(plots: list[Plot]) -> float:
    """Spearman's rank correlation of the order given and the reading order."""
    centres = shapely.get_coordinates(shapely.centroid([plot.area for plot in plots]))
    ranks = np.empty(len(plots))
    ranks[reading_order(centres)] = np.arange(len(plots))
    n = len(plots)
    return float(1 - 6 * ((ranks - np.arange(n)) ** 2).sum() / (n * (n**2 - 1)))
