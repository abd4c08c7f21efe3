"""From the feed to messages: each event once, the first of a ticket waiting, others behind it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.exchange.models import ApiClient
from incidents import transitions
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once
from tests.webhooks.conftest import MakeEndpoint
from webhooks import fanning
from webhooks.fanning import fan_out
from webhooks.models import Delivery, Endpoint


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("event_id").values_list("kind", "state"))


@pytest.mark.django_db
class TestFanOut:
    """One after the other."""

    def test_every_event_once_and_one_of_a_ticket_at_a_time(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        make_endpoint()
        ticket = make_ticket("accepted", source="hotline", by=cast.client)
        make_ticket(source="police", by=cast.other_client)
        fanned = fan_out(at=MONDAY)
        assert (fanned.made, fanned.has_more) == (2, False)
        assert states() == [("ticket.registered", "waiting"), ("ticket.accepted", "held")]
        assert set(Delivery.objects.values_list("ticket", flat=True)) == {ticket.number}
        assert fan_out(at=MONDAY).made == 0
        transitions.dispatch(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, to=cast.unit("CG").pk)
        assert fan_out(at=MONDAY, known=fanned.reached).made == 1
        assert states()[-1] == ("ticket.dispatched", "held")
        row = Delivery.objects.latest("pk")
        assert (row.event_at, row.made_at, row.give_up_at - row.made_at) == (MONDAY + HOUR, MONDAY, 72 * HOUR)

    def test_nothing_is_read_where_the_feed_has_not_moved(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        make_endpoint()
        make_ticket(source="police", by=cast.other_client)
        fanned = fan_out(at=MONDAY)
        assert fanned.reached[0] > 0
        with CaptureQueriesContext(connection) as queries:
            assert fan_out(at=MONDAY, known=fanned.reached) == fanning.Fanned(reached=fanned.reached)
        assert not any("incidents_ticketsource" in str(query["sql"]) for query in queries)

    def test_only_what_was_chosen(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
    ) -> None:
        make_endpoint(kinds=["ticket.accepted"])
        make_ticket("handling", source="hotline", by=cast.client)
        fan_out(at=MONDAY)
        assert states() == [("ticket.accepted", "waiting")]

    def test_page_by_page(
        self,
        cast: Cast,
        make_endpoint: MakeEndpoint,
        make_ticket: MakeTicket,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(fanning, "PAGE", 2)
        make_endpoint()
        make_ticket("handling", source="hotline", by=cast.client)
        pages = [fan_out(at=MONDAY) for _page in range(3)]
        assert [page.made for page in pages] == [2, 2, 0]
        assert pages[0].has_more
        assert pages[0].reached == ()
        assert [state for _kind, state in states()] == ["waiting", "held", "held", "held"]

    def test_whom_nothing_is_made_for(
        self, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, settings: Any
    ) -> None:
        endpoint = make_endpoint()
        make_ticket(source="hotline", by=cast.client)
        client = ApiClient.objects.filter(pk=endpoint.client_id)
        for change, back in (
            ({"is_active": False}, {"is_active": True}),
            ({"scopes": ["read"]}, {"scopes": ["events"]}),
            ({"expires_at": MONDAY}, {"expires_at": None}),
        ):
            client.update(**change)
            assert fan_out(at=MONDAY).made == 0
            client.update(**back)
        rows = Endpoint.objects.filter(pk=endpoint.pk)
        for state, failures in (("paused", 0), ("broken", 0), ("removed", 0), ("active", 5)):
            rows.update(state=state, failures=failures)
            assert fan_out(at=MONDAY).made == 0
        rows.update(failures=4)
        assert fan_out(at=MONDAY).made == 1

    def test_a_slow_endpoint_leaves_its_events_in_the_feed(
        self,
        cast: Cast,
        make_endpoint: MakeEndpoint,
        make_ticket: MakeTicket,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(fanning, "BACKLOG", 2)
        make_endpoint()
        for number in range(2):
            make_ticket(source="hotline", by=cast.client, external_no=f"B-{number}")
        assert fan_out(at=MONDAY).made == 2
        make_ticket(source="hotline", by=cast.client, external_no="B-3")
        fanned = fan_out(at=MONDAY)
        assert (fanned.made, fanned.reached) == (0, ()), "it has to be asked again"
        Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(next_at=MONDAY + HOUR)
        assert fan_out(at=MONDAY).made == 1, "one that waits for later is no backlog"

    def test_a_cursor_moves_over_what_is_not_for_it(
        self,
        cast: Cast,
        make_endpoint: MakeEndpoint,
        make_ticket: MakeTicket,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        endpoint = make_endpoint()
        make_ticket("handling", source="police", by=cast.other_client)
        fan_out(at=MONDAY)
        assert Endpoint.objects.get().cursor == endpoint.cursor, "not worth a write"
        monkeypatch.setattr(fanning, "QUIET", 3)
        fan_out(at=MONDAY)
        assert Endpoint.objects.get().cursor > endpoint.cursor

    @pytest.mark.parametrize("count", [1, 3])
    def test_statements(
        self, count: int, cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, steady: None
    ) -> None:
        make_endpoint()
        fan_out(at=MONDAY)
        for number in range(count):
            make_ticket(
                source="hotline", by=cast.client, external_no=f"S-{number}", at=MONDAY + number * MINUTE
            )
        with CaptureQueriesContext(connection) as queries:
            assert fan_out(at=MONDAY).made == count
        own = [query for query in queries if "SAVEPOINT" not in str(query["sql"])]
        # endpoints; how far the horizon is, its row, its number, who is on the way, its write; of the other feed only
        # how far it is; lock, backlog, sources, events, unfinished tickets, the rows, the cursor
        assert len(own) == 14


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_each_message_once(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
) -> None:
    make_endpoint()
    make_ticket("handling", source="hotline", by=cast.client)
    at_once([lambda: fan_out(at=MONDAY)] * 4)
    while fan_out(at=MONDAY).made:
        pass
    assert [state for _kind, state in states()] == ["waiting", "held", "held", "held"]
