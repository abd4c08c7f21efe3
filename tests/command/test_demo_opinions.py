"""Online opinion and the goal panel of the demo city: written once, something on every page."""

import pytest

from governance.command.demo.burden import build_burden
from governance.command.demo.goals import build_goals
from governance.command.demo.indicators import build_indicators
from governance.command.demo.opinions import build_opinions
from governance.command.models import GoalSnapshot, GoalTarget
from opinions.models import OnlineOpinion, OpinionPost, OpinionTicket
from opinions.states import OpinionState

pytestmark = pytest.mark.usefixtures("founded")


def test_opinions_in_every_state_and_figures_of_the_goals() -> None:
    assert build_opinions() == 8
    assert build_opinions() == 0
    assert set(OnlineOpinion.objects.values_list("state", flat=True)) == set(OpinionState.values)
    assert (OpinionPost.objects.count(), OpinionTicket.objects.count()) == (1, 1)
    assert build_goals() > 0
    assert build_goals() == 0
    assert build_burden() > 0
    assert build_burden() == 0
    assert build_indicators() > 0
    assert build_indicators() == 0
    assert GoalTarget.objects.count() == 1
    assert set(GoalSnapshot.objects.values_list("measure", flat=True)) >= {"staffing", "party", "ground"}
