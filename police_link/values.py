"""Rule values of the police link: limits, the category of each kind. Rows of rule values replace what is shipped."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from governance.foundation.calendars import due, load_calendar
from incidents.catalogue import as_limit
from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parent / "data" / "rules.json"
CALENDAR: Final = "office"
SOURCE: Final = "police"
"""The source of matters that 110 hands over."""


@cache
def shipped() -> Mapping[str, Any]:
    """What stands where nobody has set a value."""
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def value(key: str) -> Any:
    """The value in force. KeyError for an unknown key."""
    policies = catalogue().policies
    return policies[key] if key in policies else shipped()[key]


def due_at(stage: str, urgency: str, start: datetime) -> datetime:
    """When a stage (`decide`, `object`, `dispute`, `take`) that begins at `start` is due."""
    return due(load_calendar(CALENDAR), as_limit(value(f"police.{stage}")[urgency]), start)


def warn_at(start: datetime, end: datetime) -> datetime:
    """When the side that has to decide is reminded."""
    return start + (end - start) * float(value("police.warn_share"))


def category_of(kind: str) -> str:
    """The category under which a matter of that kind is filed unless another one is chosen."""
    return str(value("police.categories").get(kind, ""))
