"""The key reports of the demo city: of every kind, one late, one that nobody wrote; written once."""

import pytest

from governance.command.demo import key_reports as demo
from governance.command.demo.plan import BASE, JOB
from governance.command.models import mark_done
from key_reports.models import AccountabilityCase, KeyReport, ZeroReport
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.mediation.props import case


@pytest.mark.django_db
def test_the_demo_shows_the_whole_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = MONDAY + 3 * DAY + 5 * HOUR
    mark_done(JOB, BASE, at=at)
    row = case(cast, at=at - HOUR, facts="扬言持刀报复")
    few = list(demo.Grid.objects.filter(path__startswith=cast.region("990101001000").path)) * 6
    monkeypatch.setattr(demo, "grids_of", lambda _town: few)
    assert demo.build_key_reports() >= len(demo.STORIES) + 2
    assert demo.build_key_reports() == 0
    states = set(KeyReport.objects.values_list("state", flat=True))
    assert {"draft", "phoned", "following", "closed", "downgraded"} <= states
    assert KeyReport.objects.filter(case=row).exists() or not row.reports.exists()
    assert KeyReport.objects.late(at).exists()
    assert set(AccountabilityCase.objects.values_list("kind", flat=True)) == {"late", "missed"}
    assert ZeroReport.objects.count() == 2
