"""The way of a case through its table, and what each verb refuses: the rule named, nothing stored."""

from typing import Any

import pytest

from governance.foundation.errors import Problem, Unprocessable
from mediation.models import (
    CaseClock,
    MediationCase,
)
from mediation.states import CaseState
from mediation.transitions import perform
from tests.cast import HOUR, Cast
from tests.mediation.props import Way, trace

pytestmark = pytest.mark.django_db


def refused(way: Way, verb: str, code: str = "", field: str = "", **data: Any) -> Problem:
    """The verb is refused by a rule, and nothing is stored."""
    before = trace(way.row)
    with pytest.raises(Problem) as found:
        perform(verb, way.row.pk, by=data.pop("by", way.me), at=way.at + HOUR, **data)
    assert trace(way.row) == before
    if code:
        assert found.value.code == code
    if field:
        assert isinstance(found.value, Unprocessable)
        assert field in found.value.fields, found.value.fields
    return found.value


@pytest.mark.parametrize("state", [state.value for state in CaseState])
def test_every_state_is_reached_by_verbs(cast: Cast, state: str) -> None:
    row = Way(cast).to(state).row
    stored = MediationCase.objects.get(pk=row.pk)
    assert stored.state == state
    running = CaseClock.objects.filter(case=row, stopped_at=None).order_by("due_at").first()
    assert stored.next_due_at == (running.due_at if running else None)
    assert stored.next_due == (running.kind if running else "")
    assert stored.version == row.steps.count() or state == "registered"
