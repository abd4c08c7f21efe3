"""One matter, one ticket: what may be joined, who is carried over and told, and how it is undone."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, Unprocessable
from incidents import outbox, transitions
from incidents.intake import Citizen
from incidents.models import Deadline, Notice, Requester, Ticket
from incidents.places import Spot
from incidents.sweep import sweep_all
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, ROAD_DAMAGE, Cast, MakeTicket, at_once, shanghai, trace

pytestmark = pytest.mark.django_db

LON, LAT = city.centre(0)


def merge(cast: Cast, ticket: Ticket, main: Ticket, at: Any = MONDAY + HOUR, by: Any = None) -> Ticket:
    return transitions.merge(ticket.pk, by=by or cast.dispatcher, at=at, target=main.number)


def undo(cast: Cast, ticket: Ticket, at: Any = MONDAY + 2 * HOUR) -> Ticket:
    return transitions.unmerge(ticket.pk, by=cast.dispatcher, at=at, opinion="另有其事")


def names(ticket: Ticket) -> list[str]:
    return list(Requester.objects.filter(ticket=ticket).order_by("id").values_list("name", flat=True))


def other(make_ticket: MakeTicket, state: str = "registered", name: str = "李四", **changes: Any) -> Ticket:
    return make_ticket(state, citizen=Citizen(name=name, phone="13900001111"), **changes)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("category", "source").get(pk=ticket.pk)


class TestMerging:
    def test_it_joins_and_the_reporters_come_along(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket)
        version = main.version
        done = merge(cast, ticket, main)
        assert (done.state, done.merged_into_id, done.next_due_at) == ("merged", main.pk, None)
        assert done.deadlines.get(stage="accept").outcome == "cancelled"
        now = fresh(main)
        assert (now.merged_count, now.version, now.state) == (1, version, "handling")
        assert names(main) == ["张三丰", "李四"]
        assert names(ticket) == ["李四"]
        assert Requester.objects.get(ticket=main, name="李四").carried_from_id == ticket.pk
        assert done.steps.get(verb="merge").data == {"main": main.number}
        assert main.steps.get(verb="absorb").data == {"merged": ticket.number}
        assert AuditEntry.objects.filter(verb="ticket.absorb", object_id=str(main.pk)).count() == 1

    def test_everybody_is_told(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("called"), other(make_ticket)
        merge(cast, ticket, main)
        transitions.close(main.pk, by=cast.oversight, at=MONDAY + 2 * HOUR)
        outbox.deliver(at=MONDAY + 2 * HOUR)
        told = Notice.objects.filter(kind__in=["merge", "absorb", "close"]).order_by("id")
        assert list(told.values_list("kind", "unit__code", "audience")) == [
            ("absorb", "CMD", "handlers"),
            ("merge", "CMD", "citizen"),
            ("close", "CMD", "citizen"),
        ]

    def test_a_ticket_that_nobody_joined_closes_quietly(self, make_ticket: MakeTicket) -> None:
        make_ticket("closed")
        outbox.deliver(at=MONDAY + HOUR)
        assert not Notice.objects.filter(kind="close").exists()

    def test_a_main_ticket_that_waited_for_nobody_does_now(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling", silent=True), other(make_ticket)
        assert not main.needs_reply
        merge(cast, ticket, main)
        assert fresh(main).needs_reply
        undo(cast, ticket)
        assert not fresh(main).needs_reply

    def test_closed_not_long_ago(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main = make_ticket("closed", silent=True)
        late = other(make_ticket, at=MONDAY + 16 * DAY)
        before = trace(late)
        with pytest.raises(Unprocessable) as caught:
            merge(cast, late, main, at=MONDAY + 16 * DAY)
        assert list(caught.value.fields) == ["target"]
        assert trace(late) == before
        ticket = other(make_ticket, at=MONDAY + 14 * DAY)
        assert merge(cast, ticket, main, at=MONDAY + 14 * DAY).state == "merged"

    @pytest.mark.parametrize(
        "changes",
        [
            {"category": ROAD_DAMAGE},
            {"column": 1},
            {"spot": Spot(lon=LON + 0.0022, lat=LAT)},
            {"spot": Spot(region_code="990101001001")},
            {"is_confidential": True},
        ],
    )
    def test_another_matter_or_place(
        self, cast: Cast, make_ticket: MakeTicket, changes: dict[str, Any]
    ) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket, **changes)
        before, main_before = trace(ticket), trace(main)
        with pytest.raises(Unprocessable) as caught:
            merge(cast, ticket, main)
        assert list(caught.value.fields) == ["target"]
        assert (trace(ticket), trace(main)) == (before, main_before)

    def test_a_few_steps_away_is_the_same_place(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket, spot=Spot(lon=LON + 0.002, lat=LAT))
        assert merge(cast, ticket, main).state == "merged"

    @pytest.mark.parametrize("state", ["rejected", "voided", "archived"])
    def test_a_finished_ticket_is_not_joined(self, cast: Cast, make_ticket: MakeTicket, state: str) -> None:
        main = make_ticket(state, silent=True) if state == "archived" else make_ticket(state)
        at = MONDAY + 31 * DAY
        with pytest.raises(Unprocessable):
            merge(cast, other(make_ticket, at=at), main, at=at)

    def test_no_circles(self, cast: Cast, make_ticket: MakeTicket) -> None:
        first, second = make_ticket(), other(make_ticket)
        with pytest.raises(Unprocessable) as caught:
            merge(cast, first, first)
        assert list(caught.value.fields) == ["target"]
        merge(cast, first, second)
        before = trace(second)
        with pytest.raises(Unprocessable):
            merge(cast, second, first)
        assert trace(second) == before

    def test_what_i_may_not_see_is_not_there(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket, hidden = make_ticket(source="hotline", category="0106"), make_ticket("handling", column=3)
        Ticket.objects.filter(pk=ticket.pk).update(holder=cast.unit("W1"))
        with pytest.raises(Unprocessable) as seen:
            merge(cast, ticket, hidden, by=cast.community)
        with pytest.raises(Unprocessable) as nothing:
            transitions.merge(ticket.pk, by=cast.community, at=MONDAY, target="WG20000101000001")
        assert seen.value.fields == nothing.value.fields

    def test_not_by_those_who_do_not_accept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket)
        before = trace(ticket)
        for by in (cast.handler, cast.oversight, cast.leader):
            with pytest.raises(Forbidden):
                merge(cast, ticket, main, by=by)
        assert trace(ticket) == before

    def test_no_alarm_comes_from_a_merged_ticket(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket)
        merge(cast, ticket, main)
        sweep_all(at=MONDAY + 3 * DAY)
        assert not ticket.steps.filter(verb__in=["warn", "overdue", "urge", "climb"]).exists()


class TestUndoing:
    def test_state_clock_and_reporters_come_back(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket)
        due_at, holder = ticket.next_due_at, ticket.holder_id
        merge(cast, ticket, main, at=shanghai(16, 10))
        done = undo(cast, ticket, at=shanghai(17, 10))
        assert (done.state, done.merged_into_id, done.holder_id) == ("registered", None, holder)
        rows = list(done.deadlines.filter(stage="accept").order_by("id"))
        assert [row.outcome for row in rows] == ["cancelled", ""]
        # Three of four working hours were left at ten o'clock, and are left now.
        assert (due_at, rows[1].due_at) == (shanghai(16, 15), shanghai(17, 15))
        assert (rows[1].original_due_at, done.next_due_at) == (due_at, shanghai(17, 15))
        assert rows[1].changes.get().reason == "merge"
        now = fresh(main)
        assert (now.merged_count, names(main), names(ticket)) == (0, ["张三丰"], ["李四"])
        assert main.steps.get(verb="release").data == {"merged": ticket.number}
        assert transitions.accept(ticket.pk, by=cast.dispatcher, at=shanghai(17, 11)).state == "accepted"

    def test_lateness_comes_back_as_well(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket)
        merge(cast, ticket, main, at=shanghai(17, 9))
        assert ticket.deadlines.get().outcome == "late"
        done = undo(cast, ticket, at=shanghai(18, 9))
        assert done.deadlines.get(stopped_at=None).due_at == shanghai(16, 15)

    def test_after_a_chain(self, cast: Cast, make_ticket: MakeTicket) -> None:
        first, second, third = other(make_ticket, name="甲"), other(make_ticket, name="乙"), make_ticket()
        merge(cast, first, second)
        merge(cast, second, third)
        assert names(third) == ["张三丰", "乙", "甲"]
        assert fresh(third).merged_count == 2
        before = trace(first)
        with pytest.raises(Unprocessable) as caught:
            undo(cast, first)
        assert caught.value.code == "main_merged"
        assert trace(first) == before
        undo(cast, second)
        assert (names(third), names(second)) == (["张三丰"], ["乙", "甲"])
        undo(cast, first)
        assert (names(second), fresh(second).merged_count) == (["乙"], 0)

    def test_not_after_fifteen_days(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main, ticket = make_ticket("handling"), other(make_ticket)
        merge(cast, ticket, main)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            undo(cast, ticket, at=MONDAY + HOUR + 15 * DAY + MINUTE)
        assert caught.value.code == "too_late"
        assert trace(ticket) == before

    def test_after_a_verification_the_pause_is_kept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket, main = other(make_ticket), make_ticket()
        row = Deadline.objects.get(ticket=ticket)
        merge(cast, ticket, main, at=shanghai(16, 10))
        first = undo(cast, ticket, at=shanghai(16, 11))
        assert first.next_due_at == row.due_at + HOUR
        merge(cast, ticket, main, at=shanghai(16, 11))
        second = undo(cast, ticket, at=shanghai(16, 12))
        assert second.next_due_at == shanghai(16, 17)


def test_both_pages_point_to_each_other(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    main, ticket = make_ticket("handling"), other(make_ticket)
    client.force_login(cast.dispatcher.user)
    url = f"/tickets/{ticket.number}/do/merge/"
    wrong = client.post(url, {"target": "WG20000101000001"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "没有这个编号的工单" in wrong.content.decode()
    done = client.post(url, {"target": f" {main.number.lower()} "}, headers={"HX-Request": "true"})
    assert done.status_code == 200
    assert f"/tickets/{main.number}/" in client.get(f"/tickets/{ticket.number}/").content.decode()
    page = client.get(f"/tickets/{main.number}/").content.decode()
    assert f"/tickets/{ticket.number}/" in page
    assert "已并入 1 件" in page


def test_what_it_costs(cast: Cast, make_ticket: MakeTicket, steady: None) -> None:
    main, ticket = make_ticket("handling"), other(make_ticket)
    for most, deed in ((12, lambda: merge(cast, ticket, main)), (14, lambda: undo(cast, ticket))):
        with CaptureQueriesContext(connection) as queries:
            deed()
        said = [query["sql"] or "" for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(said) <= most, (len(said), [text[:80] for text in said])


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_crosswise(cast: Cast, make_ticket: MakeTicket) -> None:
    first, second = make_ticket(), other(make_ticket)
    results = at_once(
        [
            lambda: merge(cast, first, second),
            lambda: merge(cast, second, first, by=cast.second_dispatcher),
        ]
    )
    assert sorted(isinstance(item, Unprocessable) for item in results) == [False, True]
    assert sorted([fresh(first).state, fresh(second).state]) == ["merged", "registered"]
