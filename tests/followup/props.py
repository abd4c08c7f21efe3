"""Props of the follow-up's tests: a ticket that waits for its callback, and its call."""

from datetime import datetime

from followup import steps
from followup.models import CallTask
from incidents.models import Ticket
from tests.cast import MONDAY


def read(at: datetime = MONDAY) -> int:
    """Read every step there is."""
    total = 0
    while done := steps.read_on(at=at):
        total += done
    return total


def begin() -> None:
    """Begin to read: what is there already counts as read."""
    steps.read_on(at=MONDAY)


def call_of(ticket: Ticket) -> CallTask:
    """The call about a ticket."""
    return CallTask.objects.select_related("ticket").get(ticket=ticket)
