"""Trying a rule on past tickets: which it would have decided about, where they would have gone, within bounds."""

from typing import Any

import pytest

from incidents import trials
from incidents.directing import RuleDraft, save
from incidents.trials import trial
from tests.cast import DAY, LITTER, MONDAY, ROAD_DAMAGE, Cast, MakeTicket
from tests.incidents.test_directory import TODAY, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(cast: Cast, make_ticket: MakeTicket) -> None:
    """Two road tickets led by the district, one by the city; one of litter; one far away; one not dispatched."""
    for unit in ("CG1", "CG1", "CG"):
        make_ticket("dispatched", category=ROAD_DAMAGE, to=unit)
    make_ticket("dispatched", category=LITTER, to="G1")
    make_ticket("dispatched", category=ROAD_DAMAGE, column=3, to="CG1")
    make_ticket("accepted", category=ROAD_DAMAGE)


def tried(cast: Cast, wanted: RuleDraft, **more: Any) -> trials.Trial:
    return trial(wanted.rule(position=0), by=more.pop("by", cast.oversight), at=MONDAY + DAY, **more)


@pytest.mark.usefixtures("past")
class TestTrial:
    def test_counts_and_rows(self, cast: Cast) -> None:
        found = tried(cast, draft())
        assert (found.looked_at, found.matched, found.elsewhere, found.is_cut) == (4, 4, 3, False)
        assert {(row.was, row.would_be.code) for row in found.shown} == {("东湖区城市管理局", "CG")}

    def test_conditions_narrow(self, cast: Cast) -> None:
        assert tried(cast, draft(region=cast.region("990102000000"))).matched == 1
        assert tried(cast, draft(sources=["app"])).looked_at == 0
        assert tried(cast, draft(urgencies=["critical"])).looked_at == 0
        assert tried(cast, draft(keywords=["没有这个词"])).matched == 0

    def test_a_rule_above_takes_first(self, cast: Cast) -> None:
        above = save(draft(name="上", region=cast.region("990102000000")), by=cast.dispatcher, at=MONDAY)
        assert tried(cast, draft()).matched == 3
        assert tried(cast, draft(), lineage=above.lineage).matched == 4

    def test_days_to_come_are_left_out(self, cast: Cast) -> None:
        assert tried(cast, draft(starts_on=TODAY.replace(year=2030))).matched == 4

    def test_only_the_readers_tickets(self, cast: Cast) -> None:
        assert tried(cast, draft(), by=cast.far_oversight).looked_at == 1
        assert tried(cast, draft(), by=cast.auditor).looked_at == 0

    def test_bounds(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(trials, "MOST_TICKETS", 3)
        monkeypatch.setattr(trials, "MOST_SHOWN", 1)
        found = tried(cast, draft())
        assert (found.looked_at, found.is_cut, len(found.shown)) == (3, True, 1)
        assert found.elsewhere >= 2
