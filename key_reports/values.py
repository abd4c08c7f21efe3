"""Limits of key reports and of accountability. Rows of rule values replace what is shipped."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from governance.foundation.calendars import due, load_calendar
from incidents.catalogue import as_limit
from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parent / "data" / "rules.json"
CALENDAR: Final = "office"


@cache
def shipped() -> Mapping[str, Any]:
    """What stands where nobody has set a value."""
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def value(key: str) -> Any:
    """The value in force. KeyError for an unknown key."""
    policies = catalogue().policies
    return policies[key] if key in policies else shipped()[key]


def due_at(stage: str, start: datetime) -> datetime:
    """When what begins at `start` is due; the first two stages begin when the fact became known."""
    return due(load_calendar(CALENDAR), as_limit(value(f"key_report.{stage}")), start)


def warn_at(start: datetime, end: datetime) -> datetime:
    """When whoever has to act is reminded."""
    return start + (end - start) * float(value("key_report.warn_share"))


def pause_after(rung: int) -> timedelta:
    """How long until an alarm that nobody heeded is raised again, one rung higher; it never falls silent."""
    pauses = value("key_report.repeat_minutes")
    return timedelta(minutes=int(pauses[min(max(rung, 1), len(pauses)) - 1]))
