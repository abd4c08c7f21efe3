"""Numbers of fieldwork as they hold on a day; what is shipped holds where the office has set nothing."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from fieldwork.models import FieldValue
from governance.foundation.calendars import Limit, due, load_calendar

SHIPPED: Final = Path(__file__).parent / "data" / "values.json"
CALENDAR: Final = "office"


@cache
def shipped() -> dict[str, int]:
    """The first value of each number."""
    found = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {name: value for name, (value, _source) in found.items()}


def values(*names: FieldValue.Name, on: date) -> tuple[int, ...]:
    """Several numbers in force on a day, in the order asked for: one statement."""
    rows = FieldValue.objects.filter(name__in=names, valid_from__lte=on).order_by("valid_from")
    found = dict(rows.values_list("name", "value"))
    return tuple(found.get(name, shipped()[name]) for name in names)


def value(name: FieldValue.Name, *, on: date) -> int:
    """One number in force on a day."""
    return values(name, on=on)[0]


def workdays_after(at: datetime, days: int) -> datetime:
    """The end of so many workdays from an instant on."""
    return due(load_calendar(CALENDAR), Limit.workdays(days), at)
