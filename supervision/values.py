"""Limits and thresholds of supervision: rows with dates; the shipped value stands where nobody has set one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from governance.foundation.calendars import Clock, Limit, Unit
from supervision.models import SupervisionRule
from supervision.names import Stage

SHIPPED: Final = Path(__file__).parent / "data" / "rules.json"


@cache
def shipped() -> Mapping[str, Any]:
    """The values that come with the platform (table 5d and ladder of 5a)."""
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Values:
    """What is in force at one instant."""

    rows: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.rows[key]

    def limit(self, stage: str, kind: str) -> Limit:
        """The limit of a stage for a task of that kind."""
        row = self.rows[f"limit.{stage}"]
        return as_limit(row[kind] if stage == Stage.RECTIFY else row)


def as_limit(row: Any) -> Limit:
    """`[amount, unit, clock]` as a limit."""
    amount, unit, clock = row
    return Limit(int(amount), Unit(unit), Clock(clock))


def values_at(at: datetime) -> Values:
    """The values in force at `at`: one statement."""
    rows = dict(shipped())
    set_ones = SupervisionRule.objects.filter(valid_from__lte=at, key__in=rows).order_by("valid_from", "pk")
    rows.update(set_ones.values_list("key", "value"))
    return Values(rows)
