"""The demo's analysis and bulletins on a small city: written once, with something on every page."""

from datetime import timedelta

from analysis.models import AnalysisRun, EarlyWarning, SpecialProject
from bulletins.models import Bulletin, UnitReceipt
from governance.command.demo.analysis import build_analysis
from governance.command.demo.bulletins import build_bulletins
from governance.command.demo.plan import BASE, JOB
from governance.command.models import mark_done
from tests.analysis.props import copies, daily
from tests.cast import DAY, LITTER, MONDAY, Cast, MakeTicket


def test_it_is_written_once(cast: Cast, make_ticket: MakeTicket) -> None:
    mark_done(JOB, BASE, at=MONDAY)
    near, far = make_ticket(at=MONDAY - DAY), make_ticket(column=3, category=LITTER, at=MONDAY - DAY)
    copies(near, daily(1, 63, 2))
    copies(far, daily(3, 63, 1), category=LITTER)
    copies(near, [MONDAY - DAY + timedelta(minutes=number) for number in range(14)])
    assert build_analysis() == EarlyWarning.objects.count() > 0
    assert AnalysisRun.objects.count() == 3
    assert SpecialProject.objects.get().measures.count() == 1
    assert EarlyWarning.objects.filter(state="acted").count() == 1
    assert build_analysis() == 0
    assert build_bulletins() == 2
    assert set(Bulletin.objects.values_list("state", flat=True)) == {"published", "draft"}
    assert UnitReceipt.objects.exclude(read_at=None).count() == 3
    assert build_bulletins() == 0
