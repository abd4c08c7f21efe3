"""The feed: in order, each event once, none lost to a transaction that commits late; bounded to own tickets."""

import threading
import time
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.exchange.models import ApiClient
from governance.foundation.bulk import keys_for
from governance.foundation.horizon import reach
from governance.foundation.models import Horizon
from incidents import feed, intake, transitions
from incidents.models import Step
from tests import city
from tests.api.conftest import caller
from tests.cast import HOUR, MONDAY, Cast, MakeTicket, at_once, draft

EVENTS = "/api/v1/events"


def told(by: Any, after: int = 0, limit: int = 1000) -> list[feed.Event]:
    """Everything from a cursor on, page by page, as a program of the other side reads it."""
    found: list[feed.Event] = []
    while True:
        page = feed.page(by, after=after, limit=limit)
        found += page.events
        after = page.after
        if not page.has_more:
            return found


@pytest.mark.django_db
class TestFeed:
    """One client reads."""

    def test_the_way_of_a_ticket(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up", source="hotline", by=cast.client, external_no="H-1")
        events = told(cast.client)
        assert [event.type for event in events] == [
            f"ticket.{name}"
            for name in ("registered", "accepted", "dispatched", "signed", "feedback", "checked")
        ]
        assert {event.ticket for event in events} == {ticket.number}
        assert {event.external_no for event in events} == {"H-1"}
        assert [event.state for event in events][-1] == "follow_up"
        assert events[4].facts["result_kind"] == ticket.result_kind
        assert events[4].words
        assert not events[1].words

    def test_reasons_and_due_times_go_with_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket(source="hotline", by=cast.client)
        transitions.reject(
            ticket.pk,
            by=cast.dispatcher,
            at=MONDAY + HOUR,
            opinion="请通过诉讼途径",
            reason_code="beyond_duty",
        )
        last = told(cast.client)[-1]
        assert (last.type, last.facts["reason_code"], last.words) == (
            "ticket.rejected",
            "beyond_duty",
            "请通过诉讼途径",
        )

    def test_only_own_sources(self, cast: Cast, make_ticket: MakeTicket) -> None:
        own = make_ticket(source="hotline", by=cast.client)
        make_ticket(source="police", by=cast.other_client)
        make_ticket()
        assert [event.ticket for event in told(cast.client)] == [own.number]

    def test_only_own_regions(self, cast: Cast, make_ticket: MakeTicket) -> None:
        near = make_ticket(source="hotline", by=cast.client)
        make_ticket(source="hotline", by=cast.client, column=len(city.GRIDS) - 1)
        ApiClient.objects.filter(code="hotline").update(regions=[city.GRIDS[0][:12]])
        rows = caller(city.API_KEY).get(EVENTS).json()["events"]
        assert [row["ticket"] for row in rows] == [near.number]

    def test_what_is_the_houses_own_does_not_leave_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", source="hotline", by=cast.client)
        transitions.ask_extension(ticket.pk, by=cast.handler, at=MONDAY + HOUR, opinion="材料不齐", amount=1)
        assert Step.objects.filter(verb="ask_extension").exists()
        assert "ask_extension" not in {event.type for event in told(cast.client)}
        assert len(told(cast.client)) == Step.objects.exclude(verb="ask_extension").count()

    @pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
    def test_pages_of_any_size_are_one_list(self, cast: Cast, make_ticket: MakeTicket, limit: int) -> None:
        make_ticket("follow_up", source="hotline", by=cast.client)
        ids = [event.id for event in told(cast.client, limit=limit)]
        assert ids == sorted(set(ids))
        assert len(ids) == 6

    def test_a_page_of_a_client_with_few_tickets_is_bounded(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_ticket("handling")
        mine = make_ticket(source="hotline", by=cast.client)
        first = Step.objects.order_by("id")[0].pk
        monkeypatch.setattr(feed, "WINDOW", 2)
        page = feed.page(cast.client, after=first - 1, limit=10)
        assert (page.events, page.after, page.has_more) == ([], first + 1, True)
        assert [event.ticket for event in told(cast.client, after=first - 1)] == [mine.number]

    def test_it_costs_the_same_for_one_and_for_many(self, cast: Cast, make_ticket: MakeTicket) -> None:
        costs = []
        for _turn in range(2):
            make_ticket("follow_up", source="hotline", by=cast.client)
            feed.page(cast.client, after=0, limit=1000)
            with CaptureQueriesContext(connection) as statements:
                feed.page(cast.client, after=0, limit=1000)
            costs.append(len([one for one in statements if "SAVEPOINT" not in (one["sql"] or "")]))
        assert costs[0] == costs[1] <= 7, costs


@pytest.mark.django_db(transaction=True)
class TestGaps:
    """Transactions that overlap: their numbers become visible in another order than they were given."""

    def test_a_step_that_commits_late_is_not_passed_by(self, cast: Cast, make_ticket: MakeTicket) -> None:
        started, finish = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                intake.register(draft(source="hotline", external_no="slow"), by=cast.client, at=MONDAY)
                started.set()
                assert finish.wait(20)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert started.wait(20)
        quick = make_ticket(source="hotline", by=cast.client, external_no="quick")
        early = feed.page(cast.client, after=0, limit=1000)
        assert early.events == []
        assert early.after < Step.objects.get(ticket=quick).pk
        finish.set()
        thread.join(20)
        found = told(cast.client, after=early.after)
        assert [event.external_no for event in found] == ["slow", "quick"]

    def test_numbers_taken_in_advance_are_waited_for(self, cast: Cast, make_ticket: MakeTicket) -> None:
        """A change of many tickets takes numbers before it touches the table."""
        started, finish = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                keys_for(Step, 3)
                started.set()
                assert finish.wait(20)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert started.wait(20)
        ticket = make_ticket(source="hotline", by=cast.client)
        held = reach(Step)
        assert held < Step.objects.get(ticket=ticket).pk
        finish.set()
        thread.join(20)
        assert len(told(cast.client, after=held)) == 1

    def test_reading_while_many_write_gives_every_event_once_and_in_order(self, cast: Cast) -> None:
        writers, each = 4, 12
        done = threading.Event()
        found: list[int] = []

        def write(number: int) -> None:
            for turn in range(each):
                with transaction.atomic():
                    intake.register(
                        draft(source="hotline", external_no=f"{number}-{turn}"), by=cast.client, at=MONDAY
                    )
                    time.sleep(0.002 * ((number + turn) % 4))  # numbers and commits in different orders

        def read() -> None:
            after = 0
            while True:
                is_last = done.is_set()
                page = feed.page(cast.client, after=after, limit=3)
                found.extend(event.id for event in page.events)
                after = page.after
                if is_last and not page.has_more:
                    return

        def write_all() -> None:
            at_once([partial(write, number) for number in range(writers)])
            done.set()

        results = at_once([read, write_all])
        assert not [result for result in results if isinstance(result, Exception)]
        missing = told(cast.client, after=found[-1]) if found else []
        ids = [*found, *(event.id for event in missing)]
        assert ids == sorted(set(ids))
        assert set(ids) == set(Step.objects.values_list("pk", flat=True))
        assert len(ids) == writers * each

    def test_two_readers_do_not_wait_for_each_other(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket(source="hotline", by=cast.client)
        assert reach(Step) > 0
        with transaction.atomic():
            Horizon.objects.select_for_update().get(table="incidents_step")
            found = at_once([partial(feed.page, cast.client, after=0, limit=10)])[0]
        assert len(found.events) == 1

    def test_a_look_at_nothing_new_costs_one_statement_and_writes_nothing(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket(source="hotline", by=cast.client)
        known = reach(Step)
        with CaptureQueriesContext(connection) as queries:
            assert reach(Step) == known
        assert len(queries) == 1
        assert known == Step.objects.latest("pk").pk
