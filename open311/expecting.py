"""By when an answer can be expected: the due time of the ticket; before it has one, what its limits add up to."""

from datetime import datetime

from governance.foundation.calendars import due, load_calendar
from incidents.catalogue import current as catalogue
from incidents.deadlines import accept_limit, handle_limit
from incidents.models import MatterCategory
from open311.models import OpenReport

CALENDAR = "office"


def estimate(category: MatterCategory, urgency: str, at: datetime) -> datetime:
    """When a matter of `at` will be answered if every limit on its way is used up: accept, dispatch, handle."""
    calendar = load_calendar(CALENDAR)
    limits = (
        accept_limit(category, urgency),
        catalogue().stage_limit("dispatch", urgency),
        handle_limit(category, urgency),
    )
    for limit in limits:
        at = due(calendar, limit, at)
    return at


def expected_at(report: OpenReport) -> datetime:
    """What the reporter is told; of a merged report, the due time of the one that it was merged into."""
    ticket = report.ticket.merged_into or report.ticket
    return ticket.due_at or report.expected_at
