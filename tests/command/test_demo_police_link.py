"""The 110 link of the demo city: a matter in every state, a day with one missing on each side, written once."""

from datetime import timedelta

import pytest

from governance.accounts.models import User
from governance.command.demo.exchange import build_systems
from governance.command.demo.plan import BASE, JOB
from governance.command.demo.police_link import build_police_link
from governance.command.models import mark_done
from governance.exchange.models import ApiClient
from police_link import reconciling
from police_link.models import PoliceIncident
from police_link.states import IncidentState
from tests.cast import HOUR, MONDAY, Cast


@pytest.mark.django_db
def test_the_demo_shows_every_state(cast: Cast) -> None:
    at = MONDAY + 5 * HOUR
    mark_done(JOB, BASE, at=at)
    build_systems(ApiClient.objects.get(code="hotline"), at=at)
    assert User.objects.filter(username__in=("dispatcher", "duty", "oversight")).count() == 3
    assert build_police_link() == 11
    assert build_police_link() == 0
    assert set(PoliceIncident.objects.values_list("state", flat=True)) == set(IncidentState.values)
    day = reconciling.reconcile(cast.oversight, (at - timedelta(days=1)).date())
    kinds = {item.kind for item in day.differences}
    assert {"missing_here", "missing_there", "not_opened", "not_closed"} <= kinds
