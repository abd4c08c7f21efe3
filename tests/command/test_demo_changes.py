"""The demo's change of many tickets: one run, finished, with a result for each ticket, written once."""

from collections import Counter

import pytest
from django.test import Client

from governance.command.demo.changes import MOVED_MEANWHILE, build_changes
from governance.command.demo.history import Historian, pending
from incidents.models import BulkItem, BulkRun, Step
from tests.command.founded import AT

pytestmark = pytest.mark.usefixtures("founded")


def test_the_runs_page_shows_one() -> None:
    Historian(AT).write_all(pending(6000)[:1])
    made = build_changes()
    assert made > MOVED_MEANWHILE
    assert build_changes() == 0
    run = BulkRun.objects.get()
    assert (run.verb, run.state, run.total, run.finished_at) == ("urge", "done", made, AT)
    outcomes = Counter(run.items.values_list("outcome", flat=True))
    assert outcomes == {
        BulkItem.Outcome.DONE: made - MOVED_MEANWHILE,
        BulkItem.Outcome.REFUSED: MOVED_MEANWHILE,
    }
    assert all(item.reason for item in run.items.filter(outcome=BulkItem.Outcome.REFUSED))
    done = run.items.filter(outcome=BulkItem.Outcome.DONE).values_list("ticket_id", flat=True)
    steps = Step.objects.filter(ticket__in=done, verb="urge", at=AT)
    assert steps.count() == len(done)
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.force_login(run.owner)
    assert f'href="/bulk/{run.pk}/"' in browser.get("/bulk/").content.decode()
    assert browser.get(f"/bulk/{run.pk}/").status_code == 200
