"""Limits of the stages: rows with dates; the shipped value stands where nobody has set one."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from governance.foundation.calendars import Clock, Limit, Unit, due, load_calendar
from governance.foundation.clock import local
from opinions.models import OpinionLimit

SHIPPED: Final = Path(__file__).parent / "data" / "limits.json"
OFFICE: Final = "office"


@cache
def shipped() -> Mapping[str, Any]:
    """The limits that come with the platform."""
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def limit_at(stage: str, level: str, at: datetime) -> Limit:
    """The limit in force: the newest row that has begun, else the shipped one."""
    rows = OpinionLimit.objects.filter(stage=stage, level=level, valid_from__lte=local(at).date())
    row = rows.order_by("-valid_from").first()
    amount, unit, clock = (row.amount, row.unit, row.clock) if row is not None else shipped()[stage][level]
    return Limit(int(amount), Unit(unit), Clock(clock))


def due_at(stage: str, level: str, start: datetime) -> datetime:
    """When a stage that begins at `start` is due, by the office calendar."""
    return due(load_calendar(OFFICE), limit_at(stage, level, start), start)
