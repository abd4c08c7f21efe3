"""The mandates of the demo city: every state has an application, the lists cover what the catalogue gives the base."""

from datetime import timedelta

import pytest

from governance.foundation.clock import local
from grids.models import Grid
from incidents import directory
from mandates import queries, standing
from mandates.models import AccessApplication, DelegatedPower, DutyItem, DutyList
from mandates.states import AccessState
from tests.command.founded import AT

pytestmark = pytest.mark.usefixtures("founded")


def test_lists_applications_and_powers() -> None:
    standing.forget()
    today = local(AT).date()
    assert set(DutyList.objects.in_force(today).values_list("code", "edition")) == {
        ("WGSX", 2),
        ("SQSX", 1),
        ("ZJSX", 1),
    }
    states = set(AccessApplication.objects.values_list("state", flat=True))
    assert states == set(AccessState.values)
    assert set(DelegatedPower.objects.values_list("state", flat=True)) == {"approved", "proposed"}
    assert [rule.is_active for rule in directory.present()] == [True, True, False]
    path = Grid.objects.order_by("code").values_list("path", flat=True)[0]
    for item in DutyItem.objects.filter(duty_list__code="SQSX", item_class="basic"):
        assert queries.covering(item.matter_code, "community", path, today).is_covered
    before = today - timedelta(days=60)
    assert queries.covering("0601", "grid", path, before).is_covered
    assert queries.covering("0601", "grid", path, today).gap == "taken_back"
    standing.forget()
