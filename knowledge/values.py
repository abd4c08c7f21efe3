"""Rule values of knowledge: rows with dates replace what is shipped."""

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


def answer_due(at: datetime) -> datetime:
    """Until when a question that is asked now has to be answered by a person."""
    return due(load_calendar(CALENDAR), as_limit(value("knowledge.answer")), at)


def window() -> timedelta:
    """The stretch over which tries of the public page are counted."""
    return timedelta(minutes=int(value("knowledge.window_minutes")))
