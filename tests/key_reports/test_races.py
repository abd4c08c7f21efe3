"""Two people at once: one deed is done, the other is told; nothing is done twice."""

import pytest

from governance.foundation.errors import IllegalTransition
from key_reports import causes, deeds, sweep
from key_reports.models import KeyReport, ReportText
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once
from tests.key_reports.props import ITEMS, report

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_first_report_and_one_draft(cast: Cast, make_ticket: MakeTicket) -> None:
    row = report(cast)
    done = at_once(
        [
            lambda actor=actor: deeds.perform("first", row.pk, by=actor, at=MONDAY + MINUTE, data=ITEMS)
            for actor in (cast.worker, cast.duty)
        ]
    )
    assert [type(item) for item in done].count(IllegalTransition) == 1
    assert ReportText.objects.count() == 1
    causes.follow(at=MONDAY)
    make_ticket("registered", source="hotline", category="1702")
    at_once([lambda: causes.follow(at=MONDAY + MINUTE), lambda: causes.follow(at=MONDAY + MINUTE)])
    causes.follow(at=MONDAY + MINUTE)
    assert KeyReport.objects.filter(ticket__isnull=False).count() == 1
    raised = at_once([lambda: sweep.sweep(at=MONDAY + HOUR), lambda: sweep.sweep(at=MONDAY + HOUR)])
    assert all(isinstance(item, int) for item in raised)
    rungs = set(row.clocks.filter(stage="receipt").values_list("rung", flat=True))
    assert rungs == {1}, "each alarm once"
