"""What grids have to be like (S2-13, S0-35, S4-15): one plan in, one report out. Pure, in degrees and metres."""

from collections.abc import Iterator
from dataclasses import replace

from grids.checks.books import books
from grids.checks.plan import Ground, Plan, Plot, Points, Standard, ground_before, grounds_after
from grids.checks.report import Finding, Kind, Report, Severity, in_order, in_words, worded
from grids.checks.shapes import Table, shapes

__all__ = [
    "Finding",
    "Ground",
    "Kind",
    "Plan",
    "Plot",
    "Points",
    "Report",
    "Severity",
    "Standard",
    "check",
    "ground_before",
    "grounds_after",
    "in_words",
    "worded",
]


def check(plan: Plan) -> Report:
    """Look at every community of the plan.

    In a revision, what concerns only grids that it leaves alone is a warning: the revision cannot cure it.
    """
    findings = [_fair(plan, finding) for finding in _findings(plan)]
    counted = [plot for plot in plan.plots if plot.is_own or not plan.is_revision]
    return Report(in_order(findings), sum(plot.households for plot in counted))


def _findings(plan: Plan) -> Iterator[Finding]:
    grounds = grounds_after(plan)
    for code in plan.grounds:
        yield from shapes(Table.lay(plan, code, grounds[code]))
    yield from books(plan)


def _fair(plan: Plan, finding: Finding) -> Finding:
    own = {plot.code for plot in plan.plots if plot.is_own}
    is_about_others = bool(finding.codes) and not own & set(finding.codes)
    if plan.is_revision and is_about_others and finding.kind is not Kind.GAP:
        return replace(finding, severity=Severity.WARNING)
    return finding
