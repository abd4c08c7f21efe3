"""Calendars that the tests of the arithmetic share: real statutory days of 2023-2027, no tables."""

import pytest

from governance.foundation.calendars import WorkingCalendar
from governance.foundation.calendars.standard import STANDARD
from governance.foundation.calendars.statutory import statutory_year


@pytest.fixture(scope="session")
def calendars() -> dict[str, WorkingCalendar]:
    """The standard calendars; 2027 is provisional."""
    days = {day: special for year in range(2023, 2028) for day, special in statutory_year(year).days.items()}
    confirmed = frozenset(range(2023, 2027))
    return {
        spec.code: WorkingCalendar(spec.code, spec.week, days, confirmed)
        if spec.follows_statutory
        else WorkingCalendar(spec.code, spec.week)
        for spec in STANDARD
    }


@pytest.fixture(scope="session")
def office(calendars: dict[str, WorkingCalendar]) -> WorkingCalendar:
    """08:30-12:00 and 14:00-17:30, Monday to Friday."""
    return calendars["office"]


@pytest.fixture(scope="session")
def always(calendars: dict[str, WorkingCalendar]) -> WorkingCalendar:
    """Day and night."""
    return calendars["always"]


@pytest.fixture(scope="session")
def window(calendars: dict[str, WorkingCalendar]) -> WorkingCalendar:
    """09:00-12:00 and 13:00-17:00, Monday to Saturday."""
    return calendars["window"]
