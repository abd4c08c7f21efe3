"""Props of the follow-up's tests: a ticket that waits for its callback, and its call."""

from datetime import datetime

from followup import steps
from followup.models import CallTask, StepCursor
from incidents.models import Step, Ticket
from tests.cast import MONDAY
from tests.faults.processes import wait_for


def read(at: datetime = MONDAY) -> int:
    """Read every step there is, and wait while a transaction of a neighbour (another test's, a vacuum) delays it."""
    total = 0

    def is_read() -> bool:
        nonlocal total
        while done := steps.read_on(at=at):
            total += done
        last = Step.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return StepCursor.objects.get().read_id >= last

    wait_for(is_read)
    return total


def begin() -> None:
    """Begin to read: what is there already counts as read."""
    steps.read_on(at=MONDAY)


def call_of(ticket: Ticket) -> CallTask:
    """The call about a ticket."""
    return CallTask.objects.select_related("ticket").get(ticket=ticket)
