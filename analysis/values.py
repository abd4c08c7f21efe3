"""The numbers of the analysis as they hold on a day; what is shipped holds where the office has set nothing."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from analysis.detecting.surging import Limits
from analysis.models import AnalysisValue

SHIPPED: Final = Path(__file__).parent / "data" / "values.json"
Name = AnalysisValue.Name


@cache
def shipped() -> Mapping[str, tuple[int, str]]:
    """The first value of each number and where it comes from."""
    found = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {name: (value, basis) for name, (value, basis) in found.items()}


def values(on: date) -> dict[str, int]:
    """Every number in force on a day: one statement."""
    rows = AnalysisValue.objects.filter(valid_from__lte=on).order_by("valid_from")
    return {name: value for name, (value, _basis) in shipped().items()} | dict(
        rows.values_list("name", "value")
    )


def limits(found: Mapping[str, int]) -> Limits:
    """What makes a surge."""
    return Limits(
        baseline_days=found[Name.BASELINE_DAYS],
        least_days=found[Name.LEAST_DAYS],
        false_share=found[Name.FALSE_SHARE] / 1000,
        least=found[Name.LEAST],
        times=found[Name.TIMES] / 100,
    )


def told(found: Mapping[str, int]) -> dict[str, int | str]:
    """The numbers as people read them: the share of false alarms in per cent, the multiple as a factor."""
    return {
        **found,
        Name.FALSE_SHARE: f"{found[Name.FALSE_SHARE] / 10:g}",
        Name.TIMES: f"{found[Name.TIMES] / 100:g}",
    }
