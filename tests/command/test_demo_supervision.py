"""Supervision of the demo city: written once, by the real verbs, something on every page."""

from collections import Counter

import pytest

from governance.command.demo.history import Historian, pending
from governance.command.demo.supervision import BACK_AGAIN, build_supervision
from incidents.models import Ticket
from supervision.models import (
    Appeal,
    Inspection,
    LeaderInstruction,
    RecurrenceWarning,
    RecurringSupervision,
    SupervisionBulletin,
    SupervisionTask,
)
from tests.command.founded import AT

pytestmark = pytest.mark.usefixtures("founded")


def test_every_page_shows_something() -> None:
    Historian(AT).write_all(pending(6000)[:1])
    made = build_supervision()
    assert build_supervision() == 0
    assert made == SupervisionTask.objects.count()
    states = Counter(SupervisionTask.objects.values_list("state", flat=True))
    assert {"created", "notified", "rectifying", "submitted", "accepted", "closed"} <= set(states)
    assert {"answered", "given"} <= set(LeaderInstruction.objects.values_list("state", flat=True))
    assert Counter(Inspection.objects.values_list("state", flat=True)) == {
        "closed": 1,
        "running": 1,
        "proposed": 1,
    }
    assert SupervisionTask.objects.filter(cause="inspection").exists()
    assert SupervisionBulletin.objects.count() == 2
    assert RecurringSupervision.objects.count() == 2
    assert Appeal.objects.count() <= 2
    warnings = set(RecurrenceWarning.objects.values_list("kind", "state"))
    assert {("place", "acknowledged"), ("person", "open")} <= warnings
    again = Counter(
        Ticket.objects.filter(content__in=[words for _code, words in BACK_AGAIN]).values_list("state")
    )
    assert again == {("closed",): len(BACK_AGAIN) - 1, ("registered",): 1}
