"""Dead letters sent again, and what is given up and forgotten."""

from collections.abc import Callable
from typing import Any

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket
from tests.webhooks.conftest import MakeEndpoint
from webhooks import keeping, tasks, tidying
from webhooks.fanning import fan_out
from webhooks.models import Delivery, Endpoint
from webhooks.replaying import replay, replay_all
from webhooks.sending import claim

pytestmark = pytest.mark.django_db
AT = MONDAY + 4 * DAY
Dead = Callable[..., list[Delivery]]


@pytest.fixture
def dead(cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket) -> Dead:
    """Dead letters of an endpoint: two tickets with two events each."""

    def make(**options: Any) -> list[Delivery]:
        endpoint = make_endpoint(**options)
        for number in range(2):
            make_ticket("accepted", source="hotline", by=cast.client, external_no=f"D-{endpoint.pk}-{number}")
        fan_out(at=MONDAY)
        rows = Delivery.objects.filter(endpoint=endpoint)
        rows.update(state="dead", done_at=MONDAY, attempts=20)
        return list(rows.order_by("event_id"))

    return make


def states() -> list[str]:
    return list(Delivery.objects.order_by("event_id").values_list("state", flat=True))


def test_one_goes_again_with_its_id_and_its_whole_time(cast: Cast, dead: Dead) -> None:
    row = dead()[1]
    assert replay([row.pk], by=cast.administrator, at=AT) == 1
    again = Delivery.objects.get(pk=row.pk)
    assert (again.name, again.state, again.attempts, again.replays) == (row.name, "waiting", 0, 1)
    assert (again.next_at, again.give_up_at, again.done_at) == (AT, AT + 72 * HOUR, None)
    assert [outgoing.headers["webhook-id"] for outgoing in claim(at=AT, flying={}, room=9)] == [row.name]
    entry = AuditEntry.objects.get(verb="webhook.replay")
    assert (entry.details["count"], entry.details["messages"]) == (1, [row.name])


def test_chosen_ones_go_in_the_order_of_their_tickets(cast: Cast, dead: Dead) -> None:
    rows = dead()
    assert replay([row.pk for row in rows[:3]], by=cast.administrator, at=AT) == 3
    assert states() == ["waiting", "held", "waiting", "dead"]


def test_all_of_an_endpoint_and_all(cast: Cast, dead: Dead) -> None:
    first = dead()[0].endpoint_id
    Endpoint.objects.filter(pk=first).update(state="paused")
    dead(url="https://hotline.example.cn/2")
    assert replay_all(by=cast.administrator, at=AT, endpoint_id=first) == 4
    assert Delivery.objects.filter(state="dead").count() == 4
    assert replay_all(by=cast.administrator, at=AT) == 4
    assert replay_all(by=cast.administrator, at=AT) == 0
    assert AuditEntry.objects.filter(verb="webhook.replay").count() == 2


def test_a_replayed_one_waits_behind_what_is_on_the_way(cast: Cast, dead: Dead) -> None:
    rows = dead()
    Delivery.objects.filter(pk=rows[1].pk).update(state="waiting", done_at=None)
    replay([rows[0].pk], by=cast.administrator, at=AT)
    assert states()[:2] == ["held", "waiting"]


def test_a_test_is_tried_once_more(cast: Cast, make_endpoint: MakeEndpoint) -> None:
    endpoint = make_endpoint()
    row = keeping.send_test(endpoint.pk, by=cast.client, at=MONDAY)
    Delivery.objects.update(state="dead")
    replay([row.pk], by=cast.administrator, at=AT)
    row.refresh_from_db()
    assert (row.state, row.give_up_at) == ("waiting", AT)


def test_only_dead_ones_of_living_endpoints(cast: Cast, dead: Dead) -> None:
    rows = dead()
    Delivery.objects.filter(pk=rows[0].pk).update(state="delivered")
    with pytest.raises(Conflict):
        replay([rows[0].pk], by=cast.administrator, at=AT)
    Endpoint.objects.update(state="removed")
    with pytest.raises(Conflict):
        replay([rows[1].pk], by=cast.administrator, at=AT)
    assert Delivery.objects.filter(state="dead").count() == 3


@pytest.mark.parametrize(
    ("who", "problem"),
    [("auditor", Forbidden), ("client", Forbidden), ("other_client", NotFound), ("lead", NotFound)],
)
def test_others_send_nothing(who: str, problem: type[Exception], cast: Cast, dead: Dead) -> None:
    rows = dead()
    with pytest.raises(problem):
        replay([rows[0].pk], by=cast.everybody[who], at=AT)
    if who in {"auditor", "client"}:
        with pytest.raises(problem):
            replay_all(by=cast.everybody[who], at=AT)
    else:
        assert replay_all(by=cast.everybody[who], at=AT) == 0
    assert states() == ["dead"] * 4
    assert not AuditEntry.objects.filter(verb="webhook.replay").exists()


def test_what_waits_too_long_for_one_that_is_off_is_given_up(cast: Cast, dead: Dead) -> None:
    rows = dead()
    Delivery.objects.filter(ticket=rows[0].ticket).update(state="held", done_at=None)
    Delivery.objects.filter(pk=rows[0].pk).update(state="waiting")
    for state, expected in (("active", 0), ("paused", 0), ("broken", 2)):
        Endpoint.objects.update(state=state)
        assert tidying.give_up(at=MONDAY + 72 * HOUR) == expected
    Delivery.objects.filter(pk=rows[0].pk).update(state="waiting", made_at=MONDAY + HOUR)
    assert tidying.give_up(at=MONDAY + 72 * HOUR) == 0
    assert set(Delivery.objects.filter(last_error="endpoint_off").values_list("done_at", flat=True)) == {
        MONDAY + 72 * HOUR
    }


def test_what_ended_long_ago_is_forgotten(cast: Cast, dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 1)
    rows = dead()
    Delivery.objects.filter(pk=rows[0].pk).update(state="waiting", done_at=None)
    Delivery.objects.filter(pk=rows[1].pk).update(done_at=MONDAY + HOUR)
    assert tidying.tidy(at=MONDAY + 30 * DAY) == 0
    assert tidying.tidy(at=MONDAY + 30 * DAY + HOUR) == 2
    monkeypatch.setattr(tidying, "MOST_BATCHES", 0)
    assert tasks.tidy() == 0, "bounded"
    assert set(Delivery.objects.values_list("pk", flat=True)) == {rows[0].pk, rows[1].pk}
