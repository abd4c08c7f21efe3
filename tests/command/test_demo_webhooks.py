"""The endpoints of the demo city: one that works, one paused, one switched off with dead letters; written once."""

import pytest

from governance.command.demo.exchange import build_systems
from governance.command.demo.plan import BASE, JOB
from governance.command.demo.webhooks import ENDPOINTS, build_webhooks
from governance.command.models import mark_done
from governance.exchange.models import ApiClient
from tests.cast import DAY, MONDAY, Cast, MakeTicket
from tests.police_link.props import incident
from webhooks.models import Delivery, Endpoint


@pytest.mark.django_db
def test_the_demo_shows_every_state(cast: Cast, make_ticket: MakeTicket) -> None:
    for number in range(3):
        make_ticket("handling", source="hotline", by=cast.client, external_no=f"D-{number}")
    incident(cast, "handing")
    at = MONDAY + 5 * DAY
    mark_done(JOB, BASE, at=at)
    build_systems(ApiClient.objects.get(code="hotline"), at=at)
    assert build_webhooks() == Delivery.objects.count() == 17
    others = Delivery.objects.filter(stream="others", endpoint__client__code="police110")
    assert set(others.values_list("kind", flat=True)) == {"incident.accepted", "incident.handed_back"}
    assert build_webhooks() == 0
    states = dict(Endpoint.objects.values_list("client__code", "state"))
    assert states == {"police110": "active", "hotline": "paused", "data-hub": "broken"}
    assert len(ENDPOINTS) == 3
    assert Delivery.objects.filter(state="dead", endpoint__client__code="data-hub").count() == 3
    assert all(
        row.tries[-1]["at"] == row.done_at.isoformat() for row in Delivery.objects.all() if row.done_at
    )
    hosts = {url.split("/")[2].rpartition(".")[2] for url in Endpoint.objects.values_list("url", flat=True)}
    assert hosts == {"example"}, "names that lead nowhere"
