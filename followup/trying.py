"""When a citizen may be tried again, and when trying is enough: pure arithmetic on the tries so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from followup.states import CallState, is_poor
from governance.foundation.calendars import WorkingCalendar
from governance.foundation.clock import local
from incidents.states import FollowUpOutcome
from incidents.transitions.checking import counted_tries

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How often, on how many days, and how long after each other."""

    tries: int
    days: int
    wait: timedelta


@dataclass(frozen=True, kw_only=True)
class Try:
    """One try, whoever made it."""

    at: datetime
    outcome: str
    satisfaction: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the tries so far come to."""

    state: str
    tries: int
    next_try_at: datetime | None = None
    outcome: str = ""
    satisfaction: str = ""
    answered_at: datetime | None = None


def standing(tries: Sequence[Try], limits: Limits, calendar: WorkingCalendar) -> Standing:
    """The last answer counts; without one, the tries that were made in vain, those in a row as one."""
    answers = [item for item in tries if item.outcome != FollowUpOutcome.UNREACHABLE]
    counted = counted_tries([item.at for item in tries if item not in answers], limits.wait)
    if answers:
        last = answers[-1]
        poor = is_poor(last.outcome, last.satisfaction)
        return Standing(
            state=CallState.TO_DECIDE if poor else CallState.DONE,
            tries=len(counted),
            outcome=last.outcome,
            satisfaction=last.satisfaction,
            answered_at=last.at,
        )
    if is_enough(counted, limits):
        return Standing(state=CallState.DONE, tries=len(counted), outcome=FollowUpOutcome.UNREACHABLE)
    return Standing(
        state=CallState.WAITING, tries=len(counted), next_try_at=next_try(counted, limits, calendar)
    )


def is_enough(counted: Sequence[datetime], limits: Limits) -> bool:
    """So many tries on so many days: what could not be reached may be closed."""
    return len(counted) >= limits.tries and len(days_of(counted)) >= limits.days


def next_try(counted: Sequence[datetime], limits: Limits, calendar: WorkingCalendar) -> datetime | None:
    """When to try next, inside working hours: after the wait, or on another day when only days are missing."""
    if not counted:
        return None
    earliest = counted[-1] + limits.wait
    days = len(days_of(counted))
    if limits.tries - len(counted) <= limits.days - days:
        midnight = datetime.combine(local(counted[-1]).date() + DAY, time(), tzinfo=local(counted[-1]).tzinfo)
        earliest = max(earliest, midnight)
    return calendar.opening(earliest)


def days_of(times: Sequence[datetime]) -> set[object]:
    """The local days on which they lie."""
    return {local(at).date() for at in times}
