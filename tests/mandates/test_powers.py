"""Delegated powers: proposed, approved by another, withdrawn; who may, and in which towns."""

from datetime import timedelta
from typing import Any

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition, Unprocessable
from mandates import powers
from mandates.models import DelegatedPower
from mandates.powers import PowerDraft
from mandates.rules import may_propose, permitted_power
from tests.cast import MONDAY, Cast
from tests.mandates.props import TODAY, power

pytestmark = pytest.mark.django_db


def draft(cast: Cast, **changes: Any) -> PowerDraft:
    facts: dict[str, Any] = {
        "title": "道路破损处罚",
        "matter_code": "0202",
        "from_line": "CG",
        "towns": [cast.region("990101001000")],
        "legal_basis": "下放决定",
        "starts_on": TODAY,
    }
    return PowerDraft(**facts | changes)


def test_the_way(cast: Cast) -> None:
    row = powers.propose(draft(cast), by=cast.lead, at=MONDAY)
    assert (row.number[:10], row.state, row.proposed_by) == ("XF20261116", "proposed", cast.lead.user)
    assert [verb.name for verb in permitted_power(row, cast.leader)] == ["approve", "withdraw"]
    assert not DelegatedPower.objects.in_force(TODAY).exists()
    powers.perform("approve", row.pk, by=cast.leader, at=MONDAY, opinion="同意下放")
    assert DelegatedPower.objects.in_force(TODAY).get() == row
    assert not DelegatedPower.objects.in_force(TODAY - timedelta(days=1)).exists()
    with pytest.raises(IllegalTransition):
        powers.perform("approve", row.pk, by=cast.leader, at=MONDAY)
    with pytest.raises(Unprocessable):
        powers.perform("withdraw", row.pk, by=cast.lead, at=MONDAY)
    assert (
        powers.perform("withdraw", row.pk, by=cast.lead, at=MONDAY, opinion="承接不了").state == "withdrawn"
    )
    assert AuditEntry.objects.filter(verb__startswith="power.").count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"matter_code": "2"}, "matter_code"),
        ({"from_line": ""}, "from_line"),
        ({"towns": []}, "towns"),
        ({"legal_basis": " "}, "legal_basis"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        powers.propose(draft(cast, **changes), by=cast.lead, at=MONDAY)
    assert list(caught.value.fields) == [field]
    assert not DelegatedPower.objects.exists()


def test_only_towns_take_it_over(cast: Cast) -> None:
    with pytest.raises(Unprocessable):
        powers.propose(draft(cast, towns=[cast.region("990101001001")]), by=cast.lead, at=MONDAY)


def test_who_may(cast: Cast) -> None:
    for name in ("oversight", "town", "lead"):
        assert may_propose(getattr(cast, name))
        powers.propose(draft(cast), by=getattr(cast, name), at=MONDAY)
    for name in ("handler", "community", "far_town", "dispatcher", "worker", "auditor", "outsider"):
        with pytest.raises(Forbidden):
            powers.propose(draft(cast), by=getattr(cast, name), at=MONDAY)
    row = power(cast, state="proposed")
    assert permitted_power(row, cast.gas) == permitted_power(row, cast.community) == []
    for name in ("oversight", "lead"):
        with pytest.raises(Forbidden):
            powers.perform("approve", row.pk, by=getattr(cast, name), at=MONDAY)


def test_nobody_approves_the_own_proposal(cast: Cast) -> None:
    row = powers.propose(draft(cast), by=cast.lead, at=MONDAY)
    row.steps.update(actor=cast.leader.user)
    with pytest.raises(Forbidden) as caught:
        powers.perform("approve", row.pk, by=cast.leader, at=MONDAY)
    assert caught.value.code == "own_work"
