"""K48: tasks to the base that are covered, of all of them; blocked attempts; by line and town, in the reader's area."""

import pytest

from governance.foundation.errors import Unprocessable
from grids.territory import current as territory
from incidents import transitions
from incidents.queries.access import Period, blocked, compliance, tasks, town_of
from mandates import standing
from tests.cast import DAY, DUTY_OF_GRID, ERRAND, HOUR, LITTER, MONDAY, Cast, MakeTicket
from tests.mandates.props import duty_list

pytestmark = pytest.mark.django_db
WEEK = Period(since=MONDAY - DAY, until=MONDAY + 7 * DAY)


@pytest.fixture
def told(cast: Cast, make_ticket: MakeTicket) -> None:
    """Wenjin: two covered tasks, one uncovered, one stopped, one before there were lists. Shiqiao: one covered."""
    make_ticket("dispatched", category=LITTER, to="G1")
    duty_list([("basic", LITTER, "分类"), ("taken_back", ERRAND, "代办")])
    standing.forget()
    for category, column, unit in (
        (LITTER, 0, "G1"),
        (LITTER, 1, "G2"),
        (ERRAND, 0, "G1"),
        (LITTER, 3, "G4"),
    ):
        make_ticket("dispatched", category=category, column=column, to=unit)
    ticket = make_ticket("accepted", category=DUTY_OF_GRID)
    with pytest.raises(Unprocessable):
        transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=MONDAY + HOUR)


@pytest.mark.usefixtures("told")
class TestCompliance:
    def test_numerator_and_denominator(self, cast: Cast) -> None:
        found = compliance(cast.oversight, WEEK)
        whole = found.whole
        assert (whole.tasks, whole.covered, whole.uncovered, whole.blocked) == (4, 3, 1, 1)
        assert whole.rate == 0.75
        assert whole.why == {"unlisted": 0, "cooperating": 0, "taken_back": 1}
        assert whole.below_level == 0

    def test_by_line_and_town(self, cast: Cast) -> None:
        found = compliance(cast.oversight, WEEK)
        lines = {tally.key: (tally.tasks, tally.covered, tally.blocked) for tally in found.lines}
        assert lines == {"COMM": (1, 0, 0), "CG": (3, 3, 1)}
        assert next(tally.key for tally in found.lines) == "COMM", "most uncovered first"
        land = territory()
        towns = {land.by_path[tally.key].name: (tally.tasks, tally.covered) for tally in found.towns}
        assert towns == {"文津街道": (3, 2), "石桥镇": (1, 1)}

    def test_only_the_readers_area_and_period(self, cast: Cast) -> None:
        assert compliance(cast.far_town, WEEK).whole.tasks == 1
        assert compliance(cast.far_town, WEEK).whole.blocked == 0
        assert compliance(cast.auditor, WEEK).whole.rate is None
        later = Period(since=MONDAY + 2 * DAY, until=MONDAY + 3 * DAY)
        assert compliance(cast.oversight, later).whole.tasks == 0

    def test_the_rows_behind(self, cast: Cast) -> None:
        assert tasks(cast.oversight, WEEK).count() == 4
        assert [row.unit.code for row in blocked(cast.oversight, WEEK)] == ["G1"]

    @pytest.mark.usefixtures("steady")
    def test_statements(self, cast: Cast, django_assert_num_queries: object) -> None:
        territory()
        compliance(cast.oversight, WEEK)
        with django_assert_num_queries(2):  # type: ignore[operator]
            compliance(cast.oversight, WEEK)


def test_a_place_above_towns_stands_for_itself(cast: Cast) -> None:
    path = cast.region("990101000000").path
    assert town_of(territory(), path) == path
