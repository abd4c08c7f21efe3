"""Says in time that the holidays of a year are not confirmed, on the dashboard and in the log."""

import logging
from datetime import datetime

from governance.foundation.models import CalendarYear

from .calendar import SHANGHAI

logger = logging.getLogger(__name__)

DECEMBER = 12


def unconfirmed_years(at: datetime) -> list[int]:
    """Years that deadlines set at `at` need and nobody has confirmed: this one, in December also the next."""
    if at.utcoffset() is None:
        raise ValueError(f"an aware instant is needed, not {at!r}")
    local = at.astimezone(SHANGHAI)
    needed = [local.year, local.year + 1] if local.month == DECEMBER else [local.year]
    confirmed = set(CalendarYear.objects.confirmed().filter(year__in=needed).values_list("year", flat=True))
    return [year for year in needed if year not in confirmed]


def report_unconfirmed(at: datetime) -> list[int]:
    """`unconfirmed_years`, each with a warning in the log."""
    years = unconfirmed_years(at)
    for year in years:
        logger.warning("the statutory holidays of %d are not confirmed; plain weekdays are counted", year)
    return years
