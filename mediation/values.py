"""Rule values of mediation: limits with their sources, callbacks, risk rules. Rows of rule values replace these."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from governance.foundation.calendars import Limit, WorkingCalendar, due, load_calendar
from governance.foundation.clock import local
from incidents.catalogue import as_limit
from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parent / "data" / "rules.json"
CALENDAR: Final = "office"


@dataclass(frozen=True)
class Statute:
    """A limit, where it is written down, and how its days are counted: `civil` (whole days, the last one a workday)
    or `elapsed` (to the minute).
    """

    rule: str
    limit: Limit
    source: str
    is_civil: bool


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """One rule of keeping: what for, how many days, and where that is written down."""

    rule: str
    days: int
    source: str

    def before(self, at: datetime) -> datetime:
        """What ended before this is past its time."""
        return at - timedelta(days=self.days)


@cache
def shipped() -> Mapping[str, Any]:
    """What stands where nobody has set a value."""
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def value(key: str) -> Any:
    """The value in force. KeyError for an unknown key."""
    policies = catalogue().policies
    return policies[key] if key in policies else shipped()[key]


def statute(rule: str) -> Statute:
    """The limit of that name. KeyError for an unknown one."""
    row = value("mediation.limits")[rule]
    return Statute(rule, as_limit(row["limit"]), row["source"], row["count"] == "civil")


def statutes() -> list[Statute]:
    """All limits, in the order in which they are written."""
    return [statute(rule) for rule in value("mediation.limits")]


def end_of(rule: Statute, start: datetime) -> datetime:
    """When a limit that begins at `start` is over."""
    calendar = load_calendar(CALENDAR)
    return (
        civil_end(calendar, rule.limit.amount, start) if rule.is_civil else due(calendar, rule.limit, start)
    )


def civil_end(calendar: WorkingCalendar, days: int, start: datetime) -> datetime:
    """The end of the last day: the first day is not counted, and a last day off moves to the next workday.

    Civil Code art. 201 and 203; Civil Procedure Law 2023 art. 85.
    """
    return _end_of_workday(calendar, local(start).date() + timedelta(days=days))


def after_pauses(rule: str, base: datetime, stood: timedelta) -> datetime:
    """When a limit that would end at `base` is over, where it stood still for that long.

    To the minute it is added exactly; where days are counted, the day on which that falls runs to its end, and a day
    off moves to the next workday.
    """
    if not stood or not statute(rule).is_civil:
        return base + stood
    last = local(base + stood - timedelta(microseconds=1)).date()
    return _end_of_workday(load_calendar(CALENDAR), last)


def _end_of_workday(calendar: WorkingCalendar, last: date) -> datetime:
    while not calendar.is_workday(last):
        last += timedelta(days=1)
    zone = timezone.get_default_timezone()
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)


@dataclass(frozen=True, kw_only=True)
class PauseRules:
    """How often mediation may be suspended, for how many days at the longest, and why with which source."""

    most: int
    days: int
    source: str
    grounds: Mapping[str, str]


def pause_rules() -> PauseRules:
    """The rules of suspension that are in force."""
    return PauseRules(**value("mediation.pauses"))


def level_rule(level: str) -> str:
    """The rule of the time at a level."""
    return f"level.{level}"


def session_rule(level: str) -> str:
    """The rule of the time until a session is held."""
    return "session.grid" if level == "grid" else "session"


def statute_of(category: str) -> str:
    """The statutory limit of a kind of dispute; empty where there is none of its own."""
    return str(value("mediation.statutes").get(category, ""))


def callback_days(is_red: bool) -> list[int]:
    """After how many days the parties are called: weekly where it is red."""
    rule = value("mediation.callbacks")
    if is_red:
        return list(range(rule["red_every"], rule["red_until"] + 1, rule["red_every"]))
    return list(rule["days"])


def expiries() -> list[Expiry]:
    """The rules of keeping that are in force, in the order in which they are written."""
    rows = value("mediation.retention").items()
    return [Expiry(rule=name, days=row["days"], source=row["source"]) for name, row in rows]


def expiry(rule: str) -> Expiry:
    """One of them. KeyError for an unknown one."""
    row = value("mediation.retention")[rule]
    return Expiry(rule=rule, days=row["days"], source=row["source"])
